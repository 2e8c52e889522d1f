"""Slides for an exercise, made from the cells of its master that are tagged ``slide``."""

from collections.abc import Sequence

import nbformat
from jinja2.utils import markupsafe

from toe_analysis.teaching.exercises import SLIDE, title
from toe_analysis.teaching.pages import from_markdown, render

#: In a slide's text: the next figure that the notebook draws.
FIGURE = "[figur]"


def slides_page(executed: nbformat.NotebookNode) -> str:
    """Return one page that holds the slides; arrow keys move on, and each prints on a sheet.

    Parameters
    ----------
    executed : nbformat.NotebookNode
        A master with its outputs, since a slide may show the figure that comes next.

    Raises
    ------
    ValueError
        If a slide asks for a figure, and no cell after it draws one.
    """
    slides = [
        markupsafe.Markup(_with_figure(from_markdown(cell.source), executed.cells[place:]))
        for place, cell in enumerate(executed.cells)
        if SLIDE in cell.metadata.get("tags", ())
    ]
    return render("slides.html.j2", title=title(executed), slides=slides)


def _with_figure(slide: str, later: Sequence[nbformat.NotebookNode]) -> str:
    if FIGURE not in slide:
        return slide
    for output in (output for cell in later for output in cell.get("outputs", ())):
        picture = output.get("data", {}).get("image/png")
        if picture:
            alternative = markupsafe.escape(output.metadata["image/png"]["alt"])
            image = f'<img alt="{alternative}" src="data:image/png;base64,{"".join(picture.split())}">'
            return slide.replace(FIGURE, image)
    raise ValueError(f"a slide asks for {FIGURE}, but no cell after it draws one: {slide[:60]}")
