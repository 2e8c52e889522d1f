"""One interval of our users against every share of any use, and over the bridge from any use to use in production."""

import pandas as pd

from toe_analysis.published.baselines import BRIDGE
from toe_analysis.statistics import Interval, compare_to_fixed
from toe_analysis.topics.baselines.ours import OwnShares

#: Where a share may lie against our interval.
LIES = ("above", "within", "below", "edge")
_COLUMNS = (
    *("comparison", "our_count", "our_base", "our_share", "lower", "upper", "confidence", "their_share", "lies"),
    *("bridged", "bridged_lower", "bridged_upper", "bridged_lies", "p_bridged", "method_bridged", "basis"),
)
_RANGE = ["percent_low", "percent", "percent_high"]


def bridge_table(own: OwnShares, baselines: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Hold one exact interval of our share of users against every share of any use, and over the bridge of production.

    All of those shares are taken as known, so they ask one question of ours, which an interval answers (Clopper and
    Pearson's). The bridge is the share of AI users that use AI for production. Times a share of firms that use AI at
    all it is a share of firms that use it in production; its range is that of both printed numbers.

    Returns
    -------
    pandas.DataFrame
        A row a baseline of use: our share with ``lower`` and ``upper``; ``their_share`` and where it ``lies``: `above`,
        `within` or `below` the interval, or on its `edge`, where the rounding of the printed number decides;
        ``bridged`` with its range, ``bridged_lies``, and the binomial ``p_bridged``. Empty without a bridge or a share
        of our own.
    """
    bridge = baselines[baselines["measure"] == BRIDGE]
    if bridge.empty or not own.shares:
        return pd.DataFrame(columns=list(_COLUMNS))
    share, theirs = own.shares[0], baselines[baselines["measure"] == "uses"]
    interval = share.interval(method="clopper_pearson", confidence=confidence)
    any_use = theirs[_RANGE] / 100
    bridged = theirs[_RANGE] * bridge.iloc[0][_RANGE].astype(float) / 10_000
    table = pd.DataFrame({"comparison": theirs["source"], "their_share": any_use["percent"]})
    table[["bridged_lower", "bridged", "bridged_upper"]] = bridged
    for column, shares in (("lies", any_use), ("bridged_lies", bridged)):
        table[column] = [lies(interval, low, high) for low, _, high in shares.itertuples(index=False)]
    table["p_bridged"] = [compare_to_fixed(share, one).p_value for one in bridged["percent"]]
    ours = {"our_count": share.count, "our_base": share.base, "our_share": share.value, "basis": own.basis}
    ours |= {"lower": interval.lower, "upper": interval.upper, "confidence": confidence}
    return table.assign(**ours, method_bridged="binomial")[list(_COLUMNS)].reset_index(drop=True)


def lies(interval: Interval, low: float, high: float) -> str:
    """Tell where a share between two limits lies: `above`, `within` or `below` an interval, or on its `edge`.

    >>> [lies(Interval(0.2, 0.4, 0.95, ""), *share) for share in ((0.1, 0.1), (0.3, 0.4), (0.39, 0.41), (0.5, 0.6))]
    ['below', 'within', 'edge', 'above']
    """
    if low > interval.upper:
        return "above"
    if high < interval.lower:
        return "below"
    return "within" if interval.lower <= low and high <= interval.upper else "edge"


def bridge_sides(bridge: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Count how many shares of `bridge_table` lie `above`, `within`, `below` or on the `edge` of our interval.

    Returns
    -------
    dict of str to dict of str to int
        Of ``any`` use, and ``bridged`` to production.

    Examples
    --------
    >>> bridge_sides(pd.DataFrame({"lies": ["above", "edge"], "bridged_lies": ["within", "within"]}))["any"]
    {'above': 1, 'within': 0, 'below': 0, 'edge': 1}
    """
    columns = {"any": "lies", "bridged": "bridged_lies"}
    return {
        name: bridge[column].value_counts().reindex(LIES, fill_value=0).to_dict() for name, column in columns.items()
    }
