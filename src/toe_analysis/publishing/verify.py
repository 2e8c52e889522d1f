"""The command ``verify``: rebuild everything elsewhere, compare it with the committed results, and certify that."""

import argparse
import contextlib
import csv
import hashlib
import json
import platform
import re
import shutil
import zipfile
import zlib
from base64 import a85decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from itertools import zip_longest
from pathlib import Path
from textwrap import shorten
from typing import Any

from toe_analysis.paths import Root, write_atomically
from toe_analysis.publishing.metadata import json_bytes
from toe_analysis.running import runner
from toe_analysis.running.inputs import check_inputs
from toe_analysis.running.sole_run import sole_run
from toe_analysis.running.stages import AUDIT, PROCESSED, STAGES, Stage
from toe_analysis.templates import filled
from toe_analysis.terminal import DIFFERENT, DONE, FAILED, tell

_MOST_SHOWN = 10
_CALIBRATED = "'Calibrated' proves nothing: the synthetic answers were made to match. See notebook 8."
_PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "seaborn", "papermill", "nbconvert")

#: Of the results, those that are compared as they stand, and those of which one that differs is counted apart: the
#: values that a figure draws are in the table beside it.
PAGES, _PICTURES = (".html", ".docx", ".pdf"), ".svg"
#: In a PDF what is packed, and outside of it what follows from that: lengths, places and a digest.
_PACKED, _FOLLOWS = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL), re.compile(rb"[0-9a-f]{32}|\d+")

#: Numbers in a picture that differ by less are the same place, in points: another machine rounds differently.
_NEAR = 0.01
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class Difference:
    """A value that is not the same in both roots; "nothing" stands for one that is not there.

    Parameters
    ----------
    stage, file : str
    where : str
        Row and column of a table (the header is row 1), the path into headline numbers, a picture's line, or that it is
        a page.
    before, after : str
    """

    stage: str
    file: str
    where: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.stage}: {self.file}, {self.where}: {self.before} before, {self.after} now"


def verify(project: Path, options: argparse.Namespace) -> int:
    """Rebuild all results in a folder of its own and compare; return the exit code."""
    committed = Root.at(project)
    check_inputs(committed, "")
    build = committed.path / "build"
    build.mkdir(exist_ok=True)  # a place that cannot be written to is found before the work, not after it
    with contextlib.ExitStack() as stack:
        stack.enter_context(sole_run(build, "Another verify is at work"))
        for name in ("certificate.json", "certificate.html"):  # of an earlier state: a run that fails must not leave it
            (build / name).unlink(missing_ok=True)
        rebuilt = Root.at(build / "verify")
        if rebuilt.path.is_dir():  # of one that failed or was killed
            shutil.rmtree(rebuilt.path)
        stack.callback(shutil.rmtree, rebuilt.path)
        shutil.copytree(committed.raw, rebuilt.raw)
        if not runner.run_stages(STAGES, project / "notebooks", rebuilt.path, jobs=options.jobs):
            stack.pop_all()  # what failed names its log
            tell("Nothing was compared, since not every stage could be rebuilt.")
            return FAILED
        differing = differences(STAGES, committed.path, rebuilt.path)
        pictures = [one for one in differing if one.file.endswith(_PICTURES)]
        found = [one for one in differing if one not in pictures]
        undeclared = runner.undeclared_files(STAGES, committed.path)
        certificate = _certificate(rebuilt, found, pictures, undeclared)
    write_atomically(build / "certificate.json", json_bytes(certificate))
    told = certificate | {"differences": list(map(str, found)), "differing pictures": list(map(str, pictures))}
    page = filled("publishing/pages/certificate.html.j2", certificate=told)
    write_atomically(build / "certificate.html", page.encode())
    tell(_screen(certificate, found, pictures))
    return DIFFERENT if certificate["result"] == "different" else DONE


