"""Floor 1: what a conversation is, as frozen values and pure functions."""
