"""Floor 2: what this computer has."""
