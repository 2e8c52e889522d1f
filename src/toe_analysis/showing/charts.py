"""What the charts have in common: the line below them, axes of percentages, words, rows, intervals and keys."""

import textwrap
from collections.abc import Iterable, Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from toe_analysis.showing.figures import COLOURS, INK, new_figure
from toe_analysis.showing.words import begun, percent, say, word
from toe_analysis.survey import weakest

#: Made-up answers must not look like answers: only what real firms said gets a full marker and a solid line.
LOOKS = {
    "published": {"fillstyle": "full", "linestyle": "-"},
    "responses": {"fillstyle": "full", "linestyle": "-"},
    "calibrated": {"fillstyle": "left", "linestyle": "--"},
    "illustrative": {"fillstyle": "none", "linestyle": ":"},
}
#: Behind a number that rests on made-up answers, where others beside it do not.
MARKS = {"published": "", "responses": "", "calibrated": "†", "illustrative": "*"}


def footer(key: str, table: pd.DataFrame, language: str, *, basis: str = "", **values: object) -> str:
    r"""Return the line below a chart: what its numbers rest on, n, and what its intervals are.

    Parameters
    ----------
    key : str
        Of the words, with blanks for what it tells.
    table : pandas.DataFrame
        What is drawn: of its first row what the words ask for, its ``base`` as n.
    language : str
    basis : str
        What the badge above the chart names; without it the weakest ``basis`` of the table.
    **values
        What fills the other blanks, or replaces these.

    Examples
    --------
    >>> table = pd.DataFrame({"base": [48], "confidence": [0.9], "method": ["wilson"], "basis": ["published"]})
    >>> footer("figure.footer", table, "en").replace("\u00a0", " ")
    'Published: printed in the report or by others. n = 48; 90 % interval (Wilson).'
    """
    told = {**table.iloc[0], "basis": word(basis or weakest(table["basis"]), language, "basis_note")}
    if "base" in table:
        told["n"] = told["base"]
    return say(key, language, **(told | values))


def headed_figure(
    title: str, note: str, table: pd.DataFrame, language: str, height: float, *, basis: str = "", **values: object
) -> Figure:
    r"""Return an empty figure with words above and below, which says what its numbers rest on.

    The title of a chart of made-up answers says so itself, since a picture is easily cut off around its message.

    Parameters
    ----------
    title, note : str
        Keys of the words above and below the chart.
    table : pandas.DataFrame
        What is drawn, as `footer` takes it.
    language : str
    height : float
        Inches.
    basis : str
        What the badge names; without it the weakest ``basis`` of the table, or ``computed`` where all are published:
        worked out from such numbers, and published by nobody.
    **values
        What fills the blanks of both.

    Examples
    --------
    >>> table = pd.DataFrame({"base": [48], "confidence": [0.9], "method": ["wilson"], "basis": ["illustrative"]})
    >>> headed_figure("routing.title", "figure.footer", table, "en", 3, n=48).get_suptitle().strip()
    'What firms are asked depends on\ntheir answers (made-up answers)'
    """
    if not basis:
        basis = weakest(table["basis"])
        basis = "computed" if basis == "published" else basis
    note = footer(note, table, language, basis=basis, **values)
    return new_figure(height, begun(say(title, language, **values)), note, basis, language)


def marked_basis(bases: Iterable[str]) -> str:
    """Return the basis of a chart whose made-up numbers have `MARKS`: the weakest, or that only some are made up.

    >>> marked_basis(["illustrative", "published"]), marked_basis(["illustrative", "calibrated"])
    ('mixed', 'illustrative')
    """
    found = set(bases)
    made_up = found & {"calibrated", "illustrative"}
    return "mixed" if made_up and made_up != found else weakest(found)


def marks_note(bases: Iterable[str], language: str) -> str:
    r"""Return what the marks of a chart mean, for the line below it; nothing where no number has one.

    >>> marks_note(["published", "illustrative"], "en").replace("\u00a0", " ")
    '* made up.'
    """
    told = [say(f"mark.{basis}", language) for basis in MARKS if MARKS[basis] and basis in set(bases)]
    return " ".join(text.replace(" ", "\u00a0", 1) for text in told)  # the mark stays with its first word


def percent_axis(axis: Axis, language: str, key: str = "", **look: object) -> None:
    """Write an axis of shares in per cent, and with a key of the words what they are shares of."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, 0)))
    if key:
        axis.set_label_text(say(key, language), **look)


def key_patch(colour: object, hatch: str, text: str) -> Patch:
    """Return what stands in a key for a part of a bar."""
    return Patch(facecolor=colour, hatch=hatch, edgecolor=INK, label=textwrap.fill(text, 56))


def caption(
    axes: Axes, text: str, at: tuple[float, float], shift: tuple[float, float] = (5, 0), **look: object
) -> None:
    """Write beside a mark, some points to the right of it, in the middle of its height."""
    axes.annotate(text, at, shift, **({"textcoords": "offset points", "va": "center", "fontsize": 9} | look))


def interval_dots(axes: Axes, rows: pd.DataFrame, colour: object = COLOURS[0], line: object = INK) -> None:
    """Draw each share at its ``place`` with its interval, as its ``basis`` must look."""
    dot = {"linestyle": "", "marker": "o", "markersize": 6, "clip_on": False}
    for basis, part in rows.groupby("basis", sort=False):
        look = LOOKS[basis]
        limits = part["place"], part["lower"], part["upper"]
        axes.hlines(*limits, colors=line, linewidth=1.4, linestyles=look["linestyle"])
        axes.plot(part["share"], part["place"], color="white", zorder=3, **dot)  # hides the line
        half = {"fillstyle": look["fillstyle"], "markerfacecoloralt": "white"}
        axes.plot(part["share"], part["place"], color=colour, zorder=4, **half, **dot)


def under_headings(groups: Iterable[str]) -> tuple[list[int], dict[str, int]]:
    """Return a height for each row, from the top, and one for the heading of each group of rows.

    >>> under_headings(["T", "T", "O"])
    ([1, 2, 4], {'T': 0, 'O': 3})
    """
    places, headings = [], {}
    for group in groups:
        headings.setdefault(group, len(places) + len(headings))
        places.append(len(places) + len(headings))
    return places, headings


def name_rows(axes: Axes, labels: Mapping[int, str], headings: Mapping[int, str], size: float) -> None:
    """Write what stands at each height, headings in bold, and end the axis just above and below."""
    places = [*labels, *headings]
    axes.set_yticks(places, [*labels.values(), *headings.values()], fontsize=size)
    for tick in axes.get_yticklabels()[len(labels) :]:
        tick.set(fontsize=9, fontweight="bold")
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(places, default=0) + 0.7, -0.7)


def heading(axes: Axes, text: str, size: float = 9) -> None:
    """Write above a panel, from its left end."""
    axes.set_title(text, loc="left", fontsize=size, color=INK)


def legend(axes: Axes, **where: object) -> None:
    """Draw a key without a frame."""
    axes.legend(**({"frameon": False, "fontsize": 8.5} | where))
