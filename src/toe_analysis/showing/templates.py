"""Pages from templates in which what is text is escaped; markup has to say that it is some."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def filled(folder: str, template: str, **values: object) -> str:
    """Return a template of a folder of this package, filled in.

    Parameters
    ----------
    folder : str
        Inside the package; templates include and extend others of it.
    template : str
    **values
        What the template asks for: a value that is missing is an error.

    Examples
    --------
    >>> parts = [("Size & status", [])]
    >>> filled("topics/findings", "parts.html.j2", parts=parts, notebooks="{}.html").splitlines()[1]
    '<h2>Size &amp; status</h2>'
    """
    return _environment(folder).get_template(template).render(**values)


@cache
def _environment(folder: str) -> Environment:
    return Environment(
        loader=PackageLoader("toe_analysis", folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
