"""Assistants and saved prompts: choosing, writing and arranging them."""
