"""Keeping a real export to its private folder: making the folder, and looking for what slipped."""
