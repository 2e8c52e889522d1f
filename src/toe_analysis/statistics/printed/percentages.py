"""Which counts can stand behind a printed percentage: exact arithmetic, since floats print 23 of 40 as 57 %."""

import re
from dataclasses import dataclass

from toe_analysis.statistics._checks import one_of, shown, whole_number
from toe_analysis.statistics.shares import Result

#: Ways to round a percentage to its last decimal.
ROUNDINGS = ("half_up", "half_even", "down", "up")
#: A list of counts, or a search through bases, gets no longer than some millions.
LARGEST_BASE, LARGEST_SEARCH = 100_000_000, 20_000
_MOST_DECIMALS = 12
_PRINTED = re.compile(rf"\s*([0-9]{{1,9}})(?:[.,]([0-9]{{1,{_MOST_DECIMALS}}}))?\s*%?\s*")


@dataclass(frozen=True)
class PercentageAudit(Result):
    """Result of `audit_percentage`.

    Parameters
    ----------
    printed : str
        The percentage as it was printed.
    count, base : int or None
        What was printed beside it.
    rounding : str
        How it is taken to be rounded.
    verdict : str
        ``consistent``, ``count does not fit``, ``impossible`` or ``cannot be checked``.
    counts : tuple of int
        All counts that print so at the base, rounded that way; empty without a base.
    counts_any_rounding : tuple of int
        The same under at least one way to round.
    bases : tuple of int
        All bases at which the count prints so, among those searched; empty without a count.
    roundings : tuple of str
        The ways to round under which the count (or some count) prints so at the base.
    can_fail : float
        Part of all percentages from 0 to 100 with as many decimals that no count prints as at this base: the power of
        this check. NaN without a base.
    """

    printed: str
    count: int | None
    base: int | None
    rounding: str
    verdict: str
    counts: tuple[int, ...]
    counts_any_rounding: tuple[int, ...]
    bases: tuple[int, ...]
    roundings: tuple[str, ...]
    can_fail: float


def feasible_counts(printed: str, base: int, rounding: str = "half_up") -> tuple[int, ...]:
    r"""List the counts out of a base that print as a percentage.

    Parameters
    ----------
    printed, rounding : str
        As in `audit_percentage`.
    base : int
        Firms asked.

    Returns
    -------
    tuple of int
        In rising order; empty if there are none.

    Raises
    ------
    ValueError
        If the text is no percentage, the base no count or too large, or the rounding unknown.

    Notes
    -----
    The j in 0..base for which round(100 j / base) to the printed decimals is the printed value, in whole numbers.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). The GRIM test: a simple technique detects numerous anomalies in the reporting of
    results in psychology. Social Psychological and Personality Science 8, 363-369.

    Examples
    --------
    Of three firms, one is 33.3... %:

    >>> feasible_counts("33 %", 3), feasible_counts("34", 3, "up"), feasible_counts("33,0", 3)
    ((1,), (1,), ())
    """
    base = whole_number(base, "base", most=LARGEST_BASE)
    return tuple(_feasible(*_parse(printed), base, one_of(rounding, ROUNDINGS, "rounding")))


