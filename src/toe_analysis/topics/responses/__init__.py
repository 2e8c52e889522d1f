"""Notebooks 1 and 2: who answered, and where each firm stands."""
