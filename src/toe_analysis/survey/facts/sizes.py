"""Size classes as the questionnaire prints them, overlaps included, and what can be said with them."""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toe_analysis.errors import InputError
from toe_analysis.survey.vocabulary import pattern

#: What a label may say behind its numbers, as "ansatte"; and how it says its bounds in words.
_COUNTED = r"(?: [^\d]+)?"
_TO, _OR_MORE, _BELOW, _ABOVE = (f"(?i:{pattern(f'size_{bound}')})" for bound in ("to", "or_more", "below", "above"))


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

    def outside(self, smallest: int, largest: int) -> str:
        """Say why firms of this class are not of the target group: too_small, too_large, or nothing.

        A class counts as too small when it ends below `smallest`, and as too large when it begins at or above
        `largest`, so that of two classes that meet there the smaller one stays.

        >>> [size_class(label).outside(10, 200) for label in ("Under 10", "150-200", "200-250")]
        ['too_small', '', 'too_large']
        """
        if self.largest < smallest:
            return "too_small"
        return "too_large" if self.smallest >= largest else ""


def size_class(label: str) -> SizeClass:
    """Read the bounds from a printed label: ``Under 10``, ``10-20`` or ``250+``, and what is counted behind it, or not.

    Words may say the same: ``Fewer than 10``, ``10 to 20``, ``250 or more``, ``More than 249``.

    Raises
    ------
    InputError
        If the label has none of these forms.

    Examples
    --------
    >>> size_class("Under 10")
    SizeClass(label='Under 10', smallest=0, largest=9)
    >>> size_class("250 eller flere ansatte")
    SizeClass(label='250 eller flere ansatte', smallest=250, largest=inf)
    """
    if found := re.fullmatch(rf"{_BELOW} (\d+){_COUNTED}", label):
        return SizeClass(label, 0, int(found[1]) - 1)
    if found := re.fullmatch(rf"{_ABOVE} (\d+){_COUNTED}", label):
        return SizeClass(label, int(found[1]) + 1, float("inf"))
    if found := re.fullmatch(rf"(\d+)(?: ?[-\u2013] ?| {_TO} )(\d+){_COUNTED}", label):
        return SizeClass(label, int(found[1]), int(found[2]))
    if found := re.fullmatch(rf"(\d+)(?: ?\+| {_OR_MORE}){_COUNTED}", label):
        return SizeClass(label, int(found[1]), float("inf"))
    raise InputError(f"size class: expected a label like 'Under 10', '10-20' or '250+', found {label!r}")


def collapse_sizes(labels: Sequence[str], grouping: str, *, found: Iterable[str] = ()) -> dict[str, str]:
    """Put each printed size class into the one group that holds all of it.

    Parameters
    ----------
    labels : sequence of str
        The options of the size question, in order.
    grouping : str
        Groups from small to large, with commas between them: ``10-20,21-49,50-99,100-200``.
    found : iterable of str
        The classes that firms ticked.

    Returns
    -------
    dict of str to str
        Printed class to group, in the order of `labels`. A class outside the whole grouping is left out, a class that
        no firm ticked is not.

    Raises
    ------
    InputError
        If there are fewer than two groups, or they overlap or do not rise; if a class between the smallest and the
        largest number, or one that a firm ticked, does not lie wholly in one group.

    Examples
    --------
    >>> collapse_sizes(("Under 10", "10-20", "21-30", "31-40"), "10-20,21-40")
    {'10-20': '10-20', '21-30': '21-40', '31-40': '21-40'}
    """
    groups = [size_class(part.strip()) for part in grouping.split(",")]
    if len(groups) < 2:
        raise InputError(f"grouping: expected two or more groups with commas between them, found {grouping!r}")
    for before, after in itertools.pairwise(groups):
        if after.smallest <= before.largest:
            raise InputError(
                f"grouping: expected groups that rise and share no number of employees, like 10-20,21-49, "
                f"found {before.label} before {after.label}"
            )
    ticked = set(found)
    collapsed = {}
    for one in map(size_class, [*labels, *sorted(ticked - set(labels))]):
        if one.within(groups[0].smallest, groups[-1].largest) != "yes" and one.label not in ticked:
            continue
        home = [group.label for group in groups if one.within(group.smallest, group.largest) == "yes"]
        if not home:
            raise InputError(
                f"grouping {grouping}: expected every printed class to lie wholly in one group, but {one.label} does "
                "not; move the ends of the groups to ends of printed classes"
            )
        collapsed[one.label] = home[0]
    return collapsed


def collapsings(counts: Mapping[str, int], *, minimum: int, most: int) -> list[dict[str, str]]:
    """List every way to cut ordered size classes into neighbouring groups that are large enough.

    Parameters
    ----------
    counts : mapping of str to int
        Firms in each printed class, from small to large. Classes without a firm make no difference and are passed over.
    minimum : int
        Firms that each group must have.
    most : int
        Groups at most; there are at least two.

    Returns
    -------
    list of dict of str to str
        Printed class to group, for each way; the fewest groups first.

    Examples
    --------
    Cutting after the second class would leave a group of one firm:

    >>> collapsings({"10-20": 3, "21-30": 2, "31-40": 1}, minimum=2, most=3)
    [{'10-20': '10-20', '21-30': '21-40', '31-40': '21-40'}]
    """
    filled = [label for label, count in counts.items() if count]
    ways = []
    for cuts in itertools.chain.from_iterable(
        itertools.combinations(range(1, len(filled)), number) for number in range(1, most)
    ):
        ends = [0, *cuts, len(filled)]
        groups = [filled[start:end] for start, end in itertools.pairwise(ends)]
        if all(sum(counts[label] for label in group) >= minimum for group in groups):
            ways.append({label: _span(group) for group in groups for label in group})
    return ways


def _span(labels: Sequence[str]) -> str:
    """Name a group of neighbouring classes by its smallest and largest number of employees."""
    if len(labels) == 1:
        return labels[0]
    smallest, largest = size_class(labels[0]).smallest, size_class(labels[-1]).largest
    return f"{smallest}+" if largest == float("inf") else f"{smallest}-{largest}"
