"""Notebook 5: our shares held against other surveys'."""
