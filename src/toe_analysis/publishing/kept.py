"""What is kept in git and made by no run: texts, what the README of the given files says, and who is to be cited."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from toe_analysis.errors import InputError, why_unreadable


@dataclass(frozen=True)
class Work:
    """A work and who made it; of the report, `year` and no version, of the project the other way round.

    Parameters
    ----------
    title : str
    authors : tuple of str
    version, year : str
    released : str
        A date like 2026-01-31, or empty.
    """

    title: str
    authors: tuple[str, ...]
    version: str = ""
    year: str = ""
    released: str = ""


def read_kept(path: Path) -> str:
    """Return a text that is kept in git and made by no run.

    Raises
    ------
    InputError
        If it is not there, or no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        wrong = why_unreadable(path, error)
        raise InputError(f"expected {path.name} as it is kept in git, but {wrong}; see git status") from error


def read_citation(path: Path) -> tuple[Work, Work]:
    """Return the project and the report that ``CITATION.cff`` names: itself, and its first reference."""
    try:
        own = yaml.safe_load(read_kept(path))
        return _work(own), _work(own["references"][0])
    except (yaml.YAMLError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            f"expected title and name of the project and of its first reference in {path.name}; add them"
        ) from error


def _work(cited: Mapping) -> Work:
    version, year, released = (str(cited.get(key, "")) for key in ("version", "year", "date-released"))
    return Work(cited["title"], tuple(author["name"] for author in cited["authors"]), version, year, released)


def read_given(readme: Path) -> dict[str, tuple[str, str, str]]:
    """Return what each given file is, where it comes from and of which kind it is, from the README's table."""
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \| (.*?) ?\|$", read_kept(readme), re.MULTILINE)
    return {name: (what, source.replace("**", ""), kind) for name, what, source, kind in rows}
