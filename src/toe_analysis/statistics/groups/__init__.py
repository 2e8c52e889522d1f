"""Two groups, or a group and a fixed share: do they differ, by how much, are they alike."""
