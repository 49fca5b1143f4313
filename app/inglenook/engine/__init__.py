"""Floor 2: the engine process, its protocol and the parent's handle on it."""
