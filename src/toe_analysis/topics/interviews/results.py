"""The tables about the interviews: units by category, placing, theme and firm, a second coder, and who was asked."""

from collections.abc import Mapping
from math import nan

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.interviews import AT_INTERVIEW, DIMENSIONS, THEMES
from toe_analysis.published.claims import Claim, printed
from toe_analysis.statistics import Interval, Share, cohens_kappa, krippendorff_alpha, share_table
from toe_analysis.survey import Responses

#: The report's codings, and what rests on nothing else.
REPORT = "published"
#: The three measures of agreement, the plainest first.
AGREEMENTS = ("percent_agreement", "cohens_kappa", "krippendorff_alpha")


def unit_table(codings: pd.DataFrame, second: pd.Series | None) -> pd.DataFrame:
    """Return every unit under its category, with the second coder's code beside it.

    Returns
    -------
    pandas.DataFrame
        The columns of `codings`, ``second_toe`` and ``same_code`` ("yes" or "no"; both empty without a second coder)
        and ``basis``; by category, interview and unit.
    """
    codes = pd.Series("", index=codings.index) if second is None else second
    same = (codes == codings["toe"]).map({True: "yes", False: "no"}).where(codes != "", "")
    rows = codings.assign(second_toe=codes, same_code=same, basis=REPORT if second is None else "responses")
    return rows.sort_values(["toe", "interview", "unit"], key=_in_order, ignore_index=True)


def category_counts(codings: pd.DataFrame) -> pd.DataFrame:
    """Return units by interview (rows) and category (columns), categories without a unit included.

    >>> category_counts(pd.DataFrame({"interview": [1, 1, 2], "toe": ["T", "E", "T"]})).to_numpy().tolist()
    [[1, 0, 1], [1, 0, 0]]
    """
    return pd.crosstab(codings["interview"], codings["toe"]).reindex(columns=list(DIMENSIONS), fill_value=0)


def largest(totals: pd.Series) -> list[str]:
    """Return the categories that have most units: several, where they have equally many.

    >>> largest(pd.Series({"T": 17, "O": 14, "E": 17}))
    ['T', 'E']
    """
    return totals.index[totals == totals.max()].to_list()


def interview_table(codings: pd.DataFrame) -> pd.DataFrame:
    """Count the units of each interview by category.

    Returns
    -------
    pandas.DataFrame
        A row an interview and category: ``interview``, ``toe``, ``count``, ``base`` (its units) and ``basis``.

    Examples
    --------
    >>> codings = pd.DataFrame({"interview": [1, 1, 1], "toe": ["T", "E", "T"]})
    >>> interview_table(codings)[["toe", "count", "base"]].to_numpy().tolist()
    [['T', 2, 3], ['O', 0, 3], ['E', 1, 3]]
    """
    counts = category_counts(codings)
    rows = counts.stack().rename("count").reset_index()
    return rows.assign(base=rows["interview"].map(counts.sum(axis=1)), basis=REPORT)


