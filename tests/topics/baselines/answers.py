"""Answers of a few firms, as the comparison with other surveys needs them."""

import pandas as pd


def firms(*rows):
    """A table of responses: status, size, and the answer to q26."""
    return pd.DataFrame(rows, columns=["status", "size", "q26"])
