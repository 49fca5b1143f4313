"""Floor 0: errors, units and ids that every other part may use."""
