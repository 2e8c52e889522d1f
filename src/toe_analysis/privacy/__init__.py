"""Keeping a real export to its private folder: making the folder, what points to a firm, and what of it slipped."""
