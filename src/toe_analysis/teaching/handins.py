"""What a class has handed in: the notebooks in a folder, as a learning platform delivers them, and whose they are."""

import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import nbformat

from toe_analysis.survey.reading.kinds import BROKEN_ZIP

#: Beyond these a file is named and left out, so that no zip file can fill the memory.
LARGEST_FILE, LARGEST_CLASS, DEEPEST_ZIP = 30_000_000, 1_000_000_000, 2
#: What is read: notebooks, and the tables that a notebook may read; and what may be meant for a notebook or hold one.
_READ = (".ipynb", ".xlsx", ".csv")
_INSTEAD = (".html", ".htm", ".pdf", ".docx", ".py", ".txt", ".json", ".png", ".jpg", ".rar", ".7z", ".gz", ".tar")

#: What nbformat ends in when a file is no notebook, whatever it holds.
_NO_NOTEBOOK = (
    *(ValueError, KeyError, TypeError, AttributeError),
    *(AssertionError, RecursionError, nbformat.ValidationError),
)

#: Folders that say nothing about whose they are, and files of other programs.
_NOBODYS = ("ai-opgaver", "ai-opgaver (1)", "opgaver", "notebooks", "data")
_LEFT_BY_PROGRAMS = re.compile(r"(^|/)(__MACOSX|\.ipynb_checkpoints|\.[^/]*|~\$[^/]*)(/|$)")
#: Canvas: ``jensenmette_LATE_4711_9902_file.ipynb``. Moodle: ``Mette Jensen_815_assignsubmission_file_``.
_CANVAS = re.compile(r"^([^\W_][^_]*)(?:_late)?_(\d+)_\d+_(.+)$", re.IGNORECASE)
_MOODLE = re.compile(r"^(.+?)_(\d+)_assignsubmission_[a-z]+_?(.*)$")
#: What is not the student's in a file's name: an exercise's shortened, and what a browser adds.
_EXERCISE_NAME = re.compile(r"\d\d_[a-zæøå0-9_]+|[\s(\[-]*(?i:kopi|copy|\d+)[\s)\]]*$")


@dataclass(frozen=True)
class HandIn:
    """One notebook.

    Parameters
    ----------
    student : str
        As the platform writes the name.
    path : str
        Where it lay, below the folder, zip files as folders.
    notebook : nbformat.NotebookNode
    sheets : dict of str to bytes
        The same student's tables, by name: a notebook may read them.
    """

    student: str
    path: str
    notebook: nbformat.NotebookNode
    sheets: dict[str, bytes] = field(default_factory=dict)

    def is_untouched(self, handed_out: Collection[tuple[str, ...]]) -> bool:
        """Return whether nothing was written in it and nothing run, given the cells of every notebook handed out."""
        cells = self.notebook.cells
        was_run = any(cell.get("execution_count") or cell.get("outputs") for cell in cells)
        return not was_run and tuple(cell.source for cell in cells) in handed_out


def read_handins(folder: Path, names: Sequence[str] = ()) -> tuple[list[HandIn], list[str]]:
    """Read every notebook at or below a folder or in a zip file; say what could not be read.

    Parameters
    ----------
    folder : Path
        A folder, or a zip file as it was downloaded.
    names : sequence of str
        Of the notebooks that students got; what else a loose file is called is whose it is.

    Returns
    -------
    handins : list of HandIn
        In the order of their students and paths.
    problems : list of str
        In Danish, a sentence a file.
    """
    problems: list[str] = []
    files: dict[str, bytes] = {}
    others = []
    for path, content in _files(folder, problems):
        if path.lower().endswith(_INSTEAD):
            others.append(path)
            continue
        if sum(map(len, files.values())) + len(content) > LARGEST_CLASS:
            problems.append(f"{path}: den og resten er ikke læst, for mappen er over 1 GB.")
            break
        files[path] = content
    notebooks = [path for path in files if path.lower().endswith(".ipynb")]
    owner = dict(zip([*files, *others], students_of([*files, *others], names), strict=True))
    served = {owner[path] for path in notebooks}
    for path in others:
        if owner[path] not in served:
            problems.append(f"{path}: er ikke en notebook (.ipynb) og tæller ikke med. Bed om notebooken.")
    sheets: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        if path not in notebooks:
            sheets.setdefault(owner[path], {})[own_name(path)] = content
    handins = []
    for path in notebooks:
        try:
            with warnings.catch_warnings(action="ignore"):  # of cells without an id, which do no harm here
                notebook = nbformat.reads(files[path].decode("utf-8-sig"), as_version=4)
                nbformat.validate(notebook)
        except _NO_NOTEBOOK:
            problems.append(f"{path}: er ikke en hel notebook. Bed om filen igen.")
            continue
        handins.append(HandIn(owner[path], path, notebook, sheets.get(owner[path], {})))
    return sorted(handins, key=lambda handin: (handin.student.casefold(), handin.path)), problems


