"""How a model runs: its memory, the settings made by hand, and what came of them."""