def audit_percentage(
    printed: str,
    *,
    count: int | None = None,
    base: int | None = None,
    rounding: str = "half_up",
    largest_base: int = 1000,
) -> PercentageAudit:
    """Check a printed percentage against the count and base beside it.

    Parameters
    ----------
    printed : str
        The percentage as printed, with its trailing zeros, a decimal point or comma, and a % sign or not.
    count, base : int, optional
        The count and the base beside it, as far as they are printed.
    rounding : {"half_up", "half_even", "down", "up"}
        How percentages are rounded where it was printed; up is away from zero.
    largest_base : int
        Where to stop the search for bases that fit.

    Returns
    -------
    PercentageAudit
        The verdict, in this order:

        - ``cannot be checked``: there is no base.
        - ``consistent``: the count (or, without one, some count) prints so at the base.
        - ``impossible``: no count prints so at the base under any rounding.
        - ``count does not fit``: others would.

    Raises
    ------
    ValueError
        If the text is no percentage, a number is no count, or the count exceeds the base.

    Notes
    -----
    A pass proves little at a large base, where nearly every percentage is some count's: see `can_fail`.

    Examples
    --------
    14 of 48 are 29.2 %, and 11 or 12 of 48 are 22.9 or 25.0 %:

    >>> audit_percentage("24 %", count=14, base=48).verdict
    'impossible'
    >>> audit_percentage("24 %", count=14, base=48).bases
    (58, 59)
    """
    wanted, decimals = _parse(printed)
    one_of(rounding, ROUNDINGS, "rounding")
    count = None if count is None else whole_number(count, "count")
    base = None if base is None else whole_number(base, "base", most=LARGEST_BASE)
    largest_base = whole_number(largest_base, "largest_base", most=LARGEST_BASE // 100)
    if None not in (count, base) and count > base:
        raise ValueError(f"count must not exceed base, got count={count} and base={base}")

    searched = () if count is None else _bases_near(wanted, decimals, count, largest_base)
    bases = tuple(at for at in searched if count in _feasible(wanted, decimals, at, rounding))
    if base is None:
        return PercentageAudit(printed, count, base, rounding, "cannot be checked", (), (), bases, (), float("nan"))
    by_rounding = {way: tuple(_feasible(wanted, decimals, base, way)) for way in ROUNDINGS}
    counts_any = tuple(sorted(set().union(*by_rounding.values())))
    roundings = tuple(way for way, found in by_rounding.items() if (found if count is None else count in found))
    verdict = "consistent" if rounding in roundings else "count does not fit" if counts_any else "impossible"
    can_fail = impossible_part(base, decimals) if base else 1.0
    return PercentageAudit(
        printed, count, base, rounding, verdict, by_rounding[rounding], counts_any, bases, roundings, can_fail
    )


def feasible_shares(
    printed: str, *, largest_base: int, largest_count: int, rounding: str = "half_up"
) -> tuple[tuple[int, int], ...]:
    """Every count and base that print as a percentage.

    Parameters
    ----------
    printed, rounding : str
        As in `audit_percentage`.
    largest_base, largest_count : int
        Bounds that are known from elsewhere, inclusive.

    Returns
    -------
    tuple of pairs of int
        Count and base, by rising base.

    Raises
    ------
    ValueError
        If the text is no percentage, a bound negative or not whole, or the rounding unknown.

    Examples
    --------
    >>> feasible_shares("67", largest_base=8, largest_count=4)
    ((2, 3), (4, 6))
    """
    largest_base = whole_number(largest_base, "largest_base", most=LARGEST_SEARCH)
    largest_count = whole_number(largest_count, "largest_count")
    wanted, decimals = _parse(printed)
    one_of(rounding, ROUNDINGS, "rounding")
    return tuple(
        (count, base)
        for base in range(1, largest_base + 1)
        for count in _feasible(wanted, decimals, base, rounding)
        if count <= largest_count
    )


def impossible_part(base: int, decimals: int = 0) -> float:
    """Part of all percentages from 0 to 100 that no count prints as: what a check at this base can find.

    Parameters
    ----------
    base : int
        Firms asked; at least 1.
    decimals : int
        Decimals printed, at most 12.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If a number is negative, not whole or too large, or the base is 0.

    Notes
    -----
    How percentages are rounded makes no difference: counts that are more than a step apart are rounded to different
    percentages, and counts that are less than a step apart leave none out, however that is done.

    Examples
    --------
    Of two firms 0, 50 or 100 % can be printed, so 98 of the 101 whole percentages are impossible:

    >>> impossible_part(2) == 98 / 101
    True
    """
    base, decimals = whole_number(base, "base", least=1), whole_number(decimals, "decimals", most=_MOST_DECIMALS)
    steps = 100 * 10**decimals
    return max(steps - base, 0) / (steps + 1)


def _feasible(wanted: int, decimals: int, base: int, rounding: str) -> range:
    """Find the counts that print as `wanted`, in units of the last decimal: a range, in whole numbers."""
    # Twice the values that round to it, and whether the ends do themselves.
    even = wanted % 2 == 0
    low, high, with_low, with_high = {
        "half_up": (2 * wanted - 1, 2 * wanted + 1, True, False),
        "half_even": (2 * wanted - 1, 2 * wanted + 1, even, even),
        "down": (2 * wanted, 2 * wanted + 2, True, False),
        "up": (2 * wanted - 2, 2 * wanted, False, True),
    }[rounding]
    twice = 2 * 100 * 10**decimals
    first = -(-low * base // twice) if with_low else low * base // twice + 1
    last = high * base // twice if with_high else -(-high * base // twice) - 1
    return range(max(first, 0), min(last, base) + 1) if base else range(0)


def _bases_near(wanted: int, decimals: int, count: int, largest: int) -> range:
    """Return the bases up to a largest one at which a count is less than a unit of the last decimal off."""
    scaled = count * 100 * 10**decimals
    last = largest if wanted <= 1 else min(largest, scaled // (wanted - 1))
    return range(max(count, 1, scaled // (wanted + 1)), last + 1)


def _parse(printed: str) -> tuple[int, int]:
    """Return the printed number without its decimal point, and how many decimals it has."""
    found = _PRINTED.fullmatch(printed) if isinstance(printed, str) else None
    if not found:
        raise ValueError(f"printed must be a percentage as text, such as '64' or '8,3 %', got {shown(printed)}")
    whole, decimals = found[1], found[2] or ""
    return int(whole + decimals), len(decimals)
