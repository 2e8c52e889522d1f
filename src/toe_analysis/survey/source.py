"""Where the answers come from: a real export, or the synthetic one and what it is fixed to."""

import contextlib
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Stands in the document properties of the synthetic export, so that a copy without its sidecar is still known.
SYNTHETIC_MARK = "synthetic survey answers"

#: From the strongest to the weakest. A result that rests on two inputs has the weaker basis of the two.
BASES = ("published", "responses", "calibrated", "illustrative")


@dataclass(frozen=True)
class Source:
    """What the answers of an export may be taken for.

    Parameters
    ----------
    kind : {"responses", "synthetic"}
    world : str
        Which effect the synthetic answers plant ("none", "9/14", ...); empty for responses.
    fixed : tuple of tuple of str
        The sets of columns that the synthetic answers share with a printed number.

    Examples
    --------
    >>> synthetic = Source("synthetic", "none", (("status",),))
    >>> synthetic.basis(["status"]), synthetic.basis(["status", "size"])
    ('calibrated', 'illustrative')
    """

    kind: str
    world: str = ""
    fixed: tuple[tuple[str, ...], ...] = ()

    def basis(self, columns: Iterable[str]) -> str:
        """Return the basis of a result that uses exactly these columns."""
        if self.kind == "responses":
            return "responses"
        return "calibrated" if set(columns) in [set(names) for names in self.fixed] else "illustrative"

    def basis_of(self, questions: Sequence[str], says: Sequence[str]) -> str:
        """Return the basis of who said this to these questions: where not all they said is fixed, that alone may be."""
        whole = self.basis(questions)
        return whole if whole == "calibrated" else self.basis(f"{one}:{said}" for one in questions for said in says)

    @classmethod
    def from_dict(cls, kept: dict) -> "Source":
        """Return the source of which a table's JSON has kept the fields."""
        return cls(kept["kind"], kept["world"], tuple(tuple(names) for names in kept["fixed"]))


def weakest(bases: Iterable[str]) -> str:
    """Return the weakest of several bases.

    >>> weakest(["published", "calibrated"])
    'calibrated'
    """
    return max(bases, key=BASES.index)


def source_of(export: bytes, beside: bytes) -> Source:
    """Tell what an export is, from what stands beside it and its own document properties."""
    if sidecar := sidecar_of(export, beside):
        return Source.from_dict(sidecar | {"kind": "synthetic"})
    return Source("synthetic", "unknown") if _has_synthetic_mark(export) else Source("responses")


def read_source(export: Path) -> Source:
    """Tell what the export at a path is."""
    return source_of(export.read_bytes(), read_beside(export))


def read_sidecar(export: Path) -> dict:
    """Return the sidecar of the synthetic export, or nothing if this file has none."""
    return sidecar_of(export.read_bytes(), read_beside(export))


def read_beside(export: Path) -> bytes:
    """Return what stands beside an export, where a sidecar would; nothing if it cannot be read."""
    with contextlib.suppress(OSError):
        return export.with_suffix(".json").read_bytes()
    return b""


def sidecar_of(export: bytes, beside: bytes) -> dict:
    """Return what stands beside an export if it was written for this very file, told by its SHA-256, or nothing."""
    try:
        sidecar = json.loads(beside)
    except (ValueError, RecursionError):  # a file of the user's own that happens to have this name
        return {}
    is_ours = isinstance(sidecar, dict) and {"world", "fixed"} <= sidecar.keys()
    return sidecar if is_ours and sidecar.get("sha256") == hashlib.sha256(export).hexdigest() else {}


def _has_synthetic_mark(export: bytes) -> bool:
    if not zipfile.is_zipfile(io.BytesIO(export)):
        return False
    with zipfile.ZipFile(io.BytesIO(export)) as parts:
        if "docProps/core.xml" not in parts.namelist():
            return False
        with parts.open("docProps/core.xml") as core:
            text = core.read(100_000).decode("utf-8", errors="replace")
    return SYNTHETIC_MARK in re.sub(r"<[^>]+>", " ", text)
