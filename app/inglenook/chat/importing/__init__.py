"""Chats out of files: ours, and those that other programs export."""
