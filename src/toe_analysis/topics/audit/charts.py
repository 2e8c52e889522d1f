"""The page of all claims: what each prints, under what its arithmetic says."""

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure
from toe_analysis.showing.words import say
from toe_analysis.topics.audit.reasons import DOES_NOT_FIT, FITS, NOTHING
from toe_analysis.topics.audit.verdicts import Audited

#: From what a reader must know first to what nobody can check here.
_MARKS = {
    DOES_NOT_FIT: {"marker": "X", "color": INK, "markerfacecolor": COLOURS[1], "ms": 9},
    FITS: {"marker": "o", "color": COLOURS[0], "markerfacecolor": COLOURS[0]},
    NOTHING: {"marker": "o", "color": PALE, "markerfacecolor": "white"},
}
_MARK_AT, _WHAT_AT, _PRINTED_AT = 0.015, 0.04, 0.98
_LETTERS, _HEADING, _GAP, _BELOW, _WIDE = 8.5, 1.35, 0.45, 0.85, 80


def audit_chart(verdicts: Sequence[Audited], language: str) -> tuple[Figure, str]:
    """Draw every claim under what its arithmetic says.

    What counting again says is not drawn: beside made-up answers, the report's own numbers look made up.
    """
    groups = {said: [one for one in verdicts if one.arithmetic.verdict == said] for said in _MARKS}
    told = dict(zip(("off", "fits", "nothing"), map(len, groups.values()), strict=True))
    title = say("audit.title_one" if told["off"] == 1 else "audit.title", language, claims=len(verdicts), **told)
    places, headings, height = _places(groups, language)
    note = say("audit.footer", language, n=len(verdicts))
    figure = new_figure(0.24 * height + 1.9, title, note, "computed", language)
    axes = figure.subplots()
    axes.set_xlim(0, 1)
    axes.set_ylim(height, -1.2)
    axes.set_axis_off()
    for place, key in ((_WHAT_AT, "audit.claim"), (_PRINTED_AT, "audit.printed")):
        _write(axes, place, -0.7, say(key, language), color=PALE, ha="right" if place == _PRINTED_AT else "left")
    for verdict, place in headings.items():
        _heading(axes, place, say(f"audit.{verdict}", language, number=len(groups[verdict])))
    for verdict, rows in groups.items():
        at = [places[one.claim.name] for one in rows]
        axes.plot([_MARK_AT] * len(rows), at, **({"ms": 5.5, "linestyle": ""} | _MARKS[verdict]))
    for one in verdicts:
        _row(axes, places[one.claim.name], one, language)
    return figure, f"{_told(groups, language)}."


def _places(groups: dict[str, list[Audited]], language: str) -> tuple[dict[str, float], dict[str, float], float]:
    """Return a height for each claim and each heading, and where the page ends."""
    places: dict[str, float] = {}
    headings: dict[str, float] = {}
    at = 0.4
    for verdict, rows in groups.items():
        if rows:
            headings[verdict] = at
            at += _HEADING
        for one in rows:
            places[one.claim.name] = at
            at += 1 + _BELOW * len(_below(one, language))
        at += _GAP * bool(rows)
    return places, headings, at


def _heading(axes: Axes, place: float, words: str) -> None:
    axes.text(0, place, words, fontsize=9.5, fontweight="bold", color=INK, va="center", in_layout=False)
    axes.axhline(place + 0.6, color=PALE, lw=0.6)


def _row(axes: Axes, place: float, one: Audited, language: str) -> None:
    weight = "bold" if one.arithmetic.verdict == DOES_NOT_FIT else "normal"
    _write(axes, _WHAT_AT, place, one.claim.labels[language], fontweight=weight)
    printed = textwrap.shorten(one.claim.printed, 18, placeholder="...")
    _write(axes, _PRINTED_AT, place, printed, fontweight=weight, ha="right")
    for line, words in enumerate(_below(one, language), start=1):
        _write(axes, _WHAT_AT, place + _BELOW * line, words)


def _below(one: Audited, language: str) -> list[str]:
    """Return the lines below a row: why its number cannot be right, or what it may be of where that is not printed."""
    if one.arithmetic.verdict == DOES_NOT_FIT:
        return textwrap.wrap("; ".join(reason.text(language) for reason in one.arithmetic.reasons), _WIDE)
    readings = ", ".join(one.arithmetic.would_fit)
    return textwrap.wrap(say("audit.would_fit", language, readings=readings), _WIDE) if readings else []


def _write(axes: Axes, across: float, down: float, words: str, **look: object) -> None:
    # Not part of the layout, which would make the page narrower for one long line.
    axes.text(across, down, words, in_layout=False, **({"fontsize": _LETTERS, "color": INK, "va": "center"} | look))


def _told(groups: dict[str, list[Audited]], language: str) -> str:
    parts = []
    for verdict, rows in groups.items():
        claims = "; ".join(f"{one.claim.labels[language]}, {one.claim.printed}" for one in rows)
        if claims:
            parts.append(f"{say(f'audit.{verdict}', language, number=len(rows))}: {claims}")
    return ". ".join(parts)
