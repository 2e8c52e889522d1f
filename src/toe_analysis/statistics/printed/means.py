"""Which means and standard deviations whole-number answers can have: exact arithmetic on what is printed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from typing import NamedTuple

from toe_analysis.statistics._checks import shown, whole_number
from toe_analysis.statistics.shares import Result

#: How far from the printed number the true one may lie, in halves of its last decimal, and whether the ends count.
#: Nearest: a half may have gone up, to even or, in a program's binary fractions, down. Any: cut off, or always up.
_TOLERANCES = {"nearest": (1, True), "any": (2, False)}
#: What may be done with numbers before they are printed: name, tolerance, and what the divisor is less than n.
_WAYS = (("consistent", "nearest", 1), ("only divided by n", "nearest", 0), ("only cut off", "any", 1))
_PRINTED = re.compile(r"\s*([-\u2212]?)([0-9]{1,9})(?:([.,])([0-9]{1,6}))?\s*")
#: What is tried one by one: means that might have been printed between the ends of a scale. And the largest surveys.
_MOST_MEANS, _MOST_RESPONDENTS, _MOST_ITEMS = 1_000_000, 100_000, 1_000
#: Steps that a standard deviation may take at most: sums of squares times the numbers of which each is made.
_MOST_STEPS = 20_000_000


@dataclass(frozen=True)
class MeanAudit(Result):
    """Result of `audit_mean`.

    Parameters
    ----------
    mean, sd : str
        As printed; `sd` is empty without one.
    base, items : int
        Who answered, and how many whole numbers are averaged for each of them.
    verdict : str
        ``consistent``, ``only divided by n``, ``only cut off``, ``mean impossible`` or ``sd impossible``.
    near : tuple of str
        What could be printed next to an impossible mean or standard deviation, below and above it.
    can_fail : float
        Part of the means with as many decimals that are impossible: from end to end of the scale, or over one whole
        unit where an end is not known. With a standard deviation, if it is larger, the part of those with the same
        digits before the decimal mark that no answers with this mean have.
    """

    mean: str
    sd: str
    base: int
    items: int
    verdict: str
    near: tuple[str, ...]
    can_fail: float


class _Limits(NamedTuple):
    """Two limits, as fractions with one denominator, and whether they belong to what lies between them."""

    low: int
    high: int
    denominator: int
    closed: bool

    def whole(self, size: int, shift: tuple[int, int] = (0, 1)) -> range:
        """Return the whole numbers between the limits times a size, moved by a fraction."""
        moved, parts = shift
        low, high = (end * size * parts + moved * self.denominator for end in (self.low, self.high))
        one = self.denominator * parts
        return range(-(-low // one), high // one + 1) if self.closed else range(low // one + 1, -(-high // one))


class _Printed(NamedTuple):
    """A printed number in units of its last decimal, how many decimals it has, and their mark."""

    units: int
    decimals: int
    mark: str

    def limits(self, tolerance: str) -> _Limits:
        """Return how far the true number may lie from it."""
        off, closed = _TOLERANCES[tolerance]
        return _Limits(2 * self.units - off, 2 * self.units + off, 2 * 10**self.decimals, closed)

    def text(self, units: int) -> str:
        """Return another number with as many decimals."""
        whole, part = divmod(abs(units), 10**self.decimals)
        return "-" * (units < 0) + (f"{whole}{self.mark}{part:0{self.decimals}}" if self.decimals else str(whole))


class _Answers(NamedTuple):
    """So many respondents, each with the sum of so many whole numbers; the ends are those of this sum."""

    base: int
    items: int
    smallest: int | None
    largest: int | None

    def can_have(self, mean: _Printed, sd: _Printed | None = None, tolerance: str = "nearest", less: int = 1) -> bool:
        """Say whether some answers have a mean and a standard deviation; `less` is what its divisor is below n."""
        found = mean.limits(tolerance).whole(self.base * self.items)
        first = found.start if self.smallest is None else max(found.start, self.smallest * self.base)
        stop = found.stop if self.largest is None else min(found.stop, self.largest * self.base + 1)
        if sd is None or self.base == less:  # one answer has no standard deviation
            return sd is None and first < stop
        low, high, denominator, closed = sd.limits(tolerance)
        variance = _Limits(-1 if low < 0 else low**2, high**2, denominator**2, closed)
        return any(self._can_spread(total, variance, self.base - less) for total in range(first, stop))

    def _can_spread(self, total: int, variance: _Limits, divisor: int) -> bool:
        # Counted from the whole number at or below the mean, all numbers are small.
        middle, rest = divmod(total, self.base)
        squares = variance.whole(divisor * self.items**2, (rest**2, self.base))
        first, last = max(squares.start, rest), squares.stop - 1
        first += (first - rest) % 2  # a whole number and its square are both odd or both even
        if self.base >= 5 and self.smallest is None and self.largest is None:
            # One of the numbers can leave the others an odd sum, and by Gauss's theorem on three squares four with an
            # odd sum have every sum of squares that is odd and large enough.
            return first <= last
        reach = isqrt(max(last, 0))
        left = -reach if self.smallest is None else max(self.smallest - middle, -reach)
        right = reach if self.largest is None else min(self.largest - middle, reach)
        last = min(last, (left + right) * rest - self.base * left * right)  # (number - left) (right - number) >= 0
        moved = rest - self.base * left
        return any(
            _squares_exist(self.base, moved, one - 2 * left * rest + self.base * left**2, right - left)
            for one in range(first, last + 1, 2)
        )


def mean_is_possible(
    mean: str, sd: str = "", *, base: int, items: int = 1, smallest: int | None = None, largest: int | None = None
) -> bool:
    """Say whether whole-number answers can have a printed mean and, if there is one, a printed standard deviation.

    It is what `audit_mean` calls ``consistent``, and takes the same parameters.

    Examples
    --------
    Which numbers of answers below 32 allow a mean of 5.19? 83 / 16 is 5.1875:

    >>> [base for base in range(1, 32) if mean_is_possible("5.19", base=base)]
    [16, 21, 26, 27, 31]
    """
    answers, centre, spread = _read(mean, sd, base, items, smallest, largest)
    if spread:
        _check_steps(answers, centre, spread, 1)
    return answers.can_have(centre, spread)


def audit_mean(
    mean: str, sd: str = "", *, base: int, items: int = 1, smallest: int | None = None, largest: int | None = None
) -> MeanAudit:
    """Check a printed mean of whole-number answers, and the standard deviation beside it (GRIM and GRIMMER).

    Parameters
    ----------
    mean, sd : str
        As printed, with trailing zeros, and a decimal point or comma; `sd` is empty if there is none.
    base : int
        Respondents who answered; at least 1.
    items : int
        Whole numbers that are averaged for each of them.
    smallest, largest : int, optional
        Ends of the scale of an item.

    Returns
    -------
    MeanAudit
        The verdict is the first of these under which there are such answers:

        - ``consistent``: rounded to the nearest, the standard deviation divided by n - 1.
        - ``only divided by n``: the standard deviation divided by n.
        - ``only cut off``: divided by n - 1, each of the two printed with its decimals cut off or rounded up, whichever
          fits: less than one unit of its last decimal off.

        Else it is ``mean impossible`` or ``sd impossible``.

    Raises
    ------
    ValueError
        If an argument is none of these, or a standard deviation would take minutes to look for.

    Notes
    -----
    At a half, up and down both count as the nearest, as Brown and Heathers do: programs differ, and a binary fraction
    such as the one for 2.675 lies below the half. A mean over n respondents of their averages of k items is T / nk.
    With T the sum of the answers and Q that of their squares, both whole, the variance is (Q - T² / n) / (n - 1); for k
    items T and Q are of respondents' sums, and the variance is divided by k². Q is even or odd as T is, and lies
    between its values for answers as equal as can be and as far apart as the ends allow. Which Q there are between
    these is decided exactly: all of them for five answers or more and no ends, else by filling the scale from its top.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). The GRIM test: a simple technique detects numerous anomalies in the reporting of
    results in psychology. Social Psychological and Personality Science 8, 363-369.
    Anaya J (2016). The GRIMMER test: a method for testing the validity of reported measures of variability. PeerJ
    Preprints 4, e2400v1.
    Allard A (2018). Analytic-GRIMMER: a new way of testing the possibility of standard deviations.

    Examples
    --------
    18 answers with the mean 3.44 add up to 62, so their squares add up to an even number: 316 gives a standard
    deviation of 2.455 and 318 one of 2.479. Only if the second was cut off, it is 2.47:

    >>> found = audit_mean("3.44", "2.47", base=18)
    >>> found.verdict, found.near
    ('only cut off', ('2.45', '2.48'))
    """
    answers, centre, spread = _read(mean, sd, base, items, smallest, largest)
    if spread:
        _check_steps(answers, centre, spread, 10**spread.decimals)
    verdict = next((name for name, *way in _WAYS if answers.can_have(centre, spread, *way)), "")
    ends = [None if end is None else end // answers.items for end in (answers.smallest, answers.largest)]
    near, can_fail = _neighbours(centre, answers.can_have, *ends)
    if not answers.can_have(centre):
        verdict = verdict or "mean impossible"
    elif spread:
        verdict = verdict or "sd impossible"
        widest = None if None in ends else ends[1] - ends[0]
        near, part = _neighbours(spread, lambda one: answers.can_have(centre, one), 0, None, widest)
        can_fail = max(can_fail, part)
    near = () if verdict == "consistent" else near
    return MeanAudit(mean, sd, answers.base, answers.items, verdict, near, can_fail)


def _read(
    mean: str, sd: str, base: int, items: int, smallest: int | None, largest: int | None
) -> tuple[_Answers, _Printed, _Printed | None]:
    base = whole_number(base, "base", least=1, most=_MOST_RESPONDENTS)
    items = whole_number(items, "items", least=1, most=_MOST_ITEMS)
    named = (("smallest", smallest), ("largest", largest))
    ends = [None if end is None else whole_number(end, name, least=-(2**53)) for name, end in named]
    if None not in ends and ends[0] >= ends[1]:
        raise ValueError(f"smallest must be below largest, got smallest={smallest} and largest={largest}")
    centre = _parse(mean, "mean")
    spread = None if isinstance(sd, str) and not sd else _parse(sd, "sd")
    if None not in ends and (ends[1] - ends[0]) * 10**centre.decimals > _MOST_MEANS:
        raise ValueError(
            f"smallest and largest must leave at most {_MOST_MEANS:,} means with so many decimals, "
            f"got smallest={smallest} and largest={largest} with mean {shown(mean)}"
        )
    if spread and spread.units < 0:
        raise ValueError(f"sd must not be negative, got {shown(sd)}")
    return _Answers(base, items, *(None if end is None else end * items for end in ends)), centre, spread


def _check_steps(answers: _Answers, mean: _Printed, sd: _Printed, tried: int) -> None:
    """Refuse what would take minutes: so many standard deviations of answers with this mean are looked for."""
    base, items, smallest, largest = answers
    steps = tried * (1 + base * items // 10**mean.decimals)  # so many sums have this mean
    if base < 5 or (smallest, largest) != (None, None):  # each sum of squares is looked for, and made of numbers
        value = sd.units // 10**sd.decimals + 1
        steps *= 1 + 2 * value * base * items**2 // 10**sd.decimals
        steps *= 4 * value * items if None in (smallest, largest) else largest - smallest
    if steps > _MOST_STEPS:
        raise ValueError(
            f"sd must be small enough, and base, items and decimals few enough, to be looked for in {_MOST_STEPS:,} "
            f"steps, got {sd.text(sd.units)} with base={base} and items={items}"
        )


def _parse(printed: str, name: str) -> _Printed:
    found = _PRINTED.fullmatch(printed) if isinstance(printed, str) else None
    if not found:
        raise ValueError(
            f"{name} must be a number as text, such as '5.19' or '5,19', with at most 6 decimals, got {shown(printed)}"
        )
    sign, whole, mark, decimals = found.groups(default="")
    return _Printed(int(whole + decimals) * (-1 if sign else 1), len(decimals), mark)


def _squares_exist(count: int, total: int, squares: int, top: int) -> bool:
    """Say whether so many whole numbers from 0 to a top have this sum and this sum of squares."""
    todo, seen = [(count, total, squares, top)], set()
    while todo:
        state = todo.pop()
        count, total, squares, top = state
        if state in seen or not 0 <= total <= count * top:
            continue
        seen.add(state)
        even, over = divmod(total, count or 1)
        full, rest = divmod(total, top or 1)
        least, most = count * even**2 + over * (2 * even + 1), full * top**2 + rest**2
        if squares in (least, most):
            return True
        if least < squares < most:
            # How many of them are the top itself; what is put last is looked at first.
            fits = range(min(count, total // top, squares // top**2) + 1)
            todo += [(count - at, total - at * top, squares - at * top**2, top - 1) for at in fits]
    return False


def _neighbours(
    printed: _Printed,
    fits: Callable[[_Printed], bool],
    smallest: int | None,
    largest: int | None,
    widest: int | None = None,
) -> tuple[tuple[str, ...], float]:
    """Return what fits next to a printed number, and which part of what might have been printed does not.

    Above `largest` or `widest` nothing can fit; without both ends one whole unit is looked at.
    """
    one = 10**printed.decimals
    low = printed.units // one * one
    span = range(low, low + one) if None in (smallest, largest) else range(smallest * one, largest * one + 1)
    part = sum(not fits(printed._replace(units=units)) for units in span) / len(span)
    top = min((end * one for end in (largest, widest) if end is not None), default=printed.units)
    last = min(printed.units - 1, top)
    down = range(last, (min(span.start, last) - one if smallest is None else smallest * one) - 1, -1)
    first = printed.units + 1 if smallest is None else max(printed.units + 1, smallest * one)
    up = range(first, max(span.stop, first) + one)
    found = (next((units for units in way if fits(printed._replace(units=units))), None) for way in (down, up))
    return tuple(printed.text(units) for units in found if units is not None), part
