"""The conversation: its blocks, its view, the composer."""
