"""How many firms answered, and the shares of the statuses, as they are and weighted to what is known of all firms."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toe_analysis.statistics import Share, exact_test, poststratify, r_indicator, weighted_share
from toe_analysis.survey import Source, Study, collapse_sizes
from toe_analysis.survey.facts.questionnaire import SIZE


def response_rates(received: pd.Series, invited: Mapping[int, int], known: int = 0) -> tuple[dict[str, Share], bool]:
    """Return the response rate of each wave, if it is known, and of all together.

    Parameters
    ----------
    received : pandas.Series
        Answers by wave.
    invited : mapping of int to int
        Firms invited by wave; empty where that is not known.
    known : int
        The answers that came from these firms; 0 where that is not said. Another number is of other firms.

    Returns
    -------
    dict of str to Share
        By wave, last ``both`` for all of them. Nothing where it is not known how many were invited.
    bool
        Whether the answers can be of those firms: no more waves, and as many answers as are known or can be.

    Examples
    --------
    >>> response_rates(pd.Series({1: 27, 2: 24}), {1: 317, 2: 461})[0]["2"]
    Share(count=24, base=461)
    >>> response_rates(pd.Series({1: 27}), {})
    ({}, True)
    >>> response_rates(pd.Series({1: 60}), {1: 317, 2: 461}, known=51)
    ({}, False)
    """
    answers, firms = int(received.sum()), sum(invited.values())
    if not invited:
        return {}, True
    if answers > firms or len(received) > len(invited) or known not in (0, answers):
        return {}, False
    waves = received.index if len(received) > 1 else ()
    if any(received[wave] > invited.get(wave, 0) for wave in waves):
        waves = ()
    rates = {str(wave): Share(int(received[wave]), invited[wave]) for wave in waves}
    return rates | {"both": Share(answers, firms)}, True


def funnel_steps(rates: pd.DataFrame, valid: pd.Series, invited: Mapping[int, int], basis: str) -> pd.DataFrame:
    """Return how many firms were invited, answered and are analysed, wave by wave where that is known.

    Parameters
    ----------
    rates : pandas.DataFrame
        ``wave``, ``count`` and ``basis``; empty where it is not known how many were invited.
    valid : pandas.Series
        ``count`` of the analysed answers, ``base`` of all, and ``basis``.
    invited : mapping of int to int
        Firms invited by wave.
    basis : str
        Of the number of answers where there is no rate.

    Returns
    -------
    pandas.DataFrame
        ``step``, ``wave``, ``count`` and ``basis``.
    """
    waves = rates[rates["wave"] != "both"]
    firms = {str(wave): count for wave, count in invited.items()} if len(waves) else {"both": sum(invited.values())}
    known = [("invited", wave, count, "published") for wave, count in firms.items()] if len(rates) else []
    answered = [("answered", *row) for row in waves[["wave", "count", "basis"]].itertuples(index=False, name=None)]
    all_of_them = rates["basis"].iloc[-1] if len(rates) else basis
    answered = answered or [("answered", "both", valid["base"], all_of_them)]
    rows = [*known, *answered, ("valid", "both", valid["count"], valid["basis"])]
    return pd.DataFrame(rows, columns=["step", "wave", "count", "basis"])


_COLUMNS = (
    *("status", "count", "base", "share", "weighted_share", "lower", "upper", "confidence"),
    *("effective_base", "method", "basis"),
)


def weigh(
    firms: pd.DataFrame, study: Study, statuses: Sequence[str], source: Source, *, confidence: float = 0.95
) -> tuple[pd.DataFrame, dict[str, object]]:
    """Weight the share of each status to what the study file says of the frame.

    Parameters
    ----------
    firms : pandas.DataFrame
        The analysed firms: ``size``, ``status``, and a column a question id.
    study : Study
    statuses : sequence of str
        In the order of the rows.
    source : Source
    confidence : float

    Returns
    -------
    pandas.DataFrame
        A row a status: ``count``, ``base`` and ``share`` as they are, ``weighted_share`` with its interval (Korn and
        Graubard) at the ``effective_base``, and ``basis``. No row where nothing can be weighted.
    dict
        For the sentence: why nothing can be weighted (``trouble``, else None), the question of each variable
        (``variables``), how many firms lie outside the classes of size (``left_out``); and where there are weights the
        firms and effective base, the ``change`` of a share at most, and of the first variable the ``indicator`` (R),
        and ``p_value`` and ``how`` of an exact test whether its classes answered alike.
    """
    kept = _within_the_groups(firms, study)
    classes = {role: _classes(kept, study, role) for role in study.frame}
    variables = [study.role(role).labels for role in study.frame]
    found = {"trouble": None, "variables": variables, "left_out": len(firms) - len(kept)}
    trouble, weights = _weights(classes, study.frame)
    if trouble:
        asked = study.role(trouble["role"]).labels if "role" in trouble else {}
        return pd.DataFrame(columns=list(_COLUMNS)), found | {"trouble": trouble | {"asked": asked}}
    used = ["size" if role == SIZE else study.role(role).id for role in study.frame]
    rows = _share_rows(kept["status"], statuses, weights, confidence).assign(basis=source.basis([*used, "status"]))
    found |= {"base": len(kept), "effective_base": rows["effective_base"].iloc[0], "basis": rows["basis"].iloc[0]}
    found |= {"change": (rows["weighted_share"] - rows["share"]).abs().max()}
    first = next(iter(study.frame))
    return rows[list(_COLUMNS)], found | _alike(classes[first], study.frame[first], source.basis(used[:1]))


def _within_the_groups(firms: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the firms whose printed size class does not lie outside the groups, which are all that the frame is of."""
    if SIZE not in study.frame:
        return firms
    printed = study.size_question.options
    outside = {*printed} - {*collapse_sizes(printed, study.sizes.groups)}
    return firms[~firms["size"].isin(outside)]


