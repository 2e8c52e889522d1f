"""The page of findings for a browser, in one file that loads nothing from elsewhere."""

import jinja2

from toe_analysis.showing.words import LANGUAGES
from toe_analysis.topics.findings.page import Page

#: What each language calls itself.
_NAMES = {"en": "English", "da": "Dansk"}


def html_page(page: Page) -> bytes:
    """Return the page as HTML; its notebooks are found from ``figures/en``, its other forms beside it."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("toe_analysis", "topics/findings"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    others = {language: _NAMES[language] for language in LANGUAGES if language != page.language}
    return environment.get_template("page.html.j2").render(page=page, others=others).encode()
