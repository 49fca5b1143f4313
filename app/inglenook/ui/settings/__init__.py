"""The settings: every choice a person can make, found by words, with its way back."""
