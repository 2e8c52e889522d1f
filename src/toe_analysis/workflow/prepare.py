"""What happens before the first notebook starts: the inputs are checked, and a real export gets its private root."""

import re
import secrets
from pathlib import Path

from toe_analysis.paths import EXPORT_ENDINGS, EXPORT_NAME, Root
from toe_analysis.reporting.output import write_atomically
from toe_analysis.survey import clean, read_export, read_sidecar, read_survey
from toe_analysis.survey.study import KEY_NAME, read_study_questionnaire
from toe_analysis.workflow.ignored import refuse_unless_ignored


def check_inputs(root: Root, wave_cutoff: str) -> None:
    """Read and clean the survey once, so that an unusable input is told before any notebook starts.

    Raises
    ------
    InputError
        If questionnaire, export or cut-off date cannot be used.
    """
    survey = read_survey(root)
    clean(survey.export, survey.questionnaire, key=survey.key, wave_cutoff=wave_cutoff or survey.wave_cutoff)


def private_root(project: Path, export: Path, wave_cutoff: str) -> Root:
    """Make the folder under ``private/`` in which an export of one's own is analysed.

    The export is read first: nothing is written for one that cannot be used. The facts of ``data/raw`` are copied,
    so that the folder holds all that its results rest on; whole file by whole file, since another run may be reading.

    Raises
    ------
    InputError
        If the export cannot be used, or git would not ignore the folder.
    """
    name = re.sub(r"\W+", "_", export.stem.lower()).strip("_") or "export"
    root = Root.at(project / "private" / name)
    refuse_unless_ignored(project, root.raw / EXPORT_NAME)
    questionnaire = read_study_questionnaire(project / "data" / "raw" / "questionnaire.csv")
    clean(read_export(export, questionnaire), questionnaire, key="", wave_cutoff=wave_cutoff)
    root.raw.mkdir(parents=True, exist_ok=True)
    given = Root.at(project)
    for path in given.raw.iterdir():
        if path.suffix == ".csv":
            write_atomically(root.raw / path.name, path.read_bytes())
    _keep_export(export, root.raw / EXPORT_NAME)
    key = root.path / KEY_NAME
    if not key.is_file():  # made once, so that the pseudonyms stay the same from run to run
        key.write_text(secrets.token_hex(32) + "\n", encoding="utf-8")
    return root


def _keep_export(export: Path, bundled: Path) -> None:
    """Copy the export and its sidecar into the root, with its own ending, and take out what another run left there."""
    kept = bundled.with_suffix(export.suffix.lower())
    if export.resolve() == kept.resolve():
        return
    sidecar = bundled.with_suffix(".json")
    if read_sidecar(export):
        write_atomically(sidecar, export.with_suffix(".json").read_bytes())
    else:
        sidecar.unlink(missing_ok=True)
    write_atomically(kept, export.read_bytes())
    for ending in EXPORT_ENDINGS:
        if (other := bundled.with_suffix(ending)) != kept:
            other.unlink(missing_ok=True)
