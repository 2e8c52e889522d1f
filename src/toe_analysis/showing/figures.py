"""How every figure looks and how it is kept: one SVG a language, and the plotted values beside it."""

import base64
import html
import io
import textwrap
from collections.abc import Callable

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from toe_analysis.paths import Root, write_atomically
from toe_analysis.showing.output import write_table
from toe_analysis.showing.tables import Bilingual, localise, of_language
from toe_analysis.showing.words import LANGUAGES, say

#: Okabe and Ito's colours, told apart by colour-blind readers and, in this order, in grey print.
COLOURS = sns.color_palette(["#0072B2", "#E69F00", "#009E73", "#56B4E9"])
INK, PALE = "#222222", "#595959"

#: Inches. At 380 pixels wide a letter of 10 points is still about 10 pixels high.
WIDTH = 5.3
_CHARACTERS = 52

#: How a figure is drawn when it is published.
STYLE = sns.axes_style("ticks") | {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so every system draws the same letters
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "toe_analysis",
    "svg.fonttype": "path",
}


def new_figure(height: float, title: str, footer: str, badge: str = "") -> Figure:
    """Return an empty figure with its message above and its basis, n and interval below.

    Parameters
    ----------
    height : float
        Inches.
    title, footer : str
    badge : str
        What the numbers rest on, in a few words above the title; the line below is then larger as well.
    """
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    heading, letters, wide = textwrap.fill(title, _CHARACTERS), 8, 76
    if badge:
        heading, letters, wide = f"\n{heading}", 9, 68  # the layout keeps the first line free for the badge
        box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": INK, "linewidth": 0.8}
        figure.text(0.02, 1 - 0.06 / height, badge, va="top", fontsize=9, color=INK, bbox=box)
    figure.suptitle(heading, x=0.01, ha="left", fontsize=11.5, fontweight="bold", color=INK)
    figure.supxlabel(textwrap.fill(footer, wide), x=0.01, ha="left", fontsize=letters, color=PALE)
    return figure


def nothing_chart(language: str) -> tuple[Figure, str]:
    """Return a figure that says that there is nothing to draw; a stage leaves every file that it declares."""
    text = say("figure.nothing", language)
    return new_figure(1.2, text, ""), text


def publish_figure(
    draw: Callable[[str], tuple[Figure, str]],
    values: pd.DataFrame | Callable[[str], pd.DataFrame],
    name: str,
    root: Root,
) -> Bilingual:
    """Draw a figure in both languages, keep it with its values, and return it for display.

    Parameters
    ----------
    draw : callable
        Takes a language; returns the figure and its text for readers who cannot see it.
    values : pandas.DataFrame or callable
        What is plotted; a callable takes a language, for values that hold sentences.
    name : str
        File name without ending; starts with the stage's stem.
    root : Root
        Where the stage writes.
    """
    shown = {}
    for language in LANGUAGES:
        with matplotlib.rc_context(STYLE):
            figure, alternative = draw(language)
            svg = _svg(figure, alternative)
        write_atomically(root.to_figure(language, f"{name}.svg"), svg)
        plotted = values(language) if callable(values) else values
        write_table(localise_values(plotted, language), root.to_figure(language, f"{name}.csv"))
        source = base64.b64encode(svg).decode()
        shown[language] = f'<img alt="{html.escape(alternative)}" src="data:image/svg+xml;base64,{source}">'
    return Bilingual(shown)


def localise_values(values: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return the plotted values with words for codes; numbers stay numbers, so that they can be used again."""
    values = of_language(values, language)
    words = localise(values, language)
    for place, name in enumerate(values.columns):
        if pd.api.types.is_numeric_dtype(values[name]):
            words.isetitem(place, values[name].to_numpy())
    return words


def _svg(figure: Figure, alternative: str) -> bytes:
    # Laid out here, in the units of an SVG: savefig would draw the whole figure once more, only to lay it out.
    FigureCanvasSVG(figure)
    figure.dpi = FigureCanvasSVG.fixed_dpi
    if figure.axes:  # a page that only says that nothing can be drawn has none
        figure.get_layout_engine().execute(figure)
    figure.set_layout_engine(None)
    for axes in figure.axes:  # the layout solver's last digits change from run to run, and names in an SVG hash them
        axes.set_position(np.round(axes.get_position(original=True).bounds, 6))
    file = io.BytesIO()
    title = figure.get_suptitle().strip().replace("\n", " ")
    figure.savefig(
        file, format="svg", metadata={"Date": None, "Creator": None, "Title": title, "Description": alternative}
    )
    return file.getvalue()
