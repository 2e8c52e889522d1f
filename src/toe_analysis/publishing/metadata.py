"""The metadata that is kept in git: what was made from what, by which notebook, and what each table holds."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import yaml

from toe_analysis.csv_table import read_csv_table
from toe_analysis.errors import InputError, why_unreadable
from toe_analysis.exchange.data_package import Table, data_package
from toe_analysis.exchange.provenance import Step, Work, codecheck_manifest, ro_crate
from toe_analysis.paths import Root
from toe_analysis.running.stages import RAW, STAGES, Stage, producers
from toe_analysis.showing.words import say
from toe_analysis.survey import read_source, read_study

#: By kind of export, what a reader must know before anything else.
ANSWERS = {
    "synthetic": "The answers that come with this project are synthetic: made up, to agree with the report's printed "
    "numbers. They say nothing about real firms. The firms' own answers are not public.",
    "responses": "The answers are the firms' own.",
}
#: What the project holds besides what is given and made, so that its record lists all that a deposit needs. A folder,
#: with its slash, stands for all in it: hashes of code and prose would be out of date with every change.
PARTS = {
    "run_all.py": "what to start: python run_all.py",
    "requirements.lock": "the exact version of every package, with hashes",
    "pyproject.toml": "the package, and what it needs for what",
    "environment.yml": "the same packages for conda and Binder",
    "postBuild": "what Binder does besides",
    "src/": "the code that notebooks share",
    "notebooks/": "the notebooks, their Danish prose, and the exercises",
    "data/": "what is given and what is made, with a README each",
    "figures/": "the figures, their values, and the page of findings",
    "docs/": "how-tos and reference",
    "tests/": "the tests: python run_all.py test",
    "benchmarks/": "how fast it is, and how that was measured",
    "README.md": "where to begin",
    "CITATION.cff": "how to cite the project, and the report",
    "CHANGELOG.md": "what has changed",
    "CONTRIBUTING.md": "how to change it",
    "SECURITY.md": "what is protected, and against what",
    "LICENSE": "the licence of the code",
    "LICENSES/": "the texts of all licences",
    "REUSE.toml": "which licence holds for what",
    "datapackage.json": "what each table holds",
    "codecheck.yml": "what a checker should get again",
    ".ci/": "what must pass before a change lands",
    ".github/": "where that is done",
    ".gitignore": "what is not kept",
    ".gitattributes": "how it is kept",
}

_RAW_LICENCE = {"title": "facts of the report, to be cited", "path": f"{RAW}/README.md"}


def metadata_files(root: Root) -> dict[str, bytes]:
    """Return the metadata that is kept in git, by file name; the same for the same files.

    Raises
    ------
    InputError
        If a result, or a text that is kept in git, is missing.
    """
    project, report = read_citation(root.path / "CITATION.cff")
    given = {f"{RAW}/{name}" for name in _given(root.raw / "README.md")}
    steps = [_step(stage, given) for stage in STAGES]
    used = given.union(*((step.notebook, *step.reads, *step.writes) for step in steps))
    digests = {path: hashlib.sha256(_content(root, path)).hexdigest() for path in sorted(used)}
    answers = ANSWERS[read_source(root.export).kind]
    package = data_package(
        _tables(root),
        read_study(root.raw).questionnaire,
        name="toe-analysis",
        title=project.title,
        description=f"{answers} Cite {', '.join(report.authors)} ({report.year}) for the report's facts.",
        version=project.version,
    )
    return {
        "datapackage.json": json_bytes(package),
        "ro-crate-metadata.json": json_bytes(
            ro_crate(steps, digests, project, report, description=answers, parts=PARTS)
        ),
        "codecheck.yml": codecheck_manifest(steps, digests, report).encode(),
    }


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


def _step(stage: Stage, given: Collection[str]) -> Step:
    """Return a stage as its record tells it: what is under ``build`` is not kept, so it is left out."""
    found = (*stage.reads, *(path for path in stage.may_read if path in given))
    reads, writes = (tuple(path for path in paths if not path.startswith("build/")) for paths in (found, stage.writes))
    return Step(stage.name, say(f"stage.{stage.name}", "en"), stage.notebook, reads, writes)


def _tables(root: Root) -> Iterable[Table]:
    """Yield every CSV file that is given or made."""
    given = _given(root.raw / "README.md")
    for path in sorted(root.raw.glob("*.csv")):
        if path.name not in given:  # a second coder's sheet, say: a guest here, not given with the study
            continue
        what, source, kind = given[path.name]
        licence = _RAW_LICENCE if kind == "published" else None
        yield Table(f"{RAW}/{path.name}", read_csv_table(path), what, {"title": source}, licence, (kind,))
    for path, stage in sorted(producers(STAGES).items()):
        if path.endswith(".csv") and not path.startswith("build/"):
            source = {"title": f"stage {stage}", "path": f"notebooks/{stage}.ipynb"}
            yield Table(path, read_csv_table(root.path / path), say(f"stage.{stage}", "en"), source)


def _given(readme: Path) -> dict[str, tuple[str, str, str]]:
    """Return what each given file is, where it comes from and of which kind it is, from the README's table."""
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \| (.*?) ?\|$", read_kept(readme), re.MULTILINE)
    return {name: (what, source.replace("**", ""), kind) for name, what, source, kind in rows}


def _content(root: Root, path: str) -> bytes:
    try:
        return (root.path / path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"expected {path}, but there is no such file; run: python run_all.py") from None


def json_bytes(content: Mapping[str, object]) -> bytes:
    """Return facts as JSON that a person can read."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
