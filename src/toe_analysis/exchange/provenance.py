"""What was made from what: an RO-Crate for machines, and the manifest with which a CODECHECK starts."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.model.dataset import Dataset
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

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


@dataclass(frozen=True)
class Step:
    """A notebook's run: what it asks, reads and makes; paths from the project's folder, with slashes."""

    name: str
    question: str
    notebook: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]


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


def ro_crate(
    steps: Sequence[Step],
    digests: Mapping[str, str],
    project: Work,
    report: Work,
    *,
    description: str,
    parts: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the metadata of an RO-Crate: what is given and made with its SHA-256, and an action for each step.

    Parameters
    ----------
    steps : sequence of Step
    digests : mapping of str to str
        The SHA-256 of every file that is given, and of every one that a step reads, runs or writes.
    project, report : Work
    description : str
        Says plainly what the data are.
    parts : mapping of str to str, optional
        What else belongs to the project, each with what it is; a name that ends in a slash is a folder.

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
    for path, what in (parts or {}).items():
        kind = Dataset if path.endswith("/") else File
        crate.add(kind(crate, dest_path=path, properties={"name": path, "description": what}))
    actions = []
    for step in steps:
        action = {"@type": "CreateAction", "name": step.name, "description": step.question}
        actions.append(crate.add(ContextEntity(crate, f"#{step.name}", action)))
        actions[-1]["instrument"] = files[step.notebook]
        actions[-1]["object"] = [files[path] for path in step.reads]
        actions[-1]["result"] = [files[path] for path in step.writes]
    root["mentions"] = actions
    return crate.metadata.generate()


def codecheck_manifest(steps: Iterable[Step], digests: Mapping[str, str], report: Work) -> str:
    """Return ``codecheck.yml``: the files that a codechecker should get again, and the notebook that makes each.

    A certificate is given by somebody else: the fields for codechecker, report and certificate are left to them.

    Notes
    -----
    Follows the CODECHECK configuration file specification 1.0.
    """
    manifest = [
        {"file": path, "comment": f"{step.question} Made by {step.notebook}; sha256 {digests[path]}"}
        for step in steps
        for path in step.writes
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
