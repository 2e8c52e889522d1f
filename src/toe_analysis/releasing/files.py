"""The files of a release: tables, figures and a README, in a folder that is whole or not there."""

import contextlib
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toe_analysis.paths import Root, write_atomically
from toe_analysis.releasing.tables import DECLARED
from toe_analysis.showing.charts import caption, footer, heading
from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure, publish_figure
from toe_analysis.showing.output import write_table
from toe_analysis.showing.tables import cell
from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.survey import Questionnaire
from toe_analysis.templates import filled

_WIDTH = 20  # characters of a label's line


@contextlib.contextmanager
def release_folder(root: Root) -> Iterator[Root]:
    """Give a root to write a release into; it takes the place of the last one only when all of it is there."""
    target, unfinished, old = (root.path / f"release{ending}" for ending in ("", ".unfinished", ".old"))
    if old.is_dir() and not target.is_dir():  # somebody ended the last one between its last two steps
        old.replace(target)
    for rest in (unfinished, old):
        shutil.rmtree(rest, ignore_errors=True)
    yield Root(root.path, unfinished)
    if target.is_dir():
        target.replace(old)
    unfinished.replace(target)
    shutil.rmtree(old, ignore_errors=True)


def write_tables(
    frames: Mapping[str, pd.DataFrame], questionnaire: Questionnaire, root: Root, firms: int, minimum: int
) -> None:
    """Write each table of `released_frames` with its figures in both languages; there are so many firms in all."""
    for name, frame in frames.items():
        write_table(frame, root.to_process(f"{name}.csv"))
        own = {language: say(f"release.{name}", language) for language in LANGUAGES} if name in DECLARED else None
        draw = partial(_chart, frame, own or questionnaire[name].labels, firms, minimum)
        publish_figure(draw, frame, name, root)


def _chart(
    frame: pd.DataFrame, names: Mapping[str, str], firms: int, minimum: int, language: str
) -> tuple[Figure, str]:
    """Draw the counts of a released table, of which at least one is shown, as bars, a panel a group of firms."""
    by = [column for column in ("status", "wave", "size", "option") if column in frame]
    groups = list(frame.groupby(by[0], sort=False)) if len(by) > 1 else [("", frame)]
    drawn = [(group, rows) for group, rows in groups if (rows["shown"] == "yes").any()]
    title = say("release.title", language, name=names[language], firms=firms)
    note = footer("release.footer", frame, language, minimum=minimum)
    if not_drawn := [cell(by[0], group, language) for group, rows in groups if (rows["shown"] == "hidden").all()]:
        note += " " + say("release.all_hidden", language, groups="; ".join(not_drawn))
    height = 1.6 + sum(0.36 * len(rows) + 0.45 for _, rows in drawn)
    figure = new_figure(height, title, note)
    panels = figure.subplots(len(drawn), 1, squeeze=False, height_ratios=[len(rows) + 1 for _, rows in drawn])[:, 0]
    told = []
    for axes, (group, rows) in zip(panels, drawn, strict=True):
        above = cell(by[0], group, language) if group else ""
        heading(axes, above, 9.5)
        captions = _bars(axes, rows, frame["count"].max(), language)
        labels = [cell(by[-1], value, language) for value in rows[by[-1]]]
        axes.set_yticks(range(len(rows)), [textwrap.fill(label, _WIDTH) for label in labels])
        told += [f"{above}: " * bool(above) + f"{a} {b}" for a, b in zip(labels, captions, strict=True)]
    panels[-1].set_xlabel(say("figure.firms_axis", language))
    return figure, "; ".join(told) + "."


def _bars(axes: Axes, rows: pd.DataFrame, most: int, language: str) -> list[str]:
    """Draw a bar a row, with its count and base in words; return those words."""
    counts = rows["count"].fillna(0).astype(int)
    axes.barh(range(len(rows)), counts, color=COLOURS[0], height=0.6)
    captions = [_words(row, language) for row in rows.to_dict("records")]
    for place, (count, text, shown) in enumerate(zip(counts, captions, rows["shown"], strict=True)):
        caption(axes, text, (count, place), color=PALE if shown == "hidden" else INK)
    axes.set_xlim(0, most * 2.4)  # the words behind the longest bar
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.invert_yaxis()
    return captions


def _words(row: dict, language: str) -> str:
    if row["shown"] == "hidden":
        return say("release.hidden", language)
    if pd.isna(row["base"]):
        return str(row["count"])
    return say("release.count", language, **row)


def write_readme(root: Root, template: str, **values: object) -> None:
    """Say what the tables of a release hold, what is hidden and what is promised, by one of the templates here."""
    told = filled(f"releasing/{template}.md.j2", one=say("firm.a", "en"), many=say("firm.many", "en"), **values)
    write_atomically(root.output / "README.md", told.encode())
