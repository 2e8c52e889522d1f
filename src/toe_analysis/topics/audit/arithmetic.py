"""Whether a printed number can be true at all: exact arithmetic on what is printed beside it, no data needed."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from fractions import Fraction
from math import nan
from types import MappingProxyType

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.published.claims import Claim, Sum
from toe_analysis.showing.words import LANGUAGES, percent
from toe_analysis.statistics import audit_mean, audit_percentage
from toe_analysis.topics.audit.bases import (
    LARGEST_BASE,
    ORDINARY,
    check_same_base,
    check_without_base,
    could_have_failed,
    decimals,
)
from toe_analysis.topics.audit.reasons import DOES_NOT_FIT, FITS, NOTHING, Arithmetic, Reason, fractions

#: Up to here other bases are looked for that a count would fit.
_LARGEST_NEAR = 1_000_000
#: What is said of the verdicts of `audit_mean`.
_SAID_OF_MEANS = {
    "only divided by n": "sd_divided_by_n",
    "only cut off": "mean_cut_off",
    "mean impossible": "mean_impossible",
    "sd impossible": "sd_impossible",
}


def check_claim(
    claim: Claim, sums: Iterable[Sum] = (), claims: Mapping[str, Claim] = MappingProxyType({})
) -> Arithmetic:
    """Check a claim against its own count and base, the claims of the same base, and every sum it takes part in.

    Parameters
    ----------
    claim : Claim
    sums : iterable of Sum
    claims : mapping of str to Claim
        Those that the sums name and that may have the same base.

    Returns
    -------
    Arithmetic
        `could_have_failed` is the part of all percentages, 0 to 100 with as many decimals, that would have been
        refused: beside a count and a base all but the one that they give (two where a half may be rounded either way);
        without a count those that no count gives; among claims of one base those that would leave no base to all. For
        a sum it is 1, since any one number that is off shows; for a word such as "most" the part of all counts that it
        does not cover; for a mean and a standard deviation see `toe_analysis.statistics.audit_mean`.

    Examples
    --------
    14 of 48 are 29.2 %, and no count of 48 is 24 %; of 58 or 59 firms, 14 are. Only 29 would have passed, so 100 of the
    101 whole percentages would have been caught:

    >>> found = check_claim(Claim("potential", "14 (24 %)", percentage="24", count=14, base=48))
    >>> found.verdict, found.would_fit, round(found.could_have_failed, 3)
    ('does not fit', ('14/58', '14/59'), 0.99)
    """
    try:
        alone = _check_count(claim)
        parts = [alone] if alone else [_check_percentage(claim), _check_word(claim)]
        parts += [_check_mean(claim), check_same_base(claim, claims)]
    except ValueError as error:  # a number is too large to be searched
        raise InputError(f"{claim.cell('printed')}: {error}") from error
    parts += [_check_member(claim, one, claims) for one in sums if claim.name in (*one.terms, one.total)]
    parts = [part for part in parts if part]
    said = {part.verdict for part in parts}
    verdict = next((one for one in (DOES_NOT_FIT, FITS) if one in said), NOTHING)
    would_fit = dict.fromkeys(text for part in parts if part.verdict == verdict for text in part.would_fit)
    largest = max((part.could_have_failed for part in parts if part.could_have_failed >= 0), default=nan)
    reasons = tuple(reason for part in parts for reason in part.reasons)
    return Arithmetic(verdict, tuple(would_fit), largest, reasons or (Reason("alone"),))


def check_sum(one: Sum, claims: Mapping[str, Claim]) -> str:
    """Say whether the terms of a sum add up to its total: `FITS` or `DOES_NOT_FIT`.

    >>> check_sum(Sum("all", "", ("4", "2", "42"), "48"), {})
    'fits'
    """
    terms, total = one.values(claims)
    return FITS if sum(terms) == total else DOES_NOT_FIT


def sum_table(sums: Iterable[Sum], claims: Mapping[str, Claim]) -> pd.DataFrame:
    """Return a row a sum: its place, the equation in numbers, and whether it holds."""
    rows = []
    for one in sums:
        terms, total = one.values(claims)
        rows.append((one.name, one.section, f"{' + '.join(map(str, terms))} = {total}", check_sum(one, claims)))
    table = pd.DataFrame(rows, columns=["sum", "section", "equation", "arithmetic"])
    return table.assign(could_have_failed=1.0, basis="published")


def power_table(bases: Iterable[int]) -> pd.DataFrame:
    """Return which part of all percentages no count prints as, without a decimal and with one.

    It is what the check without a count finds at each base. At 48 firms it lets both 12 % and 13 % pass, since 6 are
    12.5 %: so it finds a little less than `toe_analysis.statistics.impossible_part`, which knows the rounding.

    >>> power_table([48, 429])["could_have_failed"].round(3).tolist()
    [0.495, 0.947, 0.0, 0.57]
    """
    rows = [
        (base, places, could_have_failed(Claim("", "", percentage=any_one), frozenset({base})))
        for base in bases
        for places, any_one in enumerate(("0", "0.0"))
    ]
    return pd.DataFrame(rows, columns=["base", "decimals", "could_have_failed"]).assign(basis="published")


def hand_table(claim: Claim) -> pd.DataFrame:
    """Return the counts whose shares lie around a printed percentage, and the printed count, as exact fractions.

    Raises
    ------
    InputError
        If the claim has no count, no base or no percentage.

    Examples
    --------
    >>> claim = Claim("potential", "14 (24 %)", percentage="24", count=14, base=48)
    >>> hand_table(claim)[["count", "exact"]].to_dict("list")
    {'count': [11, 12, 14], 'exact': ['275/12', '25', '175/6']}
    """
    if None in (claim.count, claim.base) or not claim.percentage:
        raise InputError(f"by_hand: expected a claim with count, base and percentage, found {claim.name}")
    printed = Fraction(claim.percentage.replace(",", "."))
    base, below = claim.base, int(printed * claim.base // 100)
    counts = sorted({below, below + 1, claim.count} & set(range(base + 1)))
    rows = [(count, base, str(Fraction(100 * count, base)), count / base) for count in counts]
    return pd.DataFrame(rows, columns=["count", "base", "exact", "share"]).assign(basis="published")


def _check_count(claim: Claim) -> Arithmetic | None:
    """Check that a part is no larger than the whole; a count without a percentage can do nothing else wrong."""
    if None in (claim.count, claim.base):
        return None
    if claim.count > claim.base:
        values = {"count": claim.count, "base": claim.base}
        return Arithmetic(DOES_NOT_FIT, (), nan, (Reason("too_many", values),))
    if claim.percentage or claim.more_than is not None or not claim.base:
        return None
    return Arithmetic(NOTHING, (), nan, (Reason("unprinted", {"share": claim.count / claim.base}),))


def _check_percentage(claim: Claim) -> Arithmetic | None:
    if not claim.percentage:
        return None
    if claim.base is None:
        return check_without_base(claim)
    largest = min(max(LARGEST_BASE, claim.base), _LARGEST_NEAR)
    beside = {"count": claim.count, "base": claim.base, "largest_base": largest}
    audits = [audit_percentage(claim.percentage, rounding=way, **beside) for way in ORDINARY]
    audit = audits[0]
    most = claim.largest_count if claim.count is None else None
    counts = sorted({count for one in audits for count in one.counts if most is None or count <= most})
    bases = sorted({base for one in audits for base in one.bases})
    near = [(count, claim.base) for count in counts] + [(claim.count, base) for base in bases]
    values = {"printed": claim.percentage, "count": claim.count, "base": claim.base, "readings": fractions(near)}
    if claim.count is not None:
        share, places = claim.count / claim.base if claim.base else nan, max(1, decimals(claim.percentage))
        values["share"] = {language: percent(share, language, places) for language in LANGUAGES}
    fits = bool(counts) if claim.count is None else claim.count in counts
    if fits:
        key = "fits_counts" if claim.count is None else "fits" if claim.count in audit.counts else "fits_even"
    elif claim.count is None:
        key, values["most"] = "no_count" if most is None else "no_count_known", most
    elif audit.roundings:
        key = "cut_off"
    else:
        key = "other_share" if counts else "other_share_impossible"
    verdict, would_fit = (FITS, ()) if fits else (DOES_NOT_FIT, values["readings"])
    part = could_have_failed(claim, frozenset({claim.base})) if claim.base else audit.can_fail
    return Arithmetic(verdict, would_fit, part, (Reason(key, values),))


def _check_mean(claim: Claim) -> Arithmetic | None:
    if not claim.mean:
        return None
    if claim.base is None:
        return check_without_base(claim)
    scale = {"items": claim.items, "smallest": claim.smallest, "largest": claim.largest}
    audit = audit_mean(claim.mean, claim.sd, base=claim.base, **scale)
    values = asdict(audit) | {"respondents": claim.respondents}
    verdict, would_fit = (FITS, ()) if audit.verdict == "consistent" else (DOES_NOT_FIT, audit.near)
    key = _SAID_OF_MEANS.get(audit.verdict, "sd_fits" if claim.sd else "mean_fits")
    return Arithmetic(verdict, would_fit, audit.can_fail, (Reason(key, values),))


def _check_word(claim: Claim) -> Arithmetic | None:
    if claim.more_than is None or None in (claim.count, claim.base):
        return None
    low = min(claim.base * claim.more_than // 100, claim.base) + 1  # the first count that the word covers
    verdict = FITS if more_than(claim, claim.count, claim.base) else DOES_NOT_FIT
    values = {"count": claim.count, "base": claim.base, "percent": claim.more_than}
    would_fit = () if verdict == FITS or low > claim.base else (f"{low}/{claim.base}",)
    return Arithmetic(verdict, would_fit, low / (claim.base + 1), (Reason(f"word_{verdict}", values),))


def more_than(claim: Claim, count: int, base: int) -> bool:
    """Say whether a share exceeds what the claim's word needs."""
    return base > 0 and Fraction(count, base) > Fraction(claim.more_than, 100)


def _check_member(claim: Claim, one: Sum, claims: Mapping[str, Claim]) -> Arithmetic:
    """Which number of a wrong sum is off cannot be told, so each member says what it would have to be."""
    terms, total = one.values(claims)
    verdict = check_sum(one, claims)
    values = {"terms": " + ".join(map(str, terms)), "sum": sum(terms), "total": total}
    needed = sum(terms) if one.total == claim.name else claim.count + total - sum(terms)
    would_fit = () if verdict == FITS or needed < 0 else (str(needed),)
    return Arithmetic(verdict, would_fit, 1.0, (Reason(f"sum_{verdict}", values),))