def placing_table(placings: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count the units by category under several placings.

    Returns
    -------
    pandas.DataFrame
        A row a placing: ``placing``, ``count_T``, ``count_O``, ``count_E``, ``base`` and ``basis``.
    """
    counts = pd.DataFrame({name: category_counts(codings).sum() for name, codings in placings.items()}).T
    rows = counts.add_prefix("count_").assign(base=counts.sum(axis=1), basis=REPORT)
    return rows.rename_axis("placing").rename_axis(None, axis=1).reset_index()


def theme_table(codings: pd.DataFrame) -> pd.DataFrame:
    """Count units and interviews by theme and category, themes with most units first.

    Returns
    -------
    pandas.DataFrame
        ``theme``, ``toe``, ``count`` (units), ``base`` (units in all), ``interviews`` (how many hold one), ``which``
        (their numbers), ``coded_by`` (themes are ours) and ``basis`` (of the units).

    Examples
    --------
    >>> codings = pd.DataFrame({"interview": [1, 2, 2], "toe": ["T", "T", "T"], "theme": ["data_quality"] * 3})
    >>> theme_table(codings)[["count", "interviews", "which"]].to_numpy().tolist()
    [[3, 2, '1, 2']]
    """
    rows = codings.groupby(["theme", "toe"], sort=False)["interview"].agg(
        count="size", interviews="nunique", which=lambda found: ", ".join(map(str, sorted(set(found))))
    )
    rows = rows.reset_index()
    sizes = codings["theme"].value_counts()
    rows = rows.assign(size=rows["theme"].map(sizes)).sort_values(
        ["size", "theme", "toe"], ascending=[False, True, True], key=_in_order, ignore_index=True
    )
    rows = rows.assign(base=len(codings), coded_by="ours", basis=REPORT)
    return rows[["theme", "toe", "count", "base", "interviews", "which", "coded_by", "basis"]]


def at_interview_table(codings: pd.DataFrame, firms: pd.Series) -> pd.DataFrame:
    """Count the units by category among the firms that used AI at the interview, and among those that intended to.

    Returns
    -------
    pandas.DataFrame
        ``at_interview``, ``firms``, ``toe``, ``count``, ``base`` (units of the group), ``fewest`` and ``most`` (of the
        category in one firm of the group), ``basis``.
    """
    units = interview_table(codings)
    groups = units.assign(at_interview=units["interview"].map(firms)).groupby(["at_interview", "toe"])["count"]
    rows = groups.agg(firms="size", count="sum", fewest="min", most="max").reset_index()
    rows = rows.sort_values(["at_interview", "toe"], key=_in_order, ignore_index=True)
    rows["base"] = rows.groupby("at_interview")["count"].transform("sum")
    return rows[["at_interview", "firms", "toe", "count", "base", "fewest", "most"]].assign(basis=REPORT)


def agreement_table(codes: pd.Series, second: pd.Series | None, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the three measures of agreement; rows without a value where there is no second coder.

    Parameters
    ----------
    codes : pandas.Series
        A code a unit.
    second : pandas.Series or None
        The second coder's codes for the same units.
    confidence : float
        Level of the intervals.

    Returns
    -------
    pandas.DataFrame
        A row for each of `AGREEMENTS`, named in ``agreement``: ``estimate``, ``estimate_lower``, ``estimate_upper``,
        ``confidence``, ``count`` (units with the same code), ``base`` (units) and ``method`` (of the interval, or
        ``no_second_coder``).

    Notes
    -----
    All three intervals take units as independent, which those of one interview are not: they are too narrow.

    Examples
    --------
    Agreement in 3 of 4 units, where chance gives 1/2: (3/4 - 1/2) / (1 - 1/2).

    >>> first, second = pd.Series(["T", "T", "O", "O"]), pd.Series(["T", "T", "O", "T"])
    >>> agreement_table(first, second)[["agreement", "estimate", "count", "base"]].head(2)
               agreement  estimate  count  base
    0  percent_agreement      0.75      3     4
    1       cohens_kappa      0.50      3     4
    """
    if second is None:
        same, nothing = Share(0, 0), Interval(nan, nan, confidence, "no second coder")
        found = [(nan, nothing)] * len(AGREEMENTS)
    else:
        same = Share(int((codes == second).sum()), len(codes))
        kappa = cohens_kappa(codes.tolist(), second.tolist(), confidence=confidence)
        alpha = krippendorff_alpha([codes.tolist(), second.tolist()], confidence=confidence)
        found = [(same.value, same.interval(confidence=confidence))]
        found += [(one.estimate, one.interval) for one in (kappa, alpha)]
    rows = [
        {"agreement": name, "estimate": estimate, "estimate_lower": limits.lower, "estimate_upper": limits.upper}
        | {"confidence": limits.confidence, **vars(same), "method": limits.method.replace(" ", "_")}
        for name, (estimate, limits) in zip(AGREEMENTS, found, strict=True)
    ]
    return pd.DataFrame(rows)


def confusion_table(codes: pd.Series, second: pd.Series | None) -> pd.DataFrame:
    """Count the units by the code of the report (rows) and of the second coder (columns); no row without the latter.

    Returns
    -------
    pandas.DataFrame
        ``toe``, and the columns ``second_T``, ``second_O`` and ``second_E``.

    Examples
    --------
    >>> confusion_table(pd.Series(["T", "O"]), pd.Series(["T", "T"]))
      toe  second_T  second_O  second_E
    0   T         1         0         0
    1   O         1         0         0
    2   E         0         0         0
    """
    names = [f"second_{code}" for code in DIMENSIONS]
    if second is None:
        return pd.DataFrame(columns=["toe", *names])
    counts = pd.crosstab(codes, second).reindex(index=DIMENSIONS, columns=DIMENSIONS, fill_value=0)
    return counts.set_axis(names, axis=1).rename_axis("toe").reset_index().rename_axis(None, axis=1)


def selection_table(responses: Responses, claims: Mapping[str, Claim], *, confidence: float = 0.95) -> pd.DataFrame:
    """Return how many firms of each status may be asked for an interview, beside the number the report prints.

    Returns
    -------
    pandas.DataFrame
        ``status``, ``guide_group``, ``count`` (willing), ``base`` (answered), share and interval, ``printed``,
        ``same_count`` ("yes" or "no") and ``basis``.

    Raises
    ------
    InputError
        If a status names no printed number, or one that is not printed.
    """
    firms, study = responses.table, responses.study
    if unnamed := next((name for name in study.status_names if not study.status(name).guide_claim), ""):
        raise InputError(
            f'study.toml: expected guide = {{ group = "...", claim = "..." }} under the status {unnamed}, found no '
            f"claim: it names the row of published_claims.csv that holds the number of willing firms"
        )
    willing = study.role("willing")
    asked = firms[willing.id] if willing else pd.Series("", index=firms.index)
    options = willing.options if willing else ()
    shares = {}
    for status in study.status_names:
        answers = asked[firms["status"] == status]
        shares[status] = Share(int((answers == study.yes).sum()), int(answers.isin(options).sum()))
    basis = responses.source.basis(["status", *([willing.id] if willing else [])])
    rows = share_table(shares, ["status"], confidence=confidence)
    as_printed = [printed(claims, study.status(name).guide_claim) for name in rows["status"]]
    rows.insert(1, "guide_group", [study.status(name).guide_group for name in rows["status"]])
    same = (rows["count"] == as_printed).map({True: "yes", False: "no"})
    return rows.assign(printed=as_printed, same_count=same, basis=basis)


def _in_order(column: pd.Series) -> pd.Series:
    """Return codes that have an order as their places, by which rows are sorted, and other columns as they are."""
    codes = {"theme": THEMES, "toe": DIMENSIONS, "at_interview": AT_INTERVIEW}.get(column.name)
    return column.map(codes.index) if codes else column
