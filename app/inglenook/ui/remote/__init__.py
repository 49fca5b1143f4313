"""Engines elsewhere in the window: setting them up, choosing them, and marking what leaves."""
