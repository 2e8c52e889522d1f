"""Answers of a few firms, and how they compare with other surveys."""

import pandas as pd

from toe_analysis.topics.baselines.comparisons import comparison_table, grid_table


def firms(*rows):
    """A table of responses: status, size, and the answer to q26."""
    return pd.DataFrame(rows, columns=["status", "size", "q26"])


def compared(own, baselines):
    """Every comparison of shares of 2025, the year of the study."""
    return comparison_table(own, baselines, grid_table(own, baselines, 2025))
