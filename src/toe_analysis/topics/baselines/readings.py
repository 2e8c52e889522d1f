"""What an unprinted base does to a p-value, and what a p-value is: tables of readings and of outcomes."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from toe_analysis.statistics import Share, adjust_p_values, fisher_p_values
from toe_analysis.topics.baselines.comparisons import fisher_grid
from toe_analysis.topics.baselines.ours import OwnShares

_READING = (
    *("our_count", "our_base", "our_share", "p_smallest", "p_largest", "numbers", "below_above", "pairs"),
    *("method", "basis"),
)


def readings_table(ours: Sequence[Share], theirs: Sequence[Share], basis: str, *, alpha: float = 0.05) -> pd.DataFrame:
    """Return, for each of our readings, the range of p over theirs and whether it decides.

    Parameters
    ----------
    ours, theirs : sequence of Share
        Every share that fits what is printed, on our side and on theirs.
    basis : str
    alpha : float

    Returns
    -------
    pandas.DataFrame
        A row a reading of ours: the range of p over the ``pairs`` with theirs; ``numbers``: `differ` or `not_shown`
        where p is on one side of `alpha` whatever theirs is, else `depends`; and ``below_above``, the base of theirs
        above which p is below `alpha` for every count (NaN if there is none). No row where nothing of theirs fits.

    Examples
    --------
    >>> found = readings_table([Share(4, 4)], [Share(0, 2), Share(0, 4), Share(1, 8)], "published")
    >>> found[["numbers", "below_above"]].values.tolist()
    [['depends', 2]]
    """
    rows, bases = [], np.array([share.base for share in theirs])
    for share, p_values in zip(ours, fisher_grid(ours, theirs), strict=True) if theirs else ():
        below = p_values <= alpha
        last = bases[~below].max(initial=0)
        rows.append(
            {"our_count": share.count, "our_base": share.base, "our_share": share.value, "pairs": len(theirs)}
            | {"p_smallest": p_values.min(), "p_largest": p_values.max()}
            | {"numbers": "differ" if below.all() else "depends" if below.any() else "not_shown"}
            | {"below_above": last if last < bases.max() else np.nan, "method": "fisher", "basis": basis}
        )
    return pd.DataFrame(rows, columns=list(_READING))


def is_settled(readings: pd.DataFrame) -> bool:
    """Tell whether whatever fits gives the same answer: p is below the limit in every pair, or in none.

    >>> is_settled(pd.DataFrame({"numbers": ["differ", "not_shown"]}))
    False
    """
    return set(readings["numbers"]) in ({"differ"}, {"not_shown"}, set())


def edge_table(shares: Sequence[Share], theirs: Sequence[Share], basis: str, *, alpha: float = 0.05) -> pd.DataFrame:
    """Return `readings_table` as it is and if one firm of the class "10-20" has exactly 20 employees: not under 20.

    The column ``edge`` says what that firm is: `none`, `not_expecting` or `expecting`.

    >>> edge_table([Share(7, 11)], [Share(2, 5)], "published")[["edge", "our_count", "our_base"]].to_numpy().tolist()
    [['none', 7, 11], ['not_expecting', 6, 10], ['expecting', 7, 10]]
    """
    cases = {
        "none": shares,
        "not_expecting": [Share(one.count - 1, one.base - 1) for one in shares if one.count and one.base > 1],
        "expecting": [Share(one.count, one.base - 1) for one in shares if one.count < one.base > 1],
    }
    tables = [readings_table(ours, theirs, basis, alpha=alpha).assign(edge=name) for name, ours in cases.items()]
    parts = [table for table in tables if len(table)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["edge", *_READING])


def outcome_table(sample: Share, baseline: Share, basis: str) -> pd.DataFrame:
    """Return every outcome that the margins of a 2 x 2 table allow, with its probability if the shares are equal.

    Returns
    -------
    pandas.DataFrame
        A row a possible count of the sample: ``probability``, ``counts_towards_p`` (yes where it is no likelier than
        the one seen) and ``seen``. The probabilities that count add up to Fisher's two-sided p-value.

    Examples
    --------
    Four cups of eight are chosen and three are right; of the 70 ways to choose, 1, 16, 36, 16 and 1 have 0 to 4 right:

    >>> found = outcome_table(Share(3, 4), Share(1, 4), "published")
    >>> (found["probability"] * 70).round().astype(int).tolist()
    [1, 16, 36, 16, 1]
    >>> found["counts_towards_p"].tolist()
    ['yes', 'yes', 'no', 'yes', 'yes']
    """
    total, marked = sample.base + baseline.base, sample.count + baseline.count
    counts = np.arange(max(0, marked - baseline.base), min(sample.base, marked) + 1)
    theirs = marked - counts
    p_values = fisher_p_values(counts, sample.base - counts, theirs, baseline.base - theirs)
    extreme = p_values <= p_values[counts == sample.count]  # two-sided p rises with an outcome's own chance
    words = {True: "yes", False: "no"}
    return pd.DataFrame(
        {
            "our_count": counts,
            "our_base": sample.base,
            "their_base": baseline.base,
            "probability": hypergeom.pmf(counts, total, marked, sample.base),
            "counts_towards_p": [words[bool(flag)] for flag in extreme],
            "seen": [words[bool(count == sample.count)] for count in counts],
            "method": "fisher",
            "basis": basis,
        }
    )


def outcome_p_value(outcomes: pd.DataFrame) -> float:
    """Add up the outcomes that count towards p."""
    return float(outcomes.loc[outcomes["counts_towards_p"] == "yes", "probability"].sum())


def read_reversed(own: OwnShares, everyone: OwnShares, theirs: Share | None) -> dict[str, object]:
    """Read a printed share of small firms as if it were of the sceptics.

    Then so many of the sceptics are small firms, which are at least these, and at most these and all no sceptics.

    Parameters
    ----------
    own, everyone : OwnShares
        Those who do not expect AI among the small firms, and among all.
    theirs : Share or None
        What the share is held against; None where no base of theirs is possible.

    Returns
    -------
    dict
        ``why_not``: ``counted`` where nothing is printed, ``no_reading`` where no reading has the sceptics as its
        base, ``nothing_to_hold_against`` without `theirs`, else empty, and then: the reading ``printed``; the
        ``least`` and the ``most`` that the share of small firms may be, with ``p_smallest`` and ``p_largest``; and
        ``theirs``.
    """
    if own.basis != "published":
        return {"why_not": "counted"}
    sceptics = next(iter(everyone.shares), Share(0, 0))
    printed = next((share for share in own.shares if share.base == sceptics.count), None)
    if printed is None:
        return {"why_not": "no_reading"}
    if theirs is None:
        return {"why_not": "nothing_to_hold_against"}
    most = sceptics.base - (sceptics.count - printed.count)
    shares = [Share(printed.count, base) for base in range(printed.count, most + 1)]
    p_values = fisher_grid(shares, [theirs])
    found = {"why_not": "", "printed": printed, "least": shares[-1], "most": shares[0], "theirs": theirs}
    return found | {"p_smallest": p_values.min(), "p_largest": p_values.max()}


def claim_verdicts(comparisons: pd.DataFrame, claims: Mapping[str, str]) -> pd.DataFrame:
    """Return the verdicts of the report's own comparisons.

    Parameters
    ----------
    comparisons : pandas.DataFrame
        From `toe_analysis.topics.baselines.comparisons.comparison_table`.
    claims : mapping of str to str
        The claim's code by the baseline that it is held against.

    Returns
    -------
    pandas.DataFrame
        A row a claim, with the range of p over all that fits. The claims are different questions of the same firms, so
        they are a family: ``holm_smallest`` and ``holm_largest`` are adjusted (Holm), where all p-values are the
        smallest that fit, and where all are the largest.
    """
    found = comparisons[comparisons["comparison"].isin(claims)]
    told = dict.fromkeys(("numbers", "depends_on", "verdict", "because", "basis"), "first")
    told |= {"p_smallest": "min", "p_largest": "max", "method": "first"}
    table = found.groupby("comparison").agg(told).reindex([name for name in claims if name in set(found["comparison"])])
    table = table.reset_index()
    table.insert(0, "claim", table["comparison"].map(claims))
    for end in ("smallest", "largest"):
        known = table[f"p_{end}"].dropna()
        table[f"holm_{end}"] = pd.Series(adjust_p_values(known.tolist(), method="holm"), index=known.index, dtype=float)
    return table