def _classes(firms: pd.DataFrame, study: Study, role: str) -> pd.Series:
    """Return the class of each firm in the frame; empty where it is in none."""
    if role == SIZE:
        found = firms["size"].map(collapse_sizes(study.size_question.options, study.sizes.groups))
    else:
        found = firms[study.role(role).id]
    return found.where(found.isin(list(study.frame[role])), "")


def _weights(
    classes: Mapping[str, pd.Series], frame: Mapping[str, Mapping[str, int]]
) -> tuple[dict[str, object] | None, np.ndarray | None]:
    """Return why there can be no weights, or the weights."""
    if not frame:
        return {"why": "no_frame"}, None
    for role, margin in frame.items():
        answered = classes[role].value_counts()
        if without := int(answered.get("", 0)):
            return {"why": "without_a_class", "role": role, "count": without}, None
        for label, firms in margin.items():
            if label not in answered:
                return {"why": "nobody", "role": role, "label": label, "firms": firms}, None
            if answered[label] > firms:
                return {"why": "too_many", "role": role, "label": label, "firms": firms}, None
    try:
        return None, poststratify({role: list(found) for role, found in classes.items()}, frame)
    except ValueError:  # all else has been looked at: no weights have these margins together
        return {"why": "apart"}, None


def _share_rows(found: pd.Series, statuses: Sequence[str], weights: np.ndarray, confidence: float) -> pd.DataFrame:
    rows = []
    for status in statuses:
        has = (found == status).to_list()
        row = weighted_share(has, weights).to_row(confidence=confidence)
        row |= {"weighted_share": row["share"], "status": status, "count": sum(has), "share": sum(has) / len(has)}
        rows.append(row)
    return pd.DataFrame(rows)


def _alike(classes: pd.Series, margin: Mapping[str, int], basis: str) -> dict[str, object]:
    """Return how alike the classes of the frame answered, and whether chance alone would do that."""
    firms = list(margin.values())
    answered = [int((classes == label).sum()) for label in margin]
    test = exact_test([answered, [all_firms - some for all_firms, some in zip(firms, answered, strict=True)]])
    found = {"frame": sum(firms), "indicator": r_indicator(answered, firms)}
    found |= {"p_value": test.p_value, "how": test.how}
    return found | {"rates_basis": basis}
