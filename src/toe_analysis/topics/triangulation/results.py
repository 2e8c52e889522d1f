"""Survey and interviews side by side: a stated rule tells where they converge, differ, or only one speaks.

A joint display in the convergent design of Guetterman, Fetters and Creswell (2015), Annals of Family Medicine 13,
554-561; that one side may be silent is from O'Cathain, Murphy and Nicholl (2010), BMJ 341, c4587.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from math import nan

import pandas as pd

from toe_analysis.interviews import DIMENSIONS, THEMES, unit_name
from toe_analysis.showing.words import LANGUAGES, word
from toe_analysis.statistics import Interval, Share
from toe_analysis.survey import weakest
from toe_analysis.topics.triangulation.links import Link, Measures
from toe_analysis.topics.triangulation.rule import (
    VERDICTS,
    Rule,
    speaking_counts,
    stance,
    survey_stance,
    verdict,
    weigh,
)


@dataclass(frozen=True)
class Evidence:
    """A link with what it rests on; of a link of the interviews only the units count.

    Parameters
    ----------
    link : Link
    share : Share
    limits : Interval
        Wilson's.
    basis, who : str
        As `Measures` tells them.
    """

    link: Link
    share: Share
    limits: Interval
    basis: str
    who: str


def gather(links: Iterable[Link], measures: Measures, *, confidence: float = 0.95) -> tuple[Evidence, ...]:
    """Work out every link once, whatever rule will weigh it."""
    gathered = []
    for link in links:
        share = measures.share(link)
        limits = share.interval(confidence=confidence)
        gathered.append(Evidence(link, share, limits, measures.basis(link), measures.who(link)))
    return tuple(gathered)


def joint_display(evidence: Sequence[Evidence], rule: Rule, *, kind: str) -> pd.DataFrame:
    """Return survey and interviews side by side: a row a survey measure, what the interviews say repeated.

    Parameters
    ----------
    evidence : sequence of Evidence
        On themes only or on conclusions only.
    rule : Rule
    kind : {"theme", "conclusion"}
        Title of the first column.

    Returns
    -------
    pandas.DataFrame
        ``theme`` or ``conclusion``; the survey's ``questions``, ``says``, ``who``, ``counts``, count, base, share,
        interval, method, ``mark``, ``weighs`` and ``share_basis``; ``units``, ``interviews``, ``units_against`` and
        ``interviews_against``; ``survey_says``, ``interviews_say``, ``verdict``, notes and ``basis``, which is the
        verdict's: the weakest of the published units and of the shares that are weighed.
    """
    rows = []
    for about in dict.fromkeys(one.link.about for one in evidence):
        group = [one for one in evidence if one.link.about == about]
        judged = _judge(group, rule)
        for one in group:
            if not one.link.units:
                rows.append({kind: about} | _survey_side(one, rule) | judged)
    return pd.DataFrame(rows)


def theme_display(evidence: Sequence[Evidence], rule: Rule, codings: pd.DataFrame) -> pd.DataFrame:
    """Return the joint display of the themes with the dimension of each, ``toe``, those in most interviews first."""
    found = joint_display([one for one in evidence if one.link.about in THEMES], rule, kind="theme")
    found.insert(0, "toe", found["theme"].map(theme_dimensions(codings)))
    most_first = found.sort_values("interviews", ascending=False, kind="stable")
    return most_first.sort_values("toe", key=lambda toe: toe.map(DIMENSIONS.index), kind="stable", ignore_index=True)


def sensitivity(
    evidence: Sequence[Evidence],
    rule: Rule,
    *,
    marks: Sequence[float],
    bases: Sequence[int],
    interviews: Sequence[int],
) -> pd.DataFrame:
    """Return how often each verdict comes out when the rule's three numbers change.

    Returns
    -------
    pandas.DataFrame
        A row a theme or conclusion: ``about``, ``verdict`` under `rule`, ``settings`` tried (all combinations), how
        many give each verdict, ``turned_by`` (the numbers that alone change it) and ``basis``.
    """
    grid = [Rule(*values) for values in product(marks, bases, interviews)]
    varied = {"mark": marks, "smallest_base": bases, "interviews": interviews}
    rows = []
    for about in dict.fromkeys(one.link.about for one in evidence):
        group = [one for one in evidence if one.link.about == about]
        found = _judge(group, rule)
        counts = Counter(_judge(group, other)["verdict"] for other in grid)
        turned = [
            name
            for name, values in varied.items()
            if any(_judge(group, replace(rule, **{name: value}))["verdict"] != found["verdict"] for value in values)
        ]
        row = {"about": about, "verdict": found["verdict"], "settings": len(grid)}
        row |= {name: counts[name] for name in VERDICTS}
        rows.append(row | {"turned_by": " ".join(turned), "basis": found["basis"]})
    return pd.DataFrame(rows)


def reach(display: pd.DataFrame, rule: Rule, *, confidence: float = 0.95) -> dict[str, object]:
    """Return how many firms it takes before the survey speaks, at the base that most of the weighed measures have.

    Returns
    -------
    dict
        ``base`` with its ``basis``, and the counts out of it at which the survey says ``yes`` and ``no``; empty where
        the survey has no answers to weigh.

    Examples
    --------
    >>> display = pd.DataFrame({"counts": ["for"], "base": [15], "share_basis": ["illustrative"]})
    >>> min(reach(display, Rule())["yes"])
    8
    """
    weighed = display[(display["counts"] != "context") & (display["base"] > 0)]
    if weighed.empty:
        return {}
    base = int(weighed["base"].mode().iloc[0])
    yes, no = speaking_counts(base, rule, confidence=confidence)
    basis = weakest(weighed.loc[weighed["base"] == base, "share_basis"])
    return {"base": base, "basis": basis, "yes": yes, "no": no}


def _judge(group: Sequence[Evidence], rule: Rule) -> dict[str, object]:
    """Return what both strands say about one theme or conclusion, and the verdict."""
    asked = [one for one in group if not one.link.units]
    survey = survey_stance((one.link.counts, _weigh(one, rule)) for one in asked)
    speaking, against = (_units_of(group, counts) for counts in ("for", "against"))
    interviews = stance(*(_interviews(units) >= rule.interviews for units in (speaking, against)))
    return {
        "units": _names(speaking),
        "interviews": _interviews(speaking),
        "units_against": _names(against),
        "interviews_against": _interviews(against),
        "survey_says": survey,
        "interviews_say": interviews,
        "verdict": verdict(survey, interviews),
        "basis": weakest(["published", *(one.basis for one in asked if one.link.counts != "context")]),
    }


def _survey_side(one: Evidence, rule: Rule) -> dict[str, object]:
    link, limits = one.link, asdict(one.limits)
    if not one.share.base:  # nothing is known, so there is nothing to show
        limits |= {"lower": nan, "upper": nan}
    return {
        "questions": " ".join(link.questions),
        "says": ";".join(link.says),
        "who": one.who,
        "counts": link.counts,
        "count": one.share.count,
        "base": one.share.base,
        "share": one.share.value,
        **limits,
        "mark": _mark(link, rule) if link.questions else nan,
        "weighs": _weigh(one, rule),
        "share_basis": one.basis,
        "note_en": link.note_en,
        "note_da": link.note_da,
    }


def _weigh(one: Evidence, rule: Rule) -> str:
    if not one.link.questions:
        return "not_asked"
    return weigh(one.limits, one.share.base, _mark(one.link, rule), rule.smallest_base)


def _mark(link: Link, rule: Rule) -> float:
    return rule.mark if link.mark is None else link.mark


def _units_of(group: Iterable[Evidence], counts: str) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({unit for one in group if one.link.counts == counts for unit in one.link.units}))


def _interviews(units: Iterable[tuple[int, int]]) -> int:
    return len({interview for interview, _ in units})


def _names(units: Iterable[tuple[int, int]]) -> str:
    return " ".join(unit_name(*unit) for unit in units)


def theme_dimensions(codings: pd.DataFrame) -> dict[str, str]:
    """Return the dimension under which the report codes most of a theme's units; the first of T, O and E in a tie."""
    counts = pd.crosstab(codings["theme"], codings["toe"]).reindex(columns=list(DIMENSIONS), fill_value=0)
    return counts.idxmax(axis=1).to_dict()


