"""The first run: what stays here, what runs here, and a first question while it comes."""
