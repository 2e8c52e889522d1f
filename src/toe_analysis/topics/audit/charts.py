"""The page of all claims: what each prints, what its arithmetic says and what the data say."""

import textwrap
from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toe_analysis.showing.charts import footer
from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure, nothing_chart
from toe_analysis.showing.words import say
from toe_analysis.topics.audit.reasons import DOES_NOT_FIT, FITS, NOTHING
from toe_analysis.topics.audit.recounts import CALIBRATED, DIFFERS, EXTERNAL, NOT_CHECKABLE, REPRODUCED

#: From what a reader must know first to what nobody can check here.
RECOMPUTED = (REPRODUCED, DIFFERS, CALIBRATED, NOT_CHECKABLE, EXTERNAL)
_MARKS = {
    FITS: {"marker": "o", "color": COLOURS[0], "markerfacecolor": COLOURS[0]},
    DOES_NOT_FIT: {"marker": "X", "color": INK, "markerfacecolor": COLOURS[1], "ms": 9},
    NOTHING: {"marker": "o", "color": PALE, "markerfacecolor": "white"},
}
_PRINTED_AT, _MARK_AT, _WORD_AT = 0.7, 0.745, 0.77
_HEADING, _GAP, _SECOND_LINE = 1.25, 0.5, 0.8


def audit_chart(build: Callable[[str], pd.DataFrame], language: str) -> tuple[Figure, str]:
    """Draw every claim in the group of its recomputed verdict, with a mark and words for its arithmetic.

    Parameters
    ----------
    build : callable
        Takes a language and returns the table of `toe_analysis.topics.audit.verdicts.verdict_table`.
    language : str
    """
    table = build(language)
    if table.empty:
        return nothing_chart(language)
    places, headings, height = _places(table)
    counts = table["arithmetic"].value_counts()
    told = {"fits": counts.get(FITS, 0), "off": counts.get(DOES_NOT_FIT, 0), "nothing": counts.get(NOTHING, 0)}
    title = say("audit.title", language, claims=len(table), **told)
    note = footer("audit.footer", table[["basis"]], language, n=len(table))
    figure = new_figure(0.235 * height + 2.0, title, note)
    axes = figure.subplots()
    axes.set_xlim(0, 1)
    axes.set_ylim(height, -1.2)
    axes.set_axis_off()
    for place, key in ((0, "audit.claim"), (_PRINTED_AT, "audit.printed"), (_MARK_AT - 0.02, "audit.arithmetic")):
        side = "right" if place == _PRINTED_AT else "left"
        axes.text(place, -0.7, say(key, language), fontsize=8.5, color=PALE, va="center", ha=side)
    for verdict, place in headings.items():
        number = int((table["recomputed"] == verdict).sum())
        words = say(f"audit.{verdict}", language, number=number)
        axes.text(0, place, words, fontsize=9, fontweight="bold", color=INK, va="center")
        axes.axhline(place + 0.55, color=PALE, lw=0.6)
    for row in table.itertuples():
        _row(axes, places[row.Index], row, language)
    return figure, say("audit.alt", language, title=title, rows=_told(table, language))


def _places(table: pd.DataFrame) -> tuple[dict[int, float], dict[str, float], float]:
    """Return a height for each row and each heading, and where the page ends."""
    places: dict[int, float] = {}
    headings: dict[str, float] = {}
    at = 0.3
    for verdict in RECOMPUTED:
        rows = table.index[table["recomputed"] == verdict]
        if len(rows):
            headings[verdict] = at
            at += _HEADING
            for row in rows:
                places[row] = at
                at += 1 + _SECOND_LINE * bool(table.loc[row, "would_fit"])
            at += _GAP
    return places, headings, at


def _row(axes: Axes, place: float, row: object, language: str) -> None:
    axes.text(0, place, row.what, fontsize=8, color=INK, va="center")
    printed = textwrap.shorten(row.printed, 18, placeholder="...")
    axes.text(_PRINTED_AT, place, printed, fontsize=8, color=INK, va="center", ha="right")
    axes.plot(_MARK_AT, place, **({"ms": 5.5} | _MARKS[row.arithmetic]))
    strong = "bold" if row.arithmetic == DOES_NOT_FIT else "normal"
    words = say(f"arithmetic.{row.arithmetic}", language)
    axes.text(_WORD_AT, place, words, fontsize=8, color=INK, va="center", fontweight=strong)
    if row.would_fit:
        readings = say("audit.would_fit", language, readings=row.would_fit)
        below = place + _SECOND_LINE
        axes.text(1, below, readings, fontsize=8, color=INK, va="center", ha="right", fontweight=strong)


def _told(table: pd.DataFrame, language: str) -> str:
    parts = []
    for verdict in RECOMPUTED:
        rows = table[table["recomputed"] == verdict]
        claims = "; ".join(
            f"{row.what}, {row.printed}: {say(f'arithmetic.{row.arithmetic}', language)}" for row in rows.itertuples()
        )
        if claims:
            parts.append(f"{say(f'audit.{verdict}', language, number=len(rows))}: {claims}")
    return ". ".join(parts)
