"""What the engine benchmark measures, one subject a file."""
