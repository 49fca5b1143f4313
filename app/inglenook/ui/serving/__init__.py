"""The local server in the window: switched on and off, whom it lets in, what it is asked."""
