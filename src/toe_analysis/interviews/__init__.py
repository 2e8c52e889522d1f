"""The interviews: coded units, their themes, the guide, and how far coders agree."""

from toe_analysis.interviews.codings import DIMENSIONS, THEMES, read_codings

__all__ = ["DIMENSIONS", "THEMES", "read_codings"]
