"""Exact small-sample statistics: counts in, results out. Knows no survey, no file and no plot."""

from toe_analysis.statistics.shares import Interval, Share

__all__ = ["Interval", "Share"]
