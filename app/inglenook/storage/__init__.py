"""Floor 2: everything that is kept on disk."""
