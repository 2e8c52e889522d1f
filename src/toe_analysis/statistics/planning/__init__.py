"""Before a study: how likely it is to find a difference, and how many answers that takes."""
