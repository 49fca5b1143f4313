"""The two sides of the engine benchmark, and what both are asked."""
