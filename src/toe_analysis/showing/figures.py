"""How every figure looks and how it is kept: one SVG a language, and the plotted values beside it."""

import base64
import html
import io
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import get_data_path, style
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from toe_analysis.paths import Root, write_atomically
from toe_analysis.showing.output import write_table
from toe_analysis.showing.tables import Bilingual, localise
from toe_analysis.showing.words import LANGUAGES, say

#: Okabe and Ito's colours, told apart by colour-blind readers and, in this order, in grey print.
COLOURS = sns.color_palette(["#0072B2", "#E69F00", "#009E73", "#56B4E9"])
INK, PALE = "#222222", "#595959"

#: Inches. At 380 pixels wide a letter of 10 points is still about 10 pixels high.
WIDTH = 5.3
#: Of a title, and of the line below.
_CHARACTERS, _SMALL_CHARACTERS = 52, 80

#: Colours of the basis's badge: its ground, its letters. In grey from white (printed) to nearly black (made up).
_BADGES = {
    "published": ("white", INK),
    "computed": ("white", INK),
    "responses": ("#BFE3D6", INK),
    "calibrated": ("#E69F00", INK),
    "mixed": ("#7A2E00", "white"),
    "illustrative": ("#7A2E00", "white"),
}

#: What a title over made-up answers ends in.
_MADE_UP = {"calibrated": "made_up", "illustrative": "made_up", "mixed": "partly_made_up"}

#: How a figure is drawn when it is published, whatever a matplotlibrc of the user's says.
STYLE = [
    "default",
    sns.axes_style("ticks"),
    {
        "font.family": "DejaVu Sans",  # the one that comes with matplotlib, so every system draws the same letters
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.hashsalt": "toe_analysis",
        "svg.fonttype": "path",
    },
]


def _put_own_fonts_first() -> None:
    """Find matplotlib's own fonts before others of the same name: a list that is cached for the user may lack them."""
    fonts, known = fontManager.ttflist, len(fontManager.ttflist)
    for path in sorted(Path(get_data_path(), "fonts", "ttf").glob("*.ttf")):
        fontManager.addfont(path)
    fonts[:] = [*fonts[known:], *fonts[:known]]


_put_own_fonts_first()


def new_figure(height: float, title: str, footer: str, basis: str = "", language: str = "en") -> Figure:
    """Return an empty figure with its message above and its basis, n and interval below.

    Parameters
    ----------
    height : float
        Inches.
    title, footer : str
    basis : str
        Of the weakest of its numbers; ``computed`` for arithmetic on published ones, and ``mixed`` where some are made
        up and marked. It stands in a badge above the title, and a title over made-up answers says so; empty for a
        figure without numbers.
    language : str
        Of the badge.
    """
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    if basis:
        title = "\n" + balanced(said_made_up(title, basis, language), _CHARACTERS)
        _draw_badge(figure, basis, language)
    else:
        title = balanced(title, _CHARACTERS)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11.5, fontweight="bold", color=INK)
    figure.supxlabel(textwrap.fill(footer, _SMALL_CHARACTERS), x=0.01, ha="left", fontsize=8.5, color=PALE)
    return figure


def said_made_up(title: str, basis: str, language: str) -> str:
    """Return a title that says that answers are made up where they are, and as it is where it does so already.

    >>> said_made_up("Firms want flexibility", "illustrative", "da"), said_made_up("48 firms", "published", "en")
    ('Firms want flexibility (opdigtede svar)', '48 firms')
    """
    if basis not in _MADE_UP or say("figure.made_up", language) in title.lower():
        return title
    return f"{title} ({say(f'figure.{_MADE_UP[basis]}', language)})"


def balanced(text: str, width: int) -> str:
    r"""Break a text into as few lines as fit, and these about equally long: no word stands alone.

    >>> balanced("a title that leaves one word over", 28)
    'a title that leaves\none word over'
    """
    lines = len(textwrap.wrap(text, width))
    while lines > 1 and width > 1 and len(textwrap.wrap(text, width - 1)) == lines:
        width -= 1
    return textwrap.fill(text, width)


def _draw_badge(figure: Figure, basis: str, language: str) -> None:
    """Draw the basis in the line that is kept free above the title."""
    ground, letters = _BADGES[basis]
    look = {"boxstyle": "round,pad=0.2", "facecolor": ground, "edgecolor": INK, "linewidth": 0.8}
    place = 1 - 0.115 / figure.get_size_inches()[1]
    text = say(f"badge.{basis}", language)
    figure.text(0.016, place, text, va="center", fontsize=8.1, fontweight="bold", color=letters, bbox=look)


def nothing_chart(language: str) -> tuple[Figure, str]:
    """Return a figure that says that there is nothing to draw; a stage leaves every file that it declares."""
    return new_figure(1.2, say("figure.nothing", language), ""), ""


def publish_figure(draw: Callable[[str], tuple[Figure, str]], values: pd.DataFrame, name: str, root: Root) -> Bilingual:
    """Draw a figure in both languages, keep it with its values, and return it for display.

    Parameters
    ----------
    draw : callable
        Takes a language; returns the figure, and what it shows below its title for readers who cannot see it.
    values : pandas.DataFrame
        What is plotted.
    name : str
        File name without ending; starts with the stage's stem.
    root : Root
        Where the stage writes.
    """
    shown = {}
    for language in LANGUAGES:
        with style.context(STYLE):
            figure, told = draw(language)
            title = figure.get_suptitle().strip().replace("\n", " ")
            alternative = f"{title}. {told}" if told else title
            svg = _svg(figure, title, alternative)
        write_atomically(root.to_figure(language, f"{name}.svg"), svg)
        write_table(localise(values, language, plain_numbers=True), root.to_figure(language, f"{name}.csv"))
        source = base64.b64encode(svg).decode()
        shown[language] = f'<img alt="{html.escape(alternative)}" src="data:image/svg+xml;base64,{source}">'
    return Bilingual(shown)


def _svg(figure: Figure, title: str, alternative: str) -> bytes:
    # Laid out here, in the units of an SVG: savefig would draw the whole figure once more, only to lay it out.
    FigureCanvasSVG(figure)
    figure.dpi = FigureCanvasSVG.fixed_dpi
    if figure.axes:  # a page that only says that nothing can be drawn has none
        figure.get_layout_engine().execute(figure)
    figure.set_layout_engine(None)
    for axes in figure.axes:  # the layout solver's last digits change from run to run, and names in an SVG hash them
        axes.set_position(np.round(axes.get_position(original=True).bounds, 6))
    file = io.BytesIO()
    metadata = {"Date": None, "Creator": None, "Title": title, "Description": alternative}
    figure.savefig(file, format="svg", metadata=metadata)
    return file.getvalue()