def label_table(conclusions: pd.DataFrame) -> pd.DataFrame:
    """Return what themes and conclusions are called: ``about``, ``label_en`` and ``label_da``."""
    themes = [
        {"about": theme} | {f"label_{language}": word(theme, language, "theme") for language in LANGUAGES}
        for theme in THEMES
    ]
    ours = conclusions.rename(columns={"conclusion": "about"})[["about", "label_en", "label_da"]]
    return pd.concat([pd.DataFrame(themes), ours], ignore_index=True)


def headline_numbers(
    rule: Rule,
    themes: pd.DataFrame,
    codings: pd.DataFrame,
    held: pd.DataFrame,
    unmoved: int,
    sensitivity: pd.DataFrame,
    *,
    confidence: float = 0.95,
) -> dict[str, object]:
    """Return the rule, the verdicts on themes and conclusions, and how many of them no single threshold moves."""
    counts = themes["verdict"].value_counts().reindex(VERDICTS, fill_value=0).to_dict()
    made_up = int((themes["basis"] == "illustrative").sum())
    basis, interviews = weakest(themes["basis"]), codings["interview"].nunique()
    says = held.set_index("conclusion")[["survey_says", "interviews_say", "verdict", "basis"]]
    return {
        "rule": vars(rule) | {"confidence": confidence},
        "themes": counts | {"themes": len(themes), "on_made_up_shares": made_up, "basis": basis},
        "units": {"units": len(codings), "interviews": interviews, "basis": "published"},
        "conclusions": says.to_dict("index"),
        "unmoved_by_one_threshold": {
            "verdicts": unmoved,
            "of": len(sensitivity),
            "basis": weakest(sensitivity["basis"]),
        },
    }
