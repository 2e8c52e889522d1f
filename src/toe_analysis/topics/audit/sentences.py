"""The sentences that read the audit, filled from its results."""

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from toe_analysis.published.claims import Claim
from toe_analysis.showing.words import computed, join, percent, say
from toe_analysis.showing.words import counts_text as tell_counts
from toe_analysis.topics.audit.recounts import CALIBRATED, REPRODUCED
from toe_analysis.topics.audit.verdicts import Verdict


def hand_table(claim: Claim) -> pd.DataFrame:
    """Return the counts whose shares lie around a printed percentage, and the printed count, as exact fractions.

    Examples
    --------
    >>> claim = Claim("potential", "14 (24 %)", percentage="24", count=14, base=48)
    >>> hand_table(claim)[["count", "exact"]].to_dict("list")
    {'count': [11, 12, 14], 'exact': ['275/12', '25', '175/6']}
    """
    printed = Fraction(claim.percentage.replace(",", "."))
    below = printed * claim.base // 100
    counts = sorted({int(below), int(below) + 1, claim.count} & set(range(claim.base + 1)))
    rows = [
        {
            "count": count,
            "base": claim.base,
            "exact": str(Fraction(100 * count, claim.base)),
            "share": count / claim.base,
        }
        for count in counts
    ]
    return pd.DataFrame(rows).assign(basis="published")


def hand_text(verdict: Verdict) -> str:
    """Read the arithmetic of one claim."""
    reasons = "; ".join(reason.text("en") for reason in verdict.arithmetic.reasons)
    told = say(f"arithmetic.{verdict.arithmetic.verdict}", "en")
    return f"**{verdict.claim.printed}: {told}.** {reasons} ({computed('published')})."


def power_text(power: pd.DataFrame) -> str:
    """Say which part of the whole percentages is impossible at each base."""
    whole = power[power["decimals"] == power["decimals"].min()]
    told = [f"{percent(row.could_have_failed, 'en')} at {row.base} firms" for row in whole.itertuples()]
    return (
        f"Of all whole percentages, these are impossible: **{join(told, 'en')}** ({computed('published')}). Where none "
        "is, a percentage without a count passes whatever it is."
    )


def readings_text(claim: Claim, readings: pd.DataFrame, groups: pd.DataFrame) -> str:
    """Say what a percentage without a base may be of, and which other groups print the same."""
    rows = readings.to_dict("records")
    within = [f"{row['count']}/{row['base']}" for row in rows if row["needs"] in ("sceptics", "failed")]
    told = join(within, "en") or "none"
    text = f"**{claim.printed} has {len(within)} readings within the answers analysed**: {told}."
    more = [
        f"{row['count']}/{row['base']} ({say('needs.' + row['needs'], 'en')})"
        for row in rows
        if row["needs"] != "sceptics"
    ]
    if more:
        text += f" Some need more, or mean something else: {join(more, 'en')}."
    for row in groups.to_dict("records"):
        part, whole = (join([f"“{name}”" for name in row[key].split(" + ")], "en") for key in ("group", "of_group"))
        text += (
            f" {row['count']} of {row['base']} prints as {claim.printed} as well, and means the opposite: of the "
            f"{row['base']} firms in {whole}, {row['count']} are in {part}."
        )
    return f"{text.removesuffix('.')} ({computed('published')})."


def counts_text(counts: Mapping[str, Mapping[str, int]], basis: str) -> str:
    """Say how many claims have each verdict."""
    parts = [f"{name.capitalize()}: {tell_counts(name, found)}" for name, found in counts.items()]
    return f"**{'. '.join(parts)}** ({basis}). Calibrated is not reproduced: the answers were made to match."


def drift_text(drift: pd.DataFrame) -> str:
    """Say how many recomputed counts could differ from the printed ones, and how many do.

    >>> drift_text(pd.DataFrame({"recomputed": ["reproduced", "differs"], "basis": ["responses", "responses"]}))
    '**1 of 2 counts agree and 1 does not (responses).**'
    """
    made, own = drift["recomputed"] == CALIBRATED, drift["basis"] == "published"
    free = drift[~made & ~own]
    parts = []
    if made.any():
        parts.append(f"{made.sum()} of {len(drift)} counts were made to match, so their agreement shows nothing")
    if len(free):
        same = int((free["recomputed"] == REPRODUCED).sum())
        others = f"{len(free) - same} {'does' if len(free) - same == 1 else 'do'} not"
        bases = join(sorted(set(free["basis"])), "en")
        parts.append(f"{same} of {len(free)} counts agree and {others} ({bases})")
    if own.any():
        parts.append(f"{own.sum()} {'is' if own.sum() == 1 else 'are'} counted from the report's own codings")
    return f"**{'; '.join(parts)}.**" if parts else "Nothing could be recomputed."


def carried_text(statements: pd.DataFrame) -> str:
    """Say how many sentences are carried by what."""
    counts = statements["carried"].value_counts()
    told = join([f"{number} {say(f'carried.{code}', 'en')}" for code, number in counts.items()], "en")
    return f"**Of {len(statements)} sentences: {told}** (published; our reading)."
