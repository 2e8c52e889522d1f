"""Notebook 6: the interviews in numbers."""
