"""The shares of answers that a study keeps under a name of their own."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from toe_analysis.published.claims import Claim
from toe_analysis.published.report import as_printed
from toe_analysis.statistics import Share, feasible_counts, share_table
from toe_analysis.survey import Cleaned, Question, Study
from toe_analysis.survey.summaries import in_base, option_shares


def headline_table(cleaned: Cleaned, coded: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return a row a ``headline``: its share with interval and basis, of nobody where the questionnaire does not ask.

    `coded` is the free text, as `toe_analysis.survey.freetext.code_texts` returns it.
    """
    found, source = {}, cleaned.source
    for told in cleaned.study.headlines:
        asked = cleaned.study.role(told.role)
        if asked is None:
            found[told.name] = (Share(0, 0), source.basis([]))
        elif told.option:
            shares = option_shares(asked, cleaned.answers[asked.id], cleaned.missing[asked.id])
            option = asked.earlier_options.get(told.option, told.option)
            found[told.name] = (shares.get(option, Share(0, 0)), source.basis_of([asked.id], [option]))
        else:
            share = naming_share(coded, asked, cleaned.missing[asked.id], told.categories)
            found[told.name] = (share, source.basis_of([asked.id], told.categories))
    shares = {name: share for name, (share, _) in found.items()}
    return share_table(shares, ["headline"], confidence=confidence).assign(basis=[basis for _, basis in found.values()])


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


def headlines_as_printed(table: pd.DataFrame, study: Study, claims: Mapping[str, Claim]) -> pd.DataFrame:
    """Return the headlines that somebody was asked for, for showing: what the report prints is published.

    Parameters
    ----------
    table : pandas.DataFrame
        As `headline_table` returns it.
    study : Study
    claims : mapping of str to Claim

    Returns
    -------
    pandas.DataFrame
        With ``misprint``: the percentage that the report prints, where that of its count and base does not print so.
    """
    told = {one.name: claims.get(one.claim) for one in study.headlines}
    shown = as_printed(table[table["base"] > 0], told, on="headline")
    return shown.assign(misprint=[_misprint(told[row.headline], row) for row in shown.itertuples()])


def _misprint(claim: Claim | None, row: Any) -> str:
    if row.basis != "published" or claim is None or not claim.percentage:
        return ""
    return "" if row.count in feasible_counts(claim.percentage, row.base) else claim.percentage
