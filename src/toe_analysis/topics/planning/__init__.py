"""Notebook 9: how many answers would settle it."""
