"""Which base a printed number can have: alone, and together with others that have the same one."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from math import floor, nan
from operator import itemgetter

from toe_analysis.published.claims import Claim
from toe_analysis.statistics import feasible_counts, feasible_shares, mean_is_possible
from toe_analysis.statistics.printed.percentages import LARGEST_SEARCH
from toe_analysis.topics.audit.reasons import (
    DOES_NOT_FIT,
    FITS,
    MOST_NAMED,
    NOTHING,
    Arithmetic,
    Reason,
    either,
    fractions,
)

#: Where the search for a base that is not printed ends, unless a claim knows better.
LARGEST_BASE = 1000
#: How reports round: halves up, as spreadsheets do, or to even, as statistics programs do.
ORDINARY = ("half_up", "half_even")

_mean_is_possible = cache(mean_is_possible)  # every claim of a group asks this of all others


def prints_as(percentage: str, count: int, base: int) -> bool:
    """Say whether a count of a base prints as a percentage, halves rounded up or to even.

    >>> prints_as("12", 1, 8), prints_as("13", 1, 8), prints_as("12,4", 1, 8)
    (True, True, False)
    """
    return count in _counts(percentage, base)


def printing_shares(percentage: str, largest_base: int, largest_count: int) -> list[tuple[int, int]]:
    """Return every count and base that print as a percentage, halves rounded up or to even, by rising base.

    >>> printing_shares("12", 9, 9), printing_shares("13", 8, 8)
    ([(1, 8)], [(1, 8)])
    """
    within = {"largest_base": largest_base, "largest_count": largest_count}
    found = {share for way in ORDINARY for share in feasible_shares(percentage, rounding=way, **within)}
    return sorted(found, key=itemgetter(1, 0))


def decimals(percentage: str) -> int:
    """Return how many decimals a percentage is printed with.

    >>> decimals("8,30"), decimals("8")
    (2, 0)
    """
    return len(percentage.replace(",", ".").partition(".")[2])


def possible_bases(claim: Claim, candidates: Iterable[int]) -> frozenset[int]:
    """Return the bases, of some, that a claim can have; one with a printed base can have no other.

    >>> sorted(possible_bases(Claim("users", "12 (29 %)", percentage="29", count=12), range(1, 100)))
    [41, 42]
    """
    return frozenset(base for base in candidates if _can_be_of(claim, base))


def _can_be_of(claim: Claim, base: int) -> bool:
    if claim.base is not None:
        return claim.base == base
    own = _own_counts(claim, base)
    if base > (claim.largest_base or base) or not own:
        return False
    if claim.percentage and _counts(claim.percentage, base).isdisjoint(own):
        return False
    scale = {"items": claim.items, "smallest": claim.smallest, "largest": claim.largest}
    return not claim.mean or _mean_is_possible(claim.mean, claim.sd, base=base, **scale)


def _own_counts(claim: Claim, base: int) -> range:
    """Return the counts of a base that a claim can have as far as no percentage is looked at: one, if it is printed."""
    most = base if claim.largest_count is None else claim.largest_count
    first, last = (0, most) if claim.count is None else (claim.count, claim.count)
    return range(first, min(last, base) + 1)


def check_without_base(claim: Claim) -> Arithmetic:
    """List the bases that a claim can have, or without a count the counts and bases.

    Only where the base cannot exceed a number that is known, or that follows from a count, none may fit.
    """
    known = _known_largest(claim)
    largest = known or LARGEST_BASE
    if claim.count is None and not claim.mean:
        most = largest if claim.largest_count is None else claim.largest_count
        found = fractions(printing_shares(claim.percentage, largest, most))
    else:
        bases = sorted(possible_bases(claim, range(1, largest + 1)))
        found = tuple(map(str, bases)) if claim.count is None else fractions((claim.count, base) for base in bases)
    values = {"number": len(found), "largest": largest, "readings": found, "respondents": claim.respondents}
    if not found and known:
        return Arithmetic(DOES_NOT_FIT, (), nan, (Reason("no_base_fits", values),))
    if (claim.count or 0) > largest:
        return Arithmetic(NOTHING, (), nan, (Reason("no_base_beyond", values | {"count": claim.count}),))
    would_fit, key = (found, "no_base") if len(found) <= MOST_NAMED else ((), "no_base_many")
    return Arithmetic(NOTHING, would_fit, nan, (Reason(key, values | {"first": found[:1]}),))


def check_same_base(claim: Claim, claims: Mapping[str, Claim]) -> Arithmetic | None:
    """Hold a claim against those that have the same base, printed or not.

    Returns
    -------
    Arithmetic or None
        `could_have_failed` is the part of all percentages with as many decimals that would leave no base to all of
        them; NaN for a claim that is no percentage. None if the claim shares its base with no other.

    Examples
    --------
    12 are 29 % of 41 or 42 firms, and 3 are 7 % of 41 to 46:

    >>> claims = {
    ...     name: Claim(name, "", percentage=percent, count=count, same_base="table 3")
    ...     for name, count, percent in (("a", 12, "29"), ("b", 5, "12"), ("c", 4, "10"), ("d", 3, "7"))
    ... }
    >>> check_same_base(claims["a"], claims).reasons[0].text("en")
    'the 4 claims of “table 3” can all be of 41 or 42'
    """
    shared = [one for one in claims.values() if claim.same_base and one.same_base == claim.same_base]
    group = [one for one in shared if _may_have_a_base(one)]  # of any other its own check tells
    if len(group) < 2 or claim not in group:
        return None
    rest = [one for one in group if one.name != claim.name]
    printed = {one.base for one in rest if one.base is not None}
    own = _known_largest(claim) or 0
    known = [largest for largest in map(_known_largest, rest) if largest]
    largest = min(known, default=max(LARGEST_BASE, own))  # not by its own count, which is what is checked
    others = frozenset(printed or range(1, largest + 1))
    for one in rest:
        others = possible_bases(one, others)
    common = possible_bases(claim, others)
    values = {"number": len(group), "label": claim.same_base, "largest": largest}
    values |= {"bases": either(sorted(common)), "others": either(sorted(others))}
    part = could_have_failed(claim, others) if claim.percentage and not claim.mean else nan
    if common:
        return Arithmetic(FITS, (), part, (Reason("same_base", values),))
    if not (known or own or printed):
        return Arithmetic(NOTHING, (), nan, (Reason("same_base_none", values),))
    return Arithmetic(DOES_NOT_FIT, (), part, (Reason("same_base_off" if others else "same_base_none", values),))


def _may_have_a_base(claim: Claim) -> bool:
    known = _known_largest(claim)
    return claim.base is not None or known is None or bool(possible_bases(claim, range(1, known + 1)))


def could_have_failed(claim: Claim, bases: frozenset[int]) -> float:
    """Return the part of all percentages that a claim could not have at any of some bases.

    14 of 48 are 29.2 %: of the 101 whole percentages, all but 29 are refused.

    >>> round(could_have_failed(Claim("potential", "14 (24 %)", percentage="24", count=14), frozenset({48})), 3)
    0.99
    """
    steps = 100 * 10 ** decimals(claim.percentage)  # a percentage in units of its last decimal
    if claim.count is None and claim.largest_count is None and max(bases, default=0) >= steps:
        return 0.0  # counts no more than a step apart print as all there are
    exact = {Fraction(steps * count, base) for base in bases if base for count in _own_counts(claim, base)}
    printed = {unit for one in exact for unit in (round(one), floor(one + Fraction(1, 2)))}
    return 1 - len(printed) / (steps + 1)


def _known_largest(claim: Claim) -> int | None:
    """Return a number that the base cannot exceed, as far as it can be known and searched."""
    largest = claim.base or claim.largest_base
    if not largest and claim.percentage:
        lowest = Fraction(claim.percentage.replace(",", ".")) - Fraction(1, 2 * 10 ** decimals(claim.percentage))
        most = claim.largest_count if claim.count is None else claim.count
        if lowest > 100 or (most == 0 and lowest > 0):
            largest = LARGEST_BASE  # it has no base at all
        elif most and lowest > 0:
            largest = floor(100 * most / lowest)
    return largest if largest and largest <= LARGEST_SEARCH else None


@cache  # as of means
def _counts(percentage: str, base: int) -> frozenset[int]:
    return frozenset(count for way in ORDINARY for count in feasible_counts(percentage, base, way))
