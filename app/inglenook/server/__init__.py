"""The third face: programs ask over HTTP what the window asks directly."""