def _certificate(
    rebuilt: Root, found: Sequence[Difference], pictures: Sequence[Difference], undeclared: Sequence[str]
) -> dict:
    """Return what was compared, with hashes, the environment and the verdicts. It names no time, user or machine."""
    audited = rebuilt.numbers(AUDIT)
    results = compared_files(STAGES)
    compared = [path for _, path in results if not path.endswith(_PICTURES)]
    drawn = len(results) - len(compared)
    return {
        "version": 2,
        "result": "different" if found or pictures or undeclared else "reproduced",
        "compared": {
            "tables": sum(path.startswith(PROCESSED) and path.endswith(".csv") for path in compared),
            "headline files": sum(path.endswith(".json") for path in compared),
            "plotted tables": sum(path.startswith("figures/") and path.endswith(".csv") for path in compared),
            "pages of findings": sum(path.endswith(PAGES) for path in compared),
        },
        "differences": [vars(difference) for difference in found],
        "pictures identical": f"{drawn - len(pictures)} of {drawn}",
        "differing pictures": [vars(difference) for difference in pictures],
        "files that no stage makes": list(undeclared),
        "claims": {"note": _CALIBRATED, **audited["verdicts"], "does not fit": audited["does_not_fit"]},
        "environment": {
            "python": platform.python_version(),
            "system": platform.system(),
            "packages": {name: metadata.version(name) for name in _PACKAGES},
        },
        "inputs": {path.name: _sha256(path) for path in sorted(rebuilt.raw.iterdir()) if path.is_file()},
        "results": {path: _sha256(rebuilt.path / path) for path in compared},
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _screen(certificate: Mapping, found: Sequence[Difference], pictures: Sequence[Difference]) -> str:
    compared = ", ".join(f"{number} {what}" for what, number in certificate["compared"].items())
    lines = ["", f"Compared with what is in data/processed and figures: {compared}."]
    if found:
        files = len({difference.file for difference in found})
        lines.append(f"DIFFERENT: {_many(len(found), 'value')} in {_many(files, 'file')}.")
        lines += [f"  {difference}" for difference in found[:_MOST_SHOWN]]
        if len(found) > _MOST_SHOWN:
            lines.append(f"  ... and {len(found) - _MOST_SHOWN} more, all in build/certificate.json.")
    elif certificate["result"] == "reproduced":
        lines.append("REPRODUCED: every value is the same.")
    else:
        lines.append("DIFFERENT: every value is the same, but not all else.")
    lines.append(f"Pictures identical: {certificate['pictures identical']}.")
    lines += [f"  {difference}" for difference in pictures[:_MOST_SHOWN]]
    if undeclared := certificate["files that no stage makes"]:
        lines.append(f"Files that no stage makes: {', '.join(undeclared)}.")
    claims = certificate["claims"]
    told = "; ".join(f"{number} {verdict}" for verdict, number in claims["recomputed"].items())
    lines.append(f"Of the report's printed claims, recomputed: {told}.")
    lines.append(f"Their arithmetic does not fit for: {', '.join(claims['does not fit']) or 'none'}.")
    lines.append(_CALIBRATED)
    lines.append("Certificate: build/certificate.html (to read) and build/certificate.json.")
    return "\n".join(lines)


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def compared_files(stages: Sequence[Stage]) -> list[tuple[str, str]]:
    """Return every result that is kept, each with its stage."""
    return [(stage.name, path) for stage in stages for path in stage.writes if not path.startswith("build/")]


def differences(stages: Sequence[Stage], before: Path, after: Path) -> list[Difference]:
    """Return the values that two roots do not share; of a picture the first line alone, since others may follow it."""
    found: list[Difference] = []
    for stage, path in compared_files(stages):
        old, new = (_content(root / path) for root in (before, after))
        if old != new:
            values, others = (dict(_values(path, content)) for content in (old, new))
            pairs = [(place, values.get(place, "nothing"), others.get(place, "nothing")) for place in values | others]
            is_picture = path.endswith(_PICTURES)
            is_same = _is_same_line if is_picture else str.__eq__
            unlike = [Difference(stage, path, *pair) for pair in pairs if not is_same(*pair[1:])]
            found += map(_in_short, unlike[:1]) if is_picture else unlike
    return found


def _in_short(line: Difference) -> Difference:
    before, after = (shorten(text, 80, placeholder=" ...") for text in (line.before, line.after))
    return replace(line, before=before, after=after)


def _is_same_line(one: str, other: str) -> bool:
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        return False
    numbers = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(abs(float(mine) - float(theirs)) < _NEAR for mine, theirs in numbers)


def _content(path: Path) -> str:
    if not path.is_file():
        return ""
    if path.suffix in PAGES:
        return hashlib.sha256(_unpacked(path)).hexdigest()
    return path.read_text(encoding="utf-8", errors="replace")


def _unpacked(page: Path) -> bytes:
    """Return all that a page holds: another system may pack the same in other bytes."""
    content = page.read_bytes()
    with contextlib.suppress(Exception):  # a damaged one is compared as it is
        if page.suffix == ".docx":
            with zipfile.ZipFile(page) as parts:
                return b"".join(name.encode() + parts.read(name) for name in parts.namelist())
        if page.suffix == ".pdf":
            packed = (a85decode(one[:-2]) if one.endswith(b"~>") else one for one in _PACKED.findall(content))
            return b"".join([_FOLLOWS.sub(b"", _PACKED.sub(b"", content)), *map(zlib.decompress, packed)])
    return content


def _values(path: str, content: str) -> Iterator[tuple[str, str]]:
    """Yield every value with its place."""
    if not content:
        return
    if path.endswith(PAGES):
        yield "the page, by its SHA-256", content
        return
    if path.endswith(".json"):
        try:
            yield from _leaves(json.loads(content), "")
        except ValueError:
            yield "the whole file", "not readable as JSON"
        return
    if path.endswith(_PICTURES):
        yield from ((f"line {number}", line) for number, line in enumerate(content.splitlines(), start=1))
        return
    header, *rows = csv.reader(content.splitlines())
    yield from ((f"row 1, column {number}", name) for number, name in enumerate(header, start=1))
    for number, row in enumerate(rows, start=2):
        named = (*header, *(f"column {place}" for place in range(len(header) + 1, len(row) + 1)))
        yield from ((f"row {number}, {name}", value) for name, value in zip_longest(named, row, fillvalue=""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in parts:
            yield from _leaves(part, f"{path}/{name}" if path else str(name))
    else:
        yield path, json.dumps(value, ensure_ascii=False)
