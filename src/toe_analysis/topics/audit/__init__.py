"""Notebook 8, and any other report: which printed numbers hold."""
