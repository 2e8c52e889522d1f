"""The metadata that is kept in git: what was made from what, by which notebook, and what each table holds."""

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.model.dataset import Dataset
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.publishing.data_package import data_package
from toe_analysis.publishing.kept import Work, read_citation, read_given
from toe_analysis.running.stages import RAW, STAGES, Stage
from toe_analysis.showing.words import say
from toe_analysis.survey import read_source

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

CODECHECK = "https://codecheck.org.uk/spec/config/1.0/"
_FORMATS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def metadata_files(root: Root) -> dict[str, bytes]:
    """Return the metadata that is kept in git, by file name; the same for the same files.

    Raises
    ------
    InputError
        If a result, or a text that is kept in git, is missing.
    """
    project, report = read_citation(root.path / "CITATION.cff")
    given = {f"{RAW}/{name}" for name in read_given(root.raw / "README.md")}
    stages = [_as_kept(stage, given) for stage in STAGES]
    used = given.union(*((stage.notebook, *stage.reads, *stage.writes) for stage in stages))
    digests = {path: hashlib.sha256(_content(root, path)).hexdigest() for path in sorted(used)}
    answers = ANSWERS[read_source(root.export).kind]
    about = f"{answers} Cite {', '.join(report.authors)} ({report.year}) for the report's facts."
    return {
        "datapackage.json": json_bytes(data_package(root, project, about)),
        "ro-crate-metadata.json": json_bytes(ro_crate(stages, digests, project, report, answers)),
        "codecheck.yml": codecheck_manifest(stages, digests, report).encode(),
    }


def _as_kept(stage: Stage, given: Collection[str]) -> Stage:
    """Return a stage as its record tells it: what is under ``build`` is not kept, so it is left out."""
    found = (*stage.reads, *(path for path in stage.may_read if path in given))
    reads, writes = (tuple(path for path in paths if not path.startswith("build/")) for paths in (found, stage.writes))
    return replace(stage, reads=reads, writes=writes)


def _content(root: Root, path: str) -> bytes:
    try:
        return (root.path / path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"expected {path}, but there is no such file; run: python run_all.py") from None


def ro_crate(
    stages: Sequence[Stage], digests: Mapping[str, str], project: Work, report: Work, description: str
) -> dict[str, Any]:
    """Return the metadata of an RO-Crate: what is given and made with its SHA-256, and an action for each stage.

    Parameters
    ----------
    stages : sequence of Stage
        Each with what is kept of the files that it reads and writes.
    digests : mapping of str to str
        The SHA-256 of every file that is given, and of every one that a stage reads, runs or writes.
    project, report : Work
    description : str
        Says plainly what the data are.

    Returns
    -------
    dict
        As ``ro-crate-metadata.json`` holds it. It names no person, machine or time of a run, so it is the same for
        everybody; ``datePublished`` is there once the project says when it was released.

    Notes
    -----
    Follows RO-Crate 1.2; the actions follow its section on provenance (``CreateAction``).
    """
    crate = ROCrate(version="1.2")
    root = crate.root_dataset
    del root["datePublished"]  # the library puts the time of day here
    if project.released:
        root["datePublished"] = project.released
    root["name"], root["description"], root["version"] = project.title, description, project.version
    licence = {"@type": "CreativeWork", "name": "MIT License"}
    root["license"] = crate.add(ContextEntity(crate, "https://spdx.org/licenses/MIT", licence))
    root["author"] = [_maker(crate, name) for name in project.authors]
    cited = {"@type": "Report", "name": report.title, "datePublished": report.year}
    root["citation"] = crate.add(ContextEntity(crate, "#report", cited))
    root["citation"]["author"] = [_maker(crate, name) for name in report.authors]
    files = {path: crate.add(_file(crate, path, digest)) for path, digest in digests.items()}
    for path, what in PARTS.items():
        kind = Dataset if path.endswith("/") else File
        crate.add(kind(crate, dest_path=path, properties={"name": path, "description": what}))
    actions = []
    for stage in stages:
        action = {"@type": "CreateAction", "name": stage.name, "description": say(f"stage.{stage.name}", "en")}
        actions.append(crate.add(ContextEntity(crate, f"#{stage.name}", action)))
        actions[-1]["instrument"] = files[stage.notebook]
        actions[-1]["object"] = [files[path] for path in stage.reads]
        actions[-1]["result"] = [files[path] for path in stage.writes]
    root["mentions"] = actions
    return crate.metadata.generate()


def codecheck_manifest(stages: Iterable[Stage], digests: Mapping[str, str], report: Work) -> str:
    """Return ``codecheck.yml``: the files that a codechecker should get again, and the notebook that makes each.

    A certificate is given by somebody else: the fields for codechecker, report and certificate are left to them.

    Notes
    -----
    Follows the CODECHECK configuration file specification 1.0.
    """
    manifest = [
        {
            "file": path,
            "comment": f"{say(f'stage.{stage.name}', 'en')} Made by {stage.notebook}; sha256 {digests[path]}",
        }
        for stage in stages
        for path in stage.writes
    ]
    paper = {"title": report.title, "authors": [{"name": name} for name in report.authors]}
    told = {"version": CODECHECK, "paper": paper, "manifest": manifest}
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, explicit_start=True, width=math.inf)


def _maker(crate: ROCrate, name: str) -> ContextEntity:
    identifier = "#" + "-".join(name.lower().split())
    return crate.add(ContextEntity(crate, identifier, {"@type": "Organization", "name": name}))


def _file(crate: ROCrate, path: str, digest: str) -> File:
    suffix = PurePosixPath(path).suffix
    code = {"@type": ["File", "SoftwareSourceCode"], "programmingLanguage": "Python"} if suffix == ".ipynb" else {}
    properties = code | {"name": PurePosixPath(path).name, "sha256": digest}
    if suffix in _FORMATS:
        properties["encodingFormat"] = _FORMATS[suffix]
    return File(crate, dest_path=path, properties=properties)


def json_bytes(content: Mapping[str, object]) -> bytes:
    """Return facts as JSON that a person can read."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
