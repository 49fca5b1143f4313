"""Floor 1: how more computation makes a better answer, as frozen values and pure functions."""
