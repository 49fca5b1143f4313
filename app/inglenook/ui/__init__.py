"""Floor 4: the window."""
