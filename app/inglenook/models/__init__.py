"""Floor 1: what a model file is and how it fits a machine, as pure functions."""
