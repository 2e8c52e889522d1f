"""Pages from templates in which what is text is escaped; markup has to say that it is some."""

from jinja2 import Environment, PackageLoader, StrictUndefined

_environment = Environment(
    loader=PackageLoader("toe_analysis", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def filled(template: str, **values: object) -> str:
    """Return a template, named by its path in this package, filled in; a value that is missing is an error.

    Examples
    --------
    >>> parts = [("Size & status", [])]
    >>> filled("topics/findings/parts.html.j2", parts=parts, notebooks="{}.html").splitlines()[1]
    '<h2>Size &amp; status</h2>'
    """
    return _environment.get_template(template).render(**values)
