"""The command ``verify``: rebuild everything elsewhere, compare it with the committed results, and certify that."""

import argparse
import contextlib
import hashlib
import platform
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from toe_analysis.csv_table import read_csv_table
from toe_analysis.paths import Root, write_atomically
from toe_analysis.publishing.compare import PAGES, Difference, compared_files, differences, unlike_pictures
from toe_analysis.publishing.metadata import json_bytes
from toe_analysis.running import runner
from toe_analysis.running.inputs import check_inputs
from toe_analysis.running.sole_run import sole_run
from toe_analysis.running.stages import PROCESSED, STAGES
from toe_analysis.templates import filled
from toe_analysis.terminal import DONE, FAILED, tell

DIFFERENT = 3

_AUDIT = "08_audit_report.csv"
_MOST_SHOWN = 10
_CALIBRATED = "'Calibrated' proves nothing: the synthetic answers were made to match. See notebook 8."
_PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "seaborn", "papermill", "nbconvert")


def verify(project: Path, options: argparse.Namespace) -> int:
    """Rebuild all results in a folder of its own and compare; return 0, or 3 if a value differs, or 1 on failure."""
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
        found = differences(STAGES, committed.path, rebuilt.path)
        pictures = unlike_pictures(STAGES, committed.path, rebuilt.path)
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
    audited = read_csv_table(rebuilt.processed / _AUDIT)
    compared, drawn = compared_files(STAGES), sum(len(stage.figures()) for stage in STAGES)
    return {
        "version": 2,
        "result": "different" if found or pictures or undeclared else "reproduced",
        "compared": {
            "tables": sum(path.startswith(PROCESSED) and path.endswith(".csv") for _, path in compared),
            "headline files": sum(path.endswith(".json") for _, path in compared),
            "plotted tables": sum(path.startswith("figures/") and path.endswith(".csv") for _, path in compared),
            "pages of findings": sum(path.endswith(PAGES) for _, path in compared),
        },
        "differences": [vars(difference) for difference in found],
        "pictures identical": f"{drawn - len(pictures)} of {drawn}",
        "differing pictures": [vars(difference) for difference in pictures],
        "files that no stage makes": list(undeclared),
        "claims": {
            "note": _CALIBRATED,
            "arithmetic": dict(Counter(audited["arithmetic"])),
            "recomputed": dict(Counter(audited["recomputed"])),
            "does not fit": audited.loc[audited["arithmetic"] == "does not fit", "claim"].tolist(),
        },
        "environment": {
            "python": platform.python_version(),
            "system": platform.system(),
            "packages": {name: metadata.version(name) for name in _PACKAGES},
        },
        "inputs": {path.name: _sha256(path) for path in sorted(rebuilt.raw.iterdir()) if path.is_file()},
        "results": {path: _sha256(rebuilt.path / path) for _, path in compared},
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
