"""Notebook 6: the five interviews in numbers."""