def students_of(paths: Sequence[str], names: Sequence[str] = ()) -> list[str]:
    """Return whose each file is: by the platform's own mark, else by the topmost folder that tells files apart.

    Examples
    --------
    >>> students_of(["jensenmette_LATE_4711_9902_01_fra_eksport-1.ipynb"])
    ['jensenmette (4711)']
    >>> students_of(["Mette Jensen_815_assignsubmission_file_/01.ipynb"])
    ['Mette Jensen']
    >>> students_of([f"Mette Jensen_{number}_assignsubmission_file_/01.ipynb" for number in (815, 816)])
    ['Mette Jensen (815)', 'Mette Jensen (816)']
    >>> students_of(["hold/Ali Ø/ai-opgaver/01.ipynb", "hold/Bo B/02.ipynb"])
    ['Ali Ø', 'Bo B']
    >>> students_of(["hold/Ali Ø/01.ipynb", "hold/Bo B/02.ipynb", "hold/01_fra_eksport - Mette Jensen (2).ipynb"])
    ['Ali Ø', 'Bo B', 'Mette Jensen']
    >>> students_of(["02_klassificer_hansen_lars.ipynb", "lars Bo_02_klassificer (1).ipynb"], ["02_klassificer"])
    ['hansen_lars', 'lars Bo']
    """
    paths = [unicodedata.normalize("NFC", path) for path in paths]  # a Mac takes å apart: one name is then two students
    folders = [[part for part in PurePosixPath(path).parts[:-1] if part.lower() not in _NOBODYS] for path in paths]
    marks = [_mark(path) for path in paths]
    shared = _depth_of_class(
        [[*parts, path] if mark else parts for parts, path, mark in zip(folders, paths, marks, strict=True)]
    )
    numbers: dict[tuple[str, str], set[str]] = {}
    for mark in filter(None, marks):
        numbers.setdefault((mark.handin, mark.student), set()).add(mark.number)
    return [
        mark.named(len(numbers[mark.handin, mark.student]))
        if mark
        else (parts[shared:] or [_left_of_name(path, names)])[0]
        for path, parts, mark in zip(paths, folders, marks, strict=True)
    ]


def _depth_of_class(folders: Sequence[Sequence[str]]) -> int:
    """Return how many folders, from the top, hold the class.

    Loose files may lie in the class's folder, or above it, beside the students' own; the folder of one student stays a
    name.
    """
    depth = 0
    while len({parts[depth] for parts in folders if len(parts) > depth}) == 1:
        deeper = [parts[depth + 1] for parts in folders if len(parts) > depth + 1]
        if len(deeper) < len(folders) and len(set(deeper)) < 2:
            break
        depth += 1
    return depth


def own_name(path: str) -> str:
    """Return a file's name without what the platform put before it.

    Examples
    --------
    >>> own_name("uge 3/jensenmette_4711_9902_kodeark_Mette.xlsx")
    'kodeark_Mette.xlsx'
    """
    name = PurePosixPath(path).name
    found = _CANVAS.match(name) or _MOODLE.match(name)
    return (found and found[found.lastindex]) or name


@dataclass(frozen=True)
class _Mark:
    """What a platform says of whose a file is: its name and number for a student, and the hand-in that it is of."""

    handin: str
    student: str
    number: str
    always: bool

    def named(self, alike: int) -> str:
        """Return the name, with the number where so many have it: Moodle counts anew for each hand-in."""
        return f"{self.student} ({self.number})" if self.always or alike > 1 else self.student


def _mark(path: str) -> _Mark | None:
    parts = PurePosixPath(path).parts
    for place, part in enumerate(parts):
        for form in (_MOODLE, _CANVAS):
            if found := form.match(part):
                return _Mark("/".join(parts[:place]), found[1], found[2], always=form is _CANVAS)
    return None


def _left_of_name(path: str, names: Sequence[str]) -> str:
    left = stem = PurePosixPath(path).stem
    for name in names:
        left = left.replace(name, "")
    for _ in range(2):  # "... Mette Jensen (2)": first the number, then the exercise
        left = _EXERCISE_NAME.sub("", left).strip(" _-()[]")
    return left or stem


def _files(folder: Path, problems: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every file that counts, those in zip files too."""
    if folder.is_file():
        yield from _in_zip(folder.name, folder, 1, problems)
        return
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.is_symlink() or not _is_read(name):
            continue
        if name.lower().endswith(".zip"):
            yield from _in_zip(name, path, 1, problems)
        elif path.stat().st_size > LARGEST_FILE:
            problems.append(f"{name}: er over 30 MB og er ikke læst.")
        else:
            yield name, path.read_bytes()


def _in_zip(name: str, archive_file: Path | io.BytesIO, depth: int, problems: list[str]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(archive_file, metadata_encoding="cp850") as archive:  # as a Danish Windows writes names
            for entry in filter(lambda entry: _is_read(entry.filename), archive.infolist()):
                inner = f"{name[: -len('.zip')]}/{entry.filename}"
                is_zip = inner.lower().endswith(".zip")
                if entry.file_size > LARGEST_FILE or (is_zip and depth == DEEPEST_ZIP):
                    problems.append(f"{inner}: er over 30 MB eller ligger for dybt og er ikke læst.")
                    continue
                with archive.open(entry) as file:
                    content = file.read(LARGEST_FILE)
                if is_zip:
                    yield from _in_zip(inner, io.BytesIO(content), depth + 1, problems)
                else:
                    yield inner, content
    except BROKEN_ZIP:
        problems.append(f"{name}: er ikke en zip-fil, der kan åbnes.")


def _is_read(name: str) -> bool:
    return name.lower().endswith((*_READ, *_INSTEAD, ".zip")) and not _LEFT_BY_PROGRAMS.search(name)
