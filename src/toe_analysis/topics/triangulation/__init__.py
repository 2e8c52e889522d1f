"""Notebook 7: survey and interviews side by side."""
