"""Files from templates; in a page what is text is escaped, and markup has to say that it is some."""

import itertools
import json
import math
import re
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_environment = Environment(
    loader=PackageLoader("toe_analysis", "."),
    autoescape=select_autoescape(["html.j2"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_environment.filters["toml"] = partial(json.dumps, ensure_ascii=False)  # every text of JSON is one of TOML
_environment.tests["endless"] = math.isinf


def filled(template: str, **values: object) -> str:
    """Return a template, named by its path in this package, filled in; a value that is missing is an error.

    Examples
    --------
    >>> parts = [("Size & status", [])]
    >>> filled("topics/findings/parts.html.j2", parts=parts, notebooks="{}.html").splitlines()[1]
    '<h2>Size &amp; status</h2>'
    """
    return _environment.get_template(template).render(**values)


def scrollable(html: str, word: str) -> str:
    """Let wide tables scroll by themselves, so that the page does not, also for who has no mouse.

    >>> scrollable("<table></table>", "Table")
    '<div class="scroll" tabindex="0" role="region" aria-label="Table 1"><table></table></div>'
    """
    number = itertools.count(1)

    def open_region(found: re.Match) -> str:
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{word} {next(number)}">{found[0]}'

    opened = re.sub(r"<table\b", open_region, html)
    opened = opened.replace("<th>", '<th scope="col">')
    return opened.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
