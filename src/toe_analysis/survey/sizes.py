"""Size classes as the questionnaire prints them, overlaps included, and what can be said with them."""

import re
from dataclasses import dataclass

import pandas as pd

from toe_analysis.errors import InputError

SIZE_QUESTION = "q03"


@dataclass(frozen=True)
class SizeClass:
    """One class of employees.

    Parameters
    ----------
    label : str
        As printed.
    smallest, largest : float
        Employees, both ends included; `largest` is infinite for an open class.
    """

    label: str
    smallest: float
    largest: float

    def within(self, smallest: float, largest: float) -> str:
        """Say whether firms of this class have from `smallest` to `largest` employees: yes, no or partly.

        >>> size_class("10-20").within(10, 200), size_class("10-20").within(0, 19)
        ('yes', 'partly')
        """
        if self.largest < smallest or self.smallest > largest:
            return "no"
        return "yes" if smallest <= self.smallest and self.largest <= largest else "partly"


def size_class(label: str) -> SizeClass:
    """Read the bounds from a printed label: ``Under 10``, ``10-20`` or ``250+``.

    Raises
    ------
    InputError
        If the label has none of these forms.

    Examples
    --------
    >>> size_class("Under 10")
    SizeClass(label='Under 10', smallest=0, largest=9)
    """
    if found := re.fullmatch(r"(?i:under) (\d+)", label):
        return SizeClass(label, 0, int(found[1]) - 1)
    if found := re.fullmatch(r"(\d+) ?[-\u2013] ?(\d+)", label):
        return SizeClass(label, int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(\d+) ?\+", label):
        return SizeClass(label, int(found[1]), float("inf"))
    raise InputError(f"size class: expected a label like 'Under 10', '10-20' or '250+', found {label!r}")


def size_table(labels: tuple[str, ...], *, smallest: int = 10, largest: int = 200, under: int = 20) -> pd.DataFrame:
    """Show for each class what it shares with its neighbours and whether it fits the phrases of the report.

    Parameters
    ----------
    labels : tuple of str
        The options of the size question, in order.
    smallest, largest : int
        The target group, in employees: "10 to 200".
    under : int
        The phrase "firms with under 20 employees".

    Returns
    -------
    pandas.DataFrame
        A row a class: ``size``, ``smallest``, ``largest``, ``overlaps`` (labels that share a number of employees),
        ``in_target`` and ``in_under`` (yes, no or partly).

    Examples
    --------
    A firm with exactly 150 employees fits two boxes:

    >>> size_table(("100-150", "150-200"))["overlaps"].tolist()
    ['150-200', '100-150']
    """
    classes = [size_class(label) for label in labels]
    rows = []
    for one in classes:
        overlaps = [
            other.label for other in classes if other != one and other.within(one.smallest, one.largest) != "no"
        ]
        rows.append(
            {
                "size": one.label,
                "smallest": one.smallest,
                "largest": one.largest,
                "overlaps": ", ".join(overlaps),
                "in_target": one.within(smallest, largest),
                "in_under": one.within(0, under - 1),
            }
        )
    return pd.DataFrame(rows)
