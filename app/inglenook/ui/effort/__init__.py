"""Effort in the window: choosing it, watching drafts, and reading why one was chosen."""
