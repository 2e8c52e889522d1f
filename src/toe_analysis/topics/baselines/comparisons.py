"""Our shares held against other surveys': every test, over everything that is not printed, and what it is worth."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import nan

import numpy as np
import pandas as pd

from toe_analysis.published.baselines import (
    MEASURES,
    OF_UNKNOWN_SIZE,
    WEIGHTED,
    comparability,
    possible_bases,
    possible_fixed,
    possible_shares,
    printed_share,
)
from toe_analysis.statistics import Share, compare_shares, compare_to_fixed, fisher_p_values
from toe_analysis.topics.baselines.ours import SMALL, OwnShares, own_group

#: The smallest base that a sub-sample of unknown size is given.
SMALLEST_BASE = 20
#: The largest base that a weighted share is tried with; the surveys that print theirs asked some 4,100 firms.
LARGEST_EFFECTIVE = 5000
#: What is measured. Where one of these differs, the two shares are not two values of one thing.
_WHAT = ("same_function", "same_horizon")
_ENDS = ["percent_low", "percent_high"]
_COLUMNS = (
    *("comparison", "measure", "our_count", "our_base", "our_share", "their_count", "their_base", "their_share"),
    *("difference", "difference_lower", "difference_upper", "interval_method"),
    *("odds_ratio", "odds_ratio_lower", "odds_ratio_upper", "method", "p_value", "boschloo_method", "boschloo_p"),
    *("least_base", "p_smallest", "p_largest", "could_be_equal", "numbers", "depends_on", "verdict", "because"),
    *("confidence", "basis"),
)


def comparison_table(
    own: Mapping[str, OwnShares],
    baselines: pd.DataFrame,
    grid: pd.DataFrame,
    *,
    confidence: float = 0.95,
    alpha: float = 0.05,
    smallest_base: int = SMALLEST_BASE,
) -> pd.DataFrame:
    """Compare our shares with every baseline.

    A survey with counts of its own meets Fisher's test, with Boschloo's beside it; a weighted share, which is no count,
    meets the exact binomial test as a fixed number. Every unknown is varied: all of our shares that fit, all their
    counts, bases or shares that print so.

    Parameters
    ----------
    own : mapping of str to OwnShares
        From `toe_analysis.topics.baselines.ours.own_shares`.
    baselines : pandas.DataFrame
    grid : pandas.DataFrame
        From `grid_table`: how far both sides of each comparison measure the same.
    confidence, alpha : float
        Level of the intervals, and the p-value below which a difference counts as shown.
    smallest_base : int
        Where to begin with a base that is not printed.

    Returns
    -------
    pandas.DataFrame
        A row a comparison, and one a reading where several of our shares fit equally: the difference with its interval,
        ``p_value`` at the printed values, ``p_smallest`` and ``p_largest`` over all unknowns, ``could_be_equal`` (no
        where the two measure different things, so that p tests what nobody believes), ``least_base`` of a weighted
        share (from the function of that name), ``numbers`` (what the p-values say), ``verdict`` and ``because``.
        Nothing is adjusted: most rows hold one share of ours against another known number, which is one question.
    """
    rows, by_name = [], grid.set_index("comparison")
    for _, row in baselines[baselines["measure"].isin(MEASURES)].iterrows():
        ours, same = own[own_group(row["measure"], row["size_class"], own[SMALL].size)], by_name.loc[row["source"]]
        bases = possible_bases(row, baselines, smallest_base)
        p_values = possible_p_values(ours.all, row, bases)
        told = {"comparison": row["source"], "measure": row["measure"], "their_share": row["percent"] / 100}
        told |= {"could_be_equal": "no" if same["same_function"] == "no" else "yes"}
        told |= weigh_p_values(p_values, same, alpha, open_ended=row["design"] == OF_UNKNOWN_SIZE)
        told |= {"method": "not_computed", "boschloo_method": "not_computed"}
        told |= {"confidence": confidence, "basis": ours.basis}
        for place, share in enumerate(ours.shares):
            own_range = p_values[[place]] if len(ours.shares) > 1 else p_values
            found = {"our_count": share.count, "our_base": share.base, "our_share": share.value}
            if own_range.size:  # else nothing prints so, or nobody knows at what base
                found |= {"p_smallest": float(own_range.min()), "p_largest": float(own_range.max())}
                found |= _test(share, row, bases, confidence, alpha)
            rows.append(told | found)
        if not ours.shares:
            rows.append(told)
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def possible_p_values(ours: Sequence[Share], row: pd.Series, bases: Sequence[int]) -> np.ndarray:
    """P-values of every one of our shares (rows) against everything that the baseline may stand for (columns)."""
    if row["design"] == WEIGHTED:
        fixed = possible_fixed(row, ours)
        found = [[compare_to_fixed(share, float(value)).p_value for value in fixed] for share in ours]
        return np.array(found).reshape(len(ours), len(fixed))
    return fisher_grid(ours, possible_shares(row, bases))


def fisher_grid(ours: Sequence[Share], theirs: Sequence[Share]) -> np.ndarray:
    """Two-sided Fisher p-values of every pair of shares.

    >>> fisher_grid([Share(3, 4)], [Share(1, 4), Share(3, 4)]).round(4).tolist()
    [[0.4857, 1.0]]
    """
    a, n = (np.array([getattr(share, name) for share in ours], dtype=int)[:, None] for name in ("count", "base"))
    c, m = (np.array([getattr(share, name) for share in theirs], dtype=int)[None] for name in ("count", "base"))
    if not (a.size and c.size):
        return np.empty((a.size, c.size))
    return fisher_p_values(a, n - a, c, m - c)


def weigh_p_values(
    p_values: np.ndarray, grid: Mapping[str, str], alpha: float, *, open_ended: bool = False
) -> dict[str, str]:
    """Say what the p-values show over everything that fits, and what that is worth as a comparison.

    Parameters
    ----------
    p_values : ndarray
        A row for each of our shares that fits, a column for each value that theirs may have.
    grid : mapping of str to str
        As `toe_analysis.published.baselines.comparability` gives it.
    alpha : float
    open_ended : bool
        Whether their base is unknown.

    Returns
    -------
    dict of str to str
        ``numbers``: ``differ`` or ``not_shown`` whatever fits, ``depends``, or ``cannot_compute``; ``depends_on`` the
        unknowns that decide; ``verdict``: ``not_comparable`` where the two measure different things, else ``settled``,
        ``not_settled``, ``depends`` or ``cannot_compute``; and ``because``.

    Examples
    --------
    >>> weigh_p_values(np.array([[0.001, 0.002]]), {"same_function": "no", "same_horizon": "yes"}, 0.05)["verdict"]
    'not_comparable'
    >>> weigh_p_values(np.array([[0.001], [0.2]]), {"same_function": "yes", "same_horizon": "yes"}, 0.05)
    {'numbers': 'depends', 'depends_on': 'our_share', 'verdict': 'depends', 'because': 'our_share'}
    """
    if not p_values.size:
        return {"numbers": "cannot_compute", "depends_on": "", "verdict": "cannot_compute", "because": ""}
    below = p_values <= alpha
    numbers = "differ" if below.all() else "depends" if below.any() else "not_shown"
    changes = {"our_share": _mixed(below, 0), "their_base" if open_ended else "their_share": _mixed(below, 1)}
    depends_on = "_and_".join(name for name, found in changes.items() if found)
    if differ := [name.removeprefix("same_") for name in _WHAT if grid[name] == "no"]:
        verdict, because = "not_comparable", "_and_".join(differ)
    else:
        verdict = {"differ": "settled", "not_shown": "not_settled", "depends": "depends"}[numbers]
        because = depends_on
    return {"numbers": numbers, "depends_on": depends_on, "verdict": verdict, "because": because}


def _mixed(below: np.ndarray, axis: int) -> bool:
    """Whether moving along one axis alone takes some p-value over the line."""
    return bool((below.any(axis=axis) & ~below.all(axis=axis)).any())


def _test(share: Share, row: pd.Series, bases: Sequence[int], confidence: float, alpha: float) -> dict[str, object]:
    """Return the test at the printed values; a base that is not printed is given its largest possible value."""
    if row["design"] == WEIGHTED:
        found = compare_to_fixed(share, row["percent"] / 100, confidence=confidence)
        return {
            "difference": found.difference,
            "difference_lower": found.interval.lower - found.fixed_share,
            "difference_upper": found.interval.upper - found.fixed_share,
            "interval_method": found.interval.method,
            "method": "binomial",
            "p_value": found.p_value,
            "boschloo_method": "boschloo_fixed",
            "least_base": least_base(share, *(row[_ENDS] / 100), alpha),
        }
    found = compare_shares(share, printed_share(row, bases[-1]), confidence=confidence)
    limits = found.exact_difference_interval
    if limits.method != "chan_zhang":  # too many pairs of counts
        limits = found.difference_interval
    odds = found.matching_interval  # the one that agrees with the p beside it
    return {
        "their_count": found.baseline.count,
        "their_base": found.baseline.base,
        "their_share": found.baseline.value,
        "difference": found.difference,
        "difference_lower": limits.lower,
        "difference_upper": limits.upper,
        "interval_method": limits.method,
        "odds_ratio": found.odds_ratio,
        "odds_ratio_lower": odds.lower,
        "odds_ratio_upper": odds.upper,
        "method": "fisher",
        "p_value": found.fisher_p,
        "boschloo_method": "boschloo_skipped" if np.isnan(found.boschloo_p) else "boschloo",
        "boschloo_p": found.boschloo_p,
    }


def least_base(ours: Share, low: float, high: float, alpha: float) -> float:
    """Return from how many answers on a weighted share is shown to differ from ours, if it is worth so many.

    What its weights cost is not printed, so no design effect can be taken. So Fisher's test is made at every base up to
    `LARGEST_EFFECTIVE`, with the end of the printed share that is nearer to ours.

    Returns
    -------
    float
        NaN where no base is enough.

    Examples
    --------
    None of 4 against all of 2 has p = 1/15, against all of 3 p = 1/35:

    >>> least_base(Share(0, 4), 1.0, 1.0, 0.05)
    3.0
    """
    nearer = min(low, high, key=lambda end: abs(end - ours.value))
    bases = np.arange(1, LARGEST_EFFECTIVE + 1)
    counts = np.rint(nearer * bases).astype(int)
    shown = fisher_p_values(ours.count, ours.base - ours.count, counts, bases - counts) <= alpha
    first = bases[~shown].max(initial=0) + 1
    return float(first) if first <= LARGEST_EFFECTIVE and not low <= ours.value <= high else nan


def grid_table(own: Mapping[str, OwnShares], baselines: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the comparability grid: a row a comparison, with what is the same as in our survey and what is not.

    `year` is that of our survey.
    """
    rows = []
    for _, row in baselines[baselines["measure"].isin(MEASURES)].iterrows():
        ours = own[own_group(row["measure"], row["size_class"], own[SMALL].size)]
        same = comparability(row, ours.size, year)
        rows.append({"comparison": row["source"], "measure": row["measure"]} | same | {"basis": "published"})
    return pd.DataFrame(rows)


def sum_up(comparisons: pd.DataFrame) -> dict[str, object]:
    """Count the verdicts of `comparison_table` over all comparisons, one each.

    Returns
    -------
    dict
        ``comparisons``; how many have each verdict, ``verdicts``; and ``basis``.
    """
    one_each = comparisons.drop_duplicates("comparison")
    return {
        "comparisons": len(one_each),
        "verdicts": dict(Counter(one_each["verdict"]).most_common()),
        "basis": one_each["basis"].iloc[0],
    }
