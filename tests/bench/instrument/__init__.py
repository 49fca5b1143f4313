"""A tiny model of our own that works out sums, for judging searches and cascades honestly."""
