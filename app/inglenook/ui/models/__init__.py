"""The page of models: finding them, what is installed, and what is coming."""
