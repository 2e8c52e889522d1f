"""Where a run reads and writes: one root, the same layout in every root."""

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toe_analysis.errors import InputError, why_unreadable

#: Environment variables by which the runner tells a notebook where it works.
ROOT_VARIABLE = "TOE_ANALYSIS_ROOT"
OUTPUT_VARIABLE = "TOE_ANALYSIS_OUTPUT"

#: In ``data/raw``: what makes a study this one, what it asks, and what its report prints.
STUDY_NAME, QUESTIONNAIRE_NAME, REPORT_NAME = "study.toml", "questionnaire.csv", "report.toml"
EXPORT_NAME = "survey_export.xlsx"

#: Several waves or regions: the second file is kept as ``survey_export_2.xlsx``, and so on.
MOST_EXPORTS = 9
FURTHER_EXPORTS = tuple(f"survey_export_{number}.xlsx" for number in range(2, MOST_EXPORTS + 1))

#: The kinds of file in which an export may be handed in; a root keeps it under `EXPORT_NAME` with its own ending.
EXPORT_ENDINGS = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".parquet")

#: In a private root: the secret from which pseudonyms are made.
KEY_NAME = "pseudonym_key"

#: A person's decision for a piece of text; in a private root it stands beside the run, else in data/raw.
DECISIONS_NAME = "freetext_decisions.csv"

#: Answers that stay out of every table, for the one person who asked for them by name.
ASKED_FOR = "build/asked_for.csv"


@dataclass(frozen=True)
class Root:
    """One run's folders: the project itself, ``private/NAME`` for a real export, or a scratch folder.

    Parameters
    ----------
    path : Path
        Holds ``data/raw`` and, from finished stages, ``data/processed`` and ``figures``.
    output : Path
        Where this stage writes. Equal to `path` in JupyterLab; the runner hands out an empty folder and moves
        what it finds there into `path` only when the whole stage has succeeded.
    """

    path: Path
    output: Path

    @classmethod
    def at(cls, path: Path) -> "Root":
        """Return the root at `path`, which writes where it reads."""
        return cls(path, path)

    @classmethod
    def current(cls) -> "Root":
        """Return the root of this process: what the runner set, else the project around the working folder.

        Raises
        ------
        InputError
            If neither names a project.
        """
        if named := os.environ.get(ROOT_VARIABLE):
            return cls(Path(named), Path(os.environ.get(OUTPUT_VARIABLE, named)))
        return cls.at(project_folder(Path.cwd()))

    @property
    def raw(self) -> Path:
        """What is given; never written by a notebook."""
        return self.path / "data" / "raw"

    @property
    def processed(self) -> Path:
        """Where finished stages left their tables."""
        return self.path / "data" / "processed"

    def numbers(self, stage: str) -> dict[str, Any]:
        """Return the headline numbers that a finished stage left; an `InputError` says that it has left none."""
        path = self.processed / f"{stage}.json"
        if not path.is_file():
            raise InputError(f"expected {path.name} from an earlier stage; run the notebook {stage} first")
        return json.loads(path.read_text(encoding="utf-8"))

    @property
    def export(self) -> Path:
        """The Microsoft Forms export that this run analyses; the first one if there are several."""
        return self._kept(EXPORT_NAME)

    @property
    def exports(self) -> list[Path]:
        """Every export that this run analyses, a wave or region each."""
        further = map(self._kept, FURTHER_EXPORTS)
        return [self.export, *(path for path in further if path.is_file())]

    def _kept(self, name: str) -> Path:
        bundled = self.raw / name
        return next((path for path in map(bundled.with_suffix, EXPORT_ENDINGS) if path.is_file()), bundled)

    def given(self, path: str) -> Path:
        """Return the file that a stage means by `path`; an export may stand there with another ending."""
        names = {f"data/raw/{name}": name for name in (EXPORT_NAME, *FURTHER_EXPORTS)}
        return self._kept(names[path]) if path in names else self.path / path

    @property
    def is_private(self) -> bool:
        """Whether everything written here stays out of git."""
        return self.path.resolve().parent.name == "private"

    def to_process(self, name: str) -> Path:
        """Return the path at which this stage writes the table `name`."""
        return self.output / "data" / "processed" / name

    def to_figure(self, language: str, name: str) -> Path:
        """Return the path at which this stage writes the figure file `name`."""
        return self.output / "figures" / language / name


def project_folder(start: Path) -> Path:
    """Return the nearest folder at or above `start` that holds ``run_all.py`` and ``data/raw``."""
    for folder in (start, *start.parents):
        if (folder / "run_all.py").is_file() and (folder / "data" / "raw").is_dir():
            return folder
    raise InputError(
        f"expected to run inside the project (a folder with run_all.py and data/raw), but found none at or above "
        f"{start.name}/; start Python or JupyterLab from inside the project"
    )


def given_bytes(path: Path, told: str, most: int = -1) -> bytes:
    """Return the bytes of a file that a person gave, so many at most.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, a pipe or a device, or cannot be read: `told`, and then why not.
    """
    try:
        about = path.stat()
        if not (stat.S_ISREG(about.st_mode) or path.is_dir()):
            raise InputError(f"{told} that is a pipe or a device; give the file itself")
        with path.open("rb") as file:
            # A file of the system, as /proc/kmsg, has no size, and may be waited for without end.
            return file.read(most) if about.st_size else b""
    except (OSError, ValueError) as error:  # a ValueError for a name that no file can have
        raise InputError(f"{told} {why_unreadable(path, error)}") from None


def write_atomically(path: Path, content: bytes) -> Path:
    """Write a file so that a reader finds the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
