"""Danish pages that open from disk, documents and slides, with nothing loaded from elsewhere."""

import re
from collections.abc import Sequence

import markupsafe
import nbformat
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from toe_analysis.teaching.exercises import SLIDE, title
from toe_analysis.templates import filled, scrollable

#: In a slide's text: the next figure that the notebook draws.
FIGURE = "[figur]"


def document_page(text: str) -> str:
    """Return a document in Markdown, headed by its first line, as a page; links between documents lead to pages.

    Examples
    --------
    >>> "<h1>Ordliste</h1>" in document_page("# Ordliste")
    True
    """
    body = re.sub(r'href="([\w-]+)\.md(["#])', r'href="\1.html\2', scrollable(from_markdown(text), "Tabel"))
    heading = text.splitlines()[0].removeprefix("# ")
    return filled("teaching/templates/document.html.j2", title=heading, body=markupsafe.Markup(body))


def slides_page(executed: nbformat.NotebookNode) -> str:
    """Return one page that holds an executed master's slides; arrow keys move on, and each prints on a sheet.

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
    return filled("teaching/templates/slides.html.j2", title=title(executed), slides=slides)


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


def from_markdown(text: str) -> str:
    """Return Markdown, as notebooks write it, as HTML.

    Examples
    --------
    >>> from_markdown("Et *ord*.").strip()
    '<p>Et <em>ord</em>.</p>'
    """
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(text)
