"""Code that models write, compared by what it does: run here, in a small part of Python."""
