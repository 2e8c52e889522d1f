"""What several notebooks compute and say: the waves side by side, and what the answers are."""
