"""Danish pages that open from disk, with nothing loaded from elsewhere."""

import re
from importlib.resources import files

import jinja2
from jinja2.utils import markupsafe
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

_TEMPLATES = files("toe_analysis.teaching").joinpath("templates")


def document_page(text: str) -> str:
    """Return a document written in Markdown as a page of its own; links between documents lead to their pages.

    Parameters
    ----------
    text : str
        Its first line is its heading.

    Examples
    --------
    >>> "<h1>Ordliste</h1>" in document_page("# Ordliste")
    True
    """
    body = re.sub(r'href="([\w-]+)\.md(["#])', r'href="\1.html\2', from_markdown(text))
    return render("document.html.j2", title=text.splitlines()[0].removeprefix("# "), body=markupsafe.Markup(body))


def from_markdown(text: str) -> str:
    """Return Markdown, as notebooks write it, as HTML.

    Examples
    --------
    >>> from_markdown("Et *ord*.").strip()
    '<p>Et <em>ord</em>.</p>'
    """
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(text)


def render(template: str, **values: object) -> str:
    """Fill one of the templates beside this module; what is text in `values` is escaped."""
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(lambda name: _TEMPLATES.joinpath(name).read_text(encoding="utf-8")),
    )
    return environment.get_template(template).render(**values)
