"""Floor 3: the use cases, in plain Python without Qt."""
