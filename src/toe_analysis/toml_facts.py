"""Facts that a person keeps in a TOML file, each asked for by name and kind, and each fault told with its place."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from math import inf
from pathlib import Path
from typing import Any, TypeVar

from toe_analysis.errors import InputError, why_unreadable

Made = TypeVar("Made")


@dataclass(frozen=True)
class Facts:
    """A table of a TOML file, and the place that a message names; asked for a value, it refuses one of another kind."""

    values: Mapping[str, Any]
    where: str

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there, and say something."""
        found = self._of_kind(name, str, "a text", default)
        if default is None and not found.strip():
            raise self.wrong(name, "a text", "nothing")
        return found

    def number(self, name: str, least: float = -inf, most: float = inf, default: int | None = None) -> int:
        """Return a whole number within its bounds, if it has some; without a default it must be there."""
        spoken = "a whole number" if (least, most) == (-inf, inf) else f"a whole number from {least} to {most}"
        found = self._of_kind(name, int, spoken, default)
        if not least <= found <= most:
            raise self.wrong(name, spoken, found)
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, empty if there is none."""
        found = self._of_kind(name, list, "a list of texts", [])
        if not all(isinstance(one, str) for one in found):
            raise self.wrong(name, "a list of texts", found)
        return tuple(found)

    def one_or_more(self, name: str) -> tuple[str, ...]:
        """Return a text, or the texts of a list; there must be one."""
        found = self.values.get(name)
        texts = [found] if isinstance(found, str) else found
        if not texts or not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
            raise self.wrong(name, "a text or a list of texts", found or "nothing")
        return tuple(texts)

    def table(self, name: str) -> "Facts":
        """Return a table, empty if there is none."""
        return Facts(self._of_kind(name, dict, "a table", {}), f"{self.where}, {name}")

    def tables(self, name: str) -> list["Facts"]:
        """Return the tables of a list, each with a name of its own; none if there is no list."""
        found = self._of_kind(name, list, f"[[{name}]] tables", [])
        if not all(isinstance(one, dict) for one in found):
            raise self.wrong(name, f"[[{name}]] tables", found)
        names = [str(one["name"]) for one in found if "name" in one]
        if len({*names}) < len(names):
            raise self.wrong(name, "each name once", ", ".join(names))
        return [Facts(one, f"{self.where}, {name} {place}") for place, one in enumerate(found, start=1)]

    def made_into(self, kind: type[Made]) -> Made:
        """Return this table as a dataclass, whose fields say what may stand here, of which kind, and what must.

        >>> from toe_analysis.survey.facts.study import Held
        >>> Facts({"baseline": "other_2025"}, "study.toml, held").made_into(Held)
        Held(baseline='other_2025', claim='')
        """
        ask = {str: self.text, int: self.number, tuple[str, ...]: self.texts}
        self.only(*(one.name for one in fields(kind)))
        asked = [
            one
            for one in fields(kind)
            if self.values.get(one.name, one.default) != one.default or one.default is MISSING
        ]
        return kind(**{one.name: ask[one.type](one.name) for one in asked})

    def only(self, *names: str) -> "Facts":
        """Return this table; refuse a name that nobody asks for, since it may be meant for another."""
        for name in self.values:
            if name not in names:
                near = difflib.get_close_matches(name, names, n=1)
                expected = near[0] if near else f"one of {', '.join(names)}"
                raise InputError(f"{self.where}: expected {expected}, found {name!r}")
        return self

    def wrong(self, name: str, expected: str, found: object) -> InputError:
        """Return the error that says what stands where something else was expected."""
        told = found if found in ("nothing", "none") else repr(found)
        return InputError(f"{self.where}, {name}: expected {expected}, found {told}")

    def _of_kind(self, name: str, kind: type, spoken: str, default: Any) -> Any:
        if name not in self.values and default is not None:
            return default
        found = self.values.get(name)
        if not isinstance(found, kind) or isinstance(found, bool):
            raise self.wrong(name, spoken, "nothing" if found is None else found)
        return found


def read_facts(path: Path) -> Facts:
    """Read a TOML file.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        return Facts(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name}: expected a TOML file, but {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: expected a TOML file in UTF-8, but {why_unreadable(path, error)}") from None
