"""What an evaluation found, as a picture."""
