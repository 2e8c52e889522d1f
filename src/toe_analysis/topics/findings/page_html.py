"""The page of findings for a browser, in one file that loads nothing from elsewhere; and its parts, for other pages."""

import jinja2

from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.topics.findings.page import Page, Parts


def html_page(page: Page) -> bytes:
    """Return the page as HTML; its notebooks are found from ``figures/en``, its other forms beside it."""
    others = {language: say("site.this_language", language) for language in LANGUAGES if language != page.language}
    return _template("page.html.j2").render(page=page, others=others).encode()


def html_parts(parts: Parts, notebooks: str) -> str:
    """Return the findings as sections of a page.

    Parameters
    ----------
    parts : tuple
        From `toe_analysis.topics.findings.page.parts_of`.
    notebooks : str
        Where a notebook is, with a blank for its name: ``{}.html``.
    """
    return _template("parts.html.j2").render(parts=parts, notebooks=notebooks)


def parts_style() -> str:
    """Return how these sections look; the page gives the colours ``--ink``, ``--pale``, ``--line`` and ``--blue``."""
    return _template("parts.css.j2").render()


def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("toe_analysis", "topics/findings"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)
