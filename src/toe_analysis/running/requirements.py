"""The part of ``requirements.lock`` that a command needs, told with the standard library alone.

There is one lock. Below each package it says who needs it (``# via``), so the part of an extra of ``pyproject.toml``
is what that extra names, and all that is needed by it.
"""

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

#: What all extras rest on, as `pyproject.toml` calls it, and what every command needs.
DEPENDENCIES = "dependencies"
NEEDED = (DEPENDENCIES, "run")

_PACKAGE = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\\n]+).*(?:\n .*)*", re.MULTILINE)
_NEEDED_BY = re.compile(r"^ +# +(?:via )?([a-z0-9][a-z0-9-]*)$", re.MULTILINE)


@dataclass(frozen=True)
class Locked:
    """A package of the lock: its one version, its lines as pip and uv read them, and the packages that ask for it."""

    version: str
    text: str
    needed_by: frozenset[str]


def read_lock(project: Path) -> dict[str, Locked]:
    """Return the packages of the lock by their names."""
    text = (project / "requirements.lock").read_text(encoding="utf-8")
    return {
        found["name"]: Locked(found["version"], found[0], frozenset(_NEEDED_BY.findall(found[0])))
        for found in _PACKAGE.finditer(text)
    }


def asked_for(project: Path, extras: Collection[str]) -> list[str]:
    """Return the packages that ``pyproject.toml`` names in these extras; `DEPENDENCIES` stands for its dependencies."""
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {DEPENDENCIES: settings["dependencies"], **settings.get("optional-dependencies", {})}
    lines = [line for extra, lines in named.items() if extra in extras for line in lines]
    return [re.match(r"[A-Za-z0-9-]+", line)[0].lower() for line in lines]


def with_needs(lock: dict[str, Locked], names: Iterable[str]) -> set[str]:
    """Return these packages and all that they need.

    Examples
    --------
    >>> lock = {"table": Locked("1.0", "", frozenset()), "leg": Locked("2.0", "", frozenset({"table"}))}
    >>> sorted(with_needs(lock, ["table"]))
    ['leg', 'table']
    """
    found = set(names) & set(lock)
    while more := {name for name, package in lock.items() if name not in found and package.needed_by & found}:
        found |= more
    return found
