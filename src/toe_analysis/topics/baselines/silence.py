"""What those who did not answer may hide: how far the odds of answering may differ before a claim falls."""

from collections.abc import Iterator, Mapping
from math import inf

import numpy as np
import pandas as pd

from toe_analysis.published.baselines import ANY_USE, BRIDGE, MEASURES, NOT_EXPECTING, PRODUCTION, SMALL
from toe_analysis.statistics import Share, response_interval, share_bounds, tipping_gamma
from toe_analysis.topics.baselines.ours import OwnShares, own_group

#: Factors between the odds of answering that are drawn, from "all alike" on.
GAMMAS = (*np.geomspace(1, 10, 31).round(4).tolist(), inf)


def band_table(share: Share, population: int, basis: str, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return what is known of the share among all firms that were invited, factor by factor.

    Parameters
    ----------
    share : Share
        Among the firms that answered.
    population : int
        Firms that were invited; 0 where nobody knows, and then there is no row.
    basis : str
    confidence : float

    Returns
    -------
    pandas.DataFrame
        A row for each of `GAMMAS`, the largest factor between the odds of answering of firms with the property and of
        firms without it, either way: ``lower`` and ``upper``. Where it is infinite nothing is assumed, and the limits
        are what is left if none, or all, of the others have the property: they have no confidence to be stated.

    Examples
    --------
    Four of 48 that answered, out of 778: at least 4 and at most 734 of these.

    >>> band_table(Share(4, 48), 778, "published").iloc[-1][["lower", "upper"]].astype(float).round(3).tolist()
    [0.005, 0.943]
    """
    rows = []
    for gamma in GAMMAS if population and share.base else ():
        if gamma == inf:
            limits = share_bounds(share, population)
        else:
            limits = response_interval(share, population, gamma=gamma, confidence=confidence)
        rows.append({"gamma": gamma} | vars(limits))
    told = {"count": share.count, "base": share.base, "population": population}
    return pd.DataFrame(rows, columns=["gamma", "lower", "upper", "confidence"]).assign(**told, basis=basis)


def tipping_gammas(
    own: Mapping[str, OwnShares], baselines: pd.DataFrame, population: int, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return for every claim the factor between the odds of answering at which it falls.

    A claim is that the share among all firms that were invited is not what another survey found. It is made for every
    share of other surveys, as it stands (``function`` is then `any_use`, or `not_expecting`) and, for users, converted
    to production; not for small firms, of whom nobody knows how many were invited.

    Returns
    -------
    pandas.DataFrame
        A row a claim, none where the `population` of invited firms is 0: nobody knows it. ``gamma`` is 1 where the
        claim is not even shown if all firms are as likely to answer.
    """
    rows = []
    for measure, source, function, theirs in _claims(own, baselines) if population else ():
        share, basis = own[measure].shares[0], own[measure].basis
        gamma = tipping_gamma(share, population, theirs, confidence=confidence)
        rows.append(
            {"measure": measure, "comparison": source, "function": function, "our_count": share.count}
            | {"our_base": share.base, "population": population, "their_share": theirs, "gamma": gamma}
            | {"confidence": confidence, "basis": basis}
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    *("measure", "comparison", "function", "our_count", "our_base", "population", "their_share", "gamma"),
    *("confidence", "basis"),
]


def _claims(own: Mapping[str, OwnShares], baselines: pd.DataFrame) -> Iterator[tuple[str, str, str, float]]:
    bridge = (baselines.loc[baselines["measure"] == BRIDGE, "percent"] / 100).tolist()
    for _, row in baselines[baselines["measure"].isin(MEASURES)].iterrows():
        group, theirs = own_group(row["measure"], row["size_class"], own[SMALL].size), row["percent"] / 100
        if group == SMALL or not own[group].shares:
            continue
        refuses = row["measure"] == "does_not_expect"
        yield group, row["source"], NOT_EXPECTING if refuses else ANY_USE, theirs
        for part in bridge if row["measure"] == "uses" else ():
            yield group, row["source"], PRODUCTION, theirs * part


def sum_up_gammas(table: pd.DataFrame, held: str) -> dict[str, object]:
    """Return what `tipping_gammas` says, in short; `held` is the baseline that the report holds its users against.

    Returns
    -------
    dict
        Its rows for ``any_use`` and, converted, for ``production`` (None where there is none); the ``largest`` factor
        of all claims, a row; and of how many of the ``claims`` nothing is shown ``at_once``.
    """
    rows = {row["function"]: row for row in table[table["comparison"] == held].to_dict("records")}
    return {
        "any_use": rows.get(ANY_USE),
        "production": rows.get(PRODUCTION),
        "largest": table.loc[table["gamma"].idxmax()].to_dict() if len(table) else None,
        "claims": len(table),
        "at_once": int((table["gamma"] == 1).sum()),
    }
