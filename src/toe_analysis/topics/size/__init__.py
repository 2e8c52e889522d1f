"""Notebook 4: size against AI status."""
