"""What tests and audits give: named fields that become one row of a table."""

from dataclasses import fields
from fractions import Fraction

import pandas as pd

from toe_analysis.statistics.shares import Interval, Share


class Result:
    """What is found, in named fields: agreements, associations, audits, comparisons, exact tests, plans.

    Examples
    --------
    >>> from toe_analysis.statistics import compare_to_fixed
    >>> row = compare_to_fixed((3, 3), 0.5).to_row()
    >>> row["sample_count"], row["sample_base"], row["p_value"]
    (3, 3, 0.25)
    """

    def to_row(self) -> dict[str, object]:
        """Return the fields by name: a share as three, an interval as its limits, several values as one text."""
        row: dict[str, object] = {}
        for field in fields(self):
            row |= _cells(field.name, getattr(self, field.name))
        return row

    def to_frame(self) -> pd.DataFrame:
        """One row, as `to_row` gives it."""
        return pd.DataFrame([self.to_row()])


def _cells(name: str, value: object) -> dict[str, object]:
    if isinstance(value, Share):
        return {f"{name}_count": value.count, f"{name}_base": value.base, f"{name}_share": value.value}
    if isinstance(value, Interval):
        start = name.removesuffix("interval")
        return {f"{start}lower": value.lower, f"{start}upper": value.upper, "confidence": value.confidence}
    if isinstance(value, tuple):
        return {name: ", ".join(map(str, value))}
    return {name: str(value) if isinstance(value, Fraction) else value}
