"""What of this package a notebook really imports, told from the text of the files, without importing anything."""

import re
from functools import cache
from pathlib import Path

import toe_analysis

_PACKAGE = Path(toe_analysis.__file__).parent
_NAME = _PACKAGE.name

#: An import as a line of its own, wherever it is indented; the names in brackets may go over several lines.
_IMPORT = re.compile(
    rf"^[ \t]*(?:from ({_NAME}[\w.]*) import (\([^)]*\)|[^#\n]*)|import ({_NAME}[\w.]*))", re.MULTILINE
)
_CODE = ".py"
#: How the names of data files end that a notebook may read from the package.
DATA = (".csv", ".j2", ".toml")


def package_files(code: str) -> tuple[Path, ...]:
    """Return the modules of this package that code imports, directly or through others, and the data beside them.

    Parameters
    ----------
    code : str
        Of a notebook, say.

    Returns
    -------
    tuple of Path
        Sorted. What a module imports inside a function counts as well. Data files count where a module of their own
        folder does: a topic's sentences for who imports the topic, the words of all tables for who shows one.
    """
    found: set[Path] = set()
    waiting = list(_imported(code))
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported_by(path)
    data = {path for folder in {path.parent for path in found} for path in _data_files(folder)}
    return tuple(sorted(found | data))


@cache
def _imported_by(module: Path) -> frozenset[Path]:
    return _imported(module.read_text(encoding="utf-8"))


def _imported(code: str) -> frozenset[Path]:
    paths: set[Path] = set()
    for package, names, module in _IMPORT.findall(code):
        paths |= _along(package or module)
        for name in re.findall(r"(\w+)(?:\s+as\s+\w+)?", names):
            paths |= _along(f"{package}.{name}")
    return frozenset(paths)


def _along(dotted: str) -> set[Path]:
    """Return the modules that importing this name executes: each package on the way, and the module."""
    paths, place = set(), _PACKAGE.parent
    for part in dotted.split("."):
        place = place / part
        module = place / "__init__.py" if place.is_dir() else place.with_suffix(_CODE)
        if not module.is_file():
            break  # a name inside the module
        paths.add(module)
    return paths


@cache
def _data_files(folder: Path) -> frozenset[Path]:
    return frozenset(path for path in folder.iterdir() if path.suffix in DATA and path.name[0] != ".")
