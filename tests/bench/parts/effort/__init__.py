"""The parts of the benchmark of effort."""
