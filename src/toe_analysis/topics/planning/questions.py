"""The comparisons that a next wave is planned for: small firms against DI, and users against other surveys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import ceil, floor

import pandas as pd

from toe_analysis.published.baselines import (
    ANY_USE,
    BRIDGE,
    NOT_EXPECTING,
    PRODUCTION,
    SAMPLE,
    SMALL,
    printed_share,
    shares_of_small,
)
from toe_analysis.published.claims import Claim, printed
from toe_analysis.published.report import as_printed, claims_of_rates
from toe_analysis.statistics import Design, Interval, Share
from toe_analysis.survey import Responses

#: Between the true shares that are tried over an interval.
_STEP = 0.05


@dataclass(frozen=True)
class PlannedQuestion:
    """A comparison to be planned: what it is about, its design, and what its numbers rest on.

    Parameters
    ----------
    measure, comparison, function : str
        Our measure, the other survey's row, and `ANY_USE`, `PRODUCTION` or `NOT_EXPECTING`.
    design : Design
    basis : str
        Of the shares.
    reach_basis : str
        Of the response rate and the part of the answers that is compared, which only invitations rest on.
    """

    measure: str
    comparison: str
    function: str
    design: Design
    basis: str
    reach_basis: str


def reach_of(responses: Responses, claims: Mapping[str, Claim]) -> tuple[Share | None, str]:
    """Return how many of the invited firms answered, and what that rests on; published where `claims` print it.

    None where nobody knows how many were invited.
    """
    rate = responses.rate
    if not rate.get("count"):
        return None, "published"
    rates = pd.DataFrame([rate]).assign(wave="both")
    found = as_printed(rates, claims_of_rates(responses.study, claims), on="wave").iloc[0]
    return Share(int(found["count"]), int(found["base"])), found["basis"]


def small_parts(
    responses: Responses, claims: Mapping[str, Claim], size: str, stated: float
) -> tuple[list[float], list[Share], str]:
    """Return the largest and the smallest part of the answers that may be of small firms, counted, and their basis.

    A part that is stated or counted is the only one. Of made-up answers none is counted where a report prints a
    percentage of the small firms: each base that prints so may be how many there are.

    Parameters
    ----------
    responses : Responses
    claims : mapping of str to Claim
        The printed numbers; empty without a report.
    size : str
        The size class that stands for small firms.
    stated : float
        The part, which rests on nothing and is not counted; 0 for none.
    """
    if stated:
        return [stated], [], "illustrative"
    if claims and responses.source.kind != "responses":
        firms = printed(claims, responses.study.claims["valid"])
        small = [Share(one.base, firms) for one in shares_of_small(claims, responses.study)]
        ends, basis = [*dict.fromkeys((*small[-1:], *small[:1]))], "published"
    else:
        sizes = responses.table["size"]
        ends = [Share(int((sizes == size).sum()), int((sizes != "").sum()))]
        basis = responses.source.basis(["size"])
    ends = [share for share in ends if share.count]
    return [share.value for share in ends], ends, basis


def shares_to_try(interval: Interval, fixed: Sequence[float]) -> list[float]:
    """Return the true shares to plan for: the ends of an interval, every 5 points between them, and some fixed ones.

    Examples
    --------
    >>> shares_to_try(Interval(0.388, 0.512, 0.95, "wilson"), [0.5, 0.64])
    [0.39, 0.4, 0.45, 0.5, 0.51, 0.64]
    """
    first, last = ceil(interval.lower / _STEP), floor(interval.upper / _STEP)
    between = [place * _STEP for place in range(first, last + 1)]
    rounded = {round(share, 2) for share in (interval.lower, *between, interval.upper)}
    return sorted(rounded | {round(share, 6) for share in fixed})


def small_firm_questions(
    start: Design, row: pd.Series, *, bases: Sequence[int | None], shares: Sequence[float], reach_basis: str
) -> list[PlannedQuestion]:
    """Return the question of the small firms for every base of theirs, and every share of ours, that is tried.

    Parameters
    ----------
    start : Design
        What all have in common.
    row : pandas.Series
        The other survey's share, a row of `toe_analysis.published.baselines.read_baselines`.
    bases : sequence of int or None
        None takes their share as fixed.
    shares : sequence of float
    reach_basis : str
    """
    design = replace(start, baseline_share=row["percent"] / 100)
    question = PlannedQuestion(SMALL, row["source"], NOT_EXPECTING, design, "published", reach_basis)
    return variants([question], baseline_base=bases, true_share=shares)


def user_questions(
    start: Design, baselines: pd.DataFrame, basis: str, reach_basis: str, largest: int
) -> list[PlannedQuestion]:
    """Return the question of the users against every share of AI users, as it stands and converted to production.

    Parameters
    ----------
    start : Design
        What all have in common.
    baselines : pandas.DataFrame
        From `toe_analysis.published.baselines.read_baselines`.
    basis : str
        Of our share.
    reach_basis : str
    largest : int
        The largest number of answers to try against a fixed share, which is quick.
    """
    bridge = baselines.loc[baselines["measure"] == BRIDGE, "percent"] / 100
    questions = []
    for _, row in baselines[baselines["measure"] == "uses"].iterrows():
        base = int(row["n"]) if row["design"] == SAMPLE else None
        printed = row["percent"] / 100
        share = printed_share(row, base).value if base else printed
        held = [(ANY_USE, share, base), *((PRODUCTION, printed * part, None) for part in bridge)]
        for function, theirs, firms in held:
            design = replace(start, baseline_share=theirs, baseline_base=firms)
            design = design if firms else replace(design, largest=largest)
            questions.append(PlannedQuestion("uses", row["source"], function, design, basis, reach_basis))
    return questions


def variants(questions: Sequence[PlannedQuestion], **tried: Sequence) -> list[PlannedQuestion]:
    """Return every question with every combination of what is tried in its design, as ``power=(0.8, 0.9)``."""
    return [
        replace(question, design=replace(question.design, **dict(zip(tried, values, strict=True))))
        for question in questions
        for values in product(*tried.values())
    ]
