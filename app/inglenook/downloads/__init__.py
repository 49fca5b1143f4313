"""Floor 2: the Hub, and getting a file from it for certain."""
