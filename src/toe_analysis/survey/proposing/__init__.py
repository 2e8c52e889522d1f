"""From an export that nobody has described to a study's files, with every guess marked."""
