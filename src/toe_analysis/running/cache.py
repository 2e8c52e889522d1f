"""What decides whether a stage must run: everything its results depend on, as it was when they were made."""

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import toe_analysis
from toe_analysis.errors import InputError
from toe_analysis.paths import Root, write_atomically
from toe_analysis.running.notebooks import code_digest, code_of, joined, read_notebook
from toe_analysis.running.requirements import NEEDED, asked_for, read_lock, with_needs
from toe_analysis.running.task import Task

VERSION = 3

#: Where a run keeps what it knows of the last one, inside its root.
STATE_FILE = "build/state.json"

NO_FILE = "not there"

_PROJECT = Path(toe_analysis.__file__).parents[2]

#: An import as a line of its own, wherever it is indented; names in brackets may go over several with comments.
_IMPORT = re.compile(
    r"^[ \t]*(?:from (toe_analysis[\w.]*) import (\((?:[^)#]|#.*)*\)|[^#\n]*)|import (toe_analysis[\w.]*))",
    re.MULTILINE,
)
#: How the names of data files end that a notebook may read from the package.
DATA = (".csv", ".j2", ".toml")


@dataclass(frozen=True)
class Record:
    """A stage's last success.

    Parameters
    ----------
    inputs : mapping of str to str
        Everything the results depend on, by the name a person knows it by: a digest, a version or a value.
    outputs : mapping of str to str
        The digest of every file it left, the executed notebook among them.
    notebook : str
        The digest of the whole notebook, prose included.
    """

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    notebook: str


def read_state(root: Path) -> dict[str, Record]:
    """Return the last success of each stage in a root, by name; without one that can be read, every stage runs."""
    try:
        content = json.loads((root / STATE_FILE).read_text(encoding="utf-8"))
        kept = content["stages"].items() if content["version"] == VERSION else ()
        return {name: Record({**one["inputs"]}, {**one["outputs"]}, one["notebook"]) for name, one in kept}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def write_state(root: Path, records: Mapping[str, Record]) -> None:
    """Keep the records of a root in one sorted text file that names no folder outside the root."""
    content = {"version": VERSION, "stages": {name: asdict(record) for name, record in records.items()}}
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    if (root / STATE_FILE).is_dir():  # which cannot be read either, and a file cannot take its place
        shutil.rmtree(root / STATE_FILE)
    write_atomically(root / STATE_FILE, (text + "\n").encode())


def digest(path: Path) -> str:
    """Return the digest of a file's bytes; the same in every folder and at every time, unlike its date."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:20]
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return NO_FILE


def inputs_of(task: Task) -> dict[str, str]:
    """Return everything that the results of a stage depend on, by name."""
    stage, root = task.stage, Root.at(task.root)
    return {
        "its declared outputs": hashlib.sha256("\n".join(sorted(stage.writes)).encode()).hexdigest()[:20],
        **{f"parameter {name}": repr(value) for name, value in stage.parameters.items()},
        **{path: digest(root.given(path)) for path in (*stage.reads, *stage.may_read)},
        **_code_inputs(task.notebook),
        **versions(),
    }


def modules_of(tasks: Iterable[Task]) -> list[str]:
    """Return the modules of this package that stages import."""
    found = {path for task in tasks for path in _code_inputs(task.notebook)}
    modules = (path.removeprefix("src/").removesuffix(".py") for path in sorted(found) if path.endswith(".py"))
    return [module.removesuffix("/__init__").replace("/", ".") for module in modules]


def _code_inputs(notebook: Path) -> dict[str, str]:
    """Return the notebook's code and what it imports of this package."""
    try:
        content = read_notebook(notebook)
        modules = package_files(code_of(content))
        return {"its code cells": code_digest(content)[:20]} | {_in_project(path): digest(path) for path in modules}
    except InputError:
        return {"its code cells": digest(notebook)}  # running it will say what is wrong with it


