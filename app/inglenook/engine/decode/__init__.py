"""How tokens are picked: one strategy a file."""
