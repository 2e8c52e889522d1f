"""Notebook 10: what the study found, what is open, what is wrong in print, and what would settle it."""