def package_files(code: str) -> tuple[Path, ...]:
    """Return the modules of this package that code imports, directly or through others, and the data beside them.

    What a module imports inside a function counts as well. Data files count where a module of their own folder does: a
    topic's sentences for who imports the topic, the words of all tables for who shows one.
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
        paths |= _along(_PROJECT / "src", package or module)
        for name in re.findall(r"(\w+)(?:\s+as\s+\w+)?", names):
            paths |= _along(_PROJECT / "src", f"{package}.{name}")
    return frozenset(paths)


@cache
def _along(place: Path, dotted: str) -> frozenset[Path]:
    """Return the modules that importing this name executes: each package on the way, and the module."""
    paths = set()
    for part in dotted.split("."):
        place = place / part
        module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if not module.is_file():
            break  # a name inside the module
        paths.add(module)
    return frozenset(paths)


@cache
def _data_files(folder: Path) -> frozenset[Path]:
    return frozenset(path for path in folder.iterdir() if path.suffix in DATA and path.name[0] != ".")


def _in_project(path: Path) -> str:
    return path.relative_to(_PROJECT).as_posix()


def package_inputs() -> dict[str, str]:
    """Return every file of this package and the installed versions: where they differ, results may."""
    files = (path for path in sorted((_PROJECT / "src").rglob("*.*")) if path.is_file() and path.suffix != ".pyc")
    return {_in_project(path): digest(path) for path in files} | versions()


@cache
def versions() -> dict[str, str]:
    """Return the version of Python and of the packages that a run needs, the same for every stage.

    From the names of their folders, which is quick; what tests or JupyterLab bring in besides changes no result.
    """
    wanted = with_needs(read_lock(_PROJECT), asked_for(_PROJECT, NEEDED))
    found = {"Python": ".".join(map(str, sys.version_info[:3]))}
    for entry in map(Path, reversed(sys.path)):  # what stands first is what Python imports
        for folder in entry.glob("*.dist-info") if entry.is_dir() else ():
            name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
            name = re.sub(r"[-_.]+", "-", name).lower()
            if name in wanted:
                found[name] = version
    return found


def outputs_of(task: Task) -> dict[str, str]:
    """Return the digests of what a stage has left."""
    return {path: digest(task.root / path) for path in (*task.stage.writes, task.stage.executed)}


def changes(record: Record | None, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> tuple[str, ...]:
    """Say what has changed since a stage's last success, one phrase each; nothing means that it is up to date.

    Examples
    --------
    >>> record = Record({"data/raw/a.csv": "1", "pandas": "3.0"}, {"data/processed/b.csv": "2"}, "")
    >>> changes(record, {"data/raw/a.csv": "9", "pandas": "3.1"}, {"data/processed/b.csv": "2"})
    ('data/raw/a.csv changed', 'pandas 3.0 -> 3.1')
    """
    if record is None:
        return ("no earlier success of it is known",)
    found = []
    for name in sorted(record.inputs.keys() | inputs.keys()):
        old, new = record.inputs.get(name, NO_FILE), inputs.get(name, NO_FILE)
        if old != new:
            found.append(_phrase(name, old, new))
    for path in sorted(record.outputs.keys() | outputs.keys()):
        if record.outputs.get(path) != outputs.get(path):
            found.append(f"{path} is missing" if outputs.get(path) == NO_FILE else f"{path} is not as it was left")
    return tuple(found)


def _phrase(name: str, old: str, new: str) -> str:
    if "/" in name or name.startswith("its "):
        verb = "changed" if NO_FILE not in (old, new) else "is new" if old == NO_FILE else "is gone"
        return f"{name} {verb}"
    return f"{name} {old} -> {new}"


def with_new_prose(record: Record, task: Task) -> Record:
    """Join new prose with the outputs that are kept, if a notebook's text has changed and its code has not."""
    whole, executed = digest(task.notebook), task.root / task.stage.executed
    if whole == record.notebook:
        return record
    write_atomically(executed, joined(read_notebook(task.notebook), read_notebook(executed)))
    return Record(record.inputs, outputs_of(task), whole)
