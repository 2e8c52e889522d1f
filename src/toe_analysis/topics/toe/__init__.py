"""Notebook 3: what firms say, by technology, organisation and environment."""
