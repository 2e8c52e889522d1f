"""The shares of the statuses, had the firms that answered the same sizes and industries as all firms of the frame."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toe_analysis.statistics import exact_test, poststratify, r_indicator, weighted_share
from toe_analysis.survey import Source, Study, collapse_sizes
from toe_analysis.survey.facts.study import SIZE

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
        row = weighted_share(has, weights).to_frame(confidence=confidence).rename(columns={"share": "weighted_share"})
        rows.append(row.assign(status=status, count=sum(has), share=sum(has) / len(has)))
    return pd.concat(rows, ignore_index=True)


def _alike(classes: pd.Series, margin: Mapping[str, int], basis: str) -> dict[str, object]:
    """Return how alike the classes of the frame answered, and whether chance alone would do that."""
    firms = list(margin.values())
    answered = [int((classes == label).sum()) for label in margin]
    test = exact_test([answered, [all_firms - some for all_firms, some in zip(firms, answered, strict=True)]])
    how = "exact" if test.standard_error is None else "random_tables"
    found = {"frame": sum(firms), "indicator": r_indicator(answered, firms), "p_value": test.p_value, "how": how}
    return found | {"rates_basis": basis}
