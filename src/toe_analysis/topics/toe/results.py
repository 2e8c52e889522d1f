"""The shares of answers that a study keeps under a name of their own."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from toe_analysis.published.claims import Claim
from toe_analysis.published.report import as_printed
from toe_analysis.showing.tables import share_table
from toe_analysis.statistics import Share, feasible_counts
from toe_analysis.survey import Cleaned, Question, Source, Study
from toe_analysis.survey.summaries import in_base, option_shares


def headline_shares(
    study: Study, cleaned: Cleaned, coded: pd.DataFrame, source: Source
) -> Mapping[str, tuple[Share, str]]:
    """Return each headline's share with its basis; a share of nobody where the questionnaire does not ask for it.

    `coded` is the free text, as `toe_analysis.survey.freetext.code_texts` returns it.
    """
    found = {}
    for told in study.headlines:
        asked = study.role(told.role)
        if asked is None:
            found[told.name] = (Share(0, 0), source.basis([]))
        elif told.option:
            shares = option_shares(asked, cleaned.answers[asked.id], cleaned.missing[asked.id])
            share = shares.get(asked.earlier_options.get(told.option, told.option), Share(0, 0))
            found[told.name] = (share, source.basis([f"{asked.id}:{told.option}"]))
        else:
            share = naming_share(coded, asked, cleaned.missing[asked.id], told.categories)
            found[told.name] = (share, source.basis([f"{asked.id}:{name}" for name in told.categories]))
    return found


def naming_share(coded: pd.DataFrame, question: Question, missing: pd.Series, categories: Iterable[str]) -> Share:
    """Return the share of the firms in a question's base that name one of the categories.

    >>> asked = Question("q40", "Hvor?", "top3")
    >>> coded = pd.DataFrame({"firm": ["F1"], "question": ["q40"], "categories": [("quality",)]})
    >>> naming_share(coded, asked, pd.Series(["", "", "skipped"]), ["quality"])
    Share(count=1, base=2)
    """
    named = coded[coded["question"] == question.id].explode("categories")
    firms = named.loc[named["categories"].isin(list(categories)), "firm"]
    return Share(firms.nunique(), int(in_base(question.type, missing).sum()))


def headlines_as_printed(
    found: Mapping[str, tuple[Share, str]], study: Study, claims: Mapping[str, Claim], *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the headlines that somebody was asked for as rows for showing, with what the report prints as published.

    Parameters
    ----------
    found : mapping
        As `headline_shares` returns it.
    study : Study
    claims : mapping of str to Claim
    confidence : float

    Returns
    -------
    pandas.DataFrame
        ``headline``, count, base, share, interval, ``basis``, and ``misprint``: the percentage that the report prints,
        where that of its count and base does not print so.
    """
    asked = {name: one for name, one in found.items() if one[0].base}
    rows = share_table({name: one[0] for name, one in asked.items()}, "headline", "", confidence=confidence)
    rows = rows.assign(basis=[basis for _, basis in asked.values()])
    told = {one.name: claims.get(one.claim) for one in study.headlines}
    shown = as_printed(rows, told, on="headline")
    return shown.assign(misprint=[_misprint(told[row.headline], row) for row in shown.itertuples()])


def _misprint(claim: Claim | None, row: Any) -> str:
    if row.basis != "published" or claim is None or not claim.percentage:
        return ""
    return "" if row.count in feasible_counts(claim.percentage, row.base) else claim.percentage


def headline_numbers(
    found: Mapping[str, tuple[Share, str]],
    orders: Mapping[str, str],
    flips: Mapping[str, bool],
    bases: Mapping[str, str],
    *,
    confidence: float = 0.95,
) -> dict[str, object]:
    """Return the headline shares, the order of the dimensions, and whether that of the barriers hangs on weights."""
    shares = {name: one.to_row(confidence=confidence) | {"basis": basis} for name, (one, basis) in found.items()}
    return shares | {
        "order_of_dimensions": {**orders, "basis": bases["dimensions"]},
        "order_of_barriers_depends_on_weights": {**flips, "basis": bases["barriers"]},
    }
