"""The private root of a real export: made for it, filled with what its results rest on, and kept to this machine."""

import re
import secrets
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_ENDINGS, EXPORT_NAME, FURTHER_EXPORTS, MOST_EXPORTS, Root, write_atomically
from toe_analysis.privacy.folder import make_ignored_folder, unwritable
from toe_analysis.survey import clean, read_sidecar, read_study
from toe_analysis.survey.opening import KEY_NAME
from toe_analysis.survey.reading.export import read_exports


def private_root(project: Path, given: Path, exports: Sequence[Path], wave_cutoff: str) -> Root:
    """Make the folder under ``private/`` in which an export of one's own is analysed, or several as its waves.

    The export is read first: nothing is written for one that cannot be used. `fill_root` then gives the folder what its
    results rest on.

    Parameters
    ----------
    project : Path
    given : Path
        The facts of the study.
    exports : sequence of Path
    wave_cutoff : str
        First day of wave 2, or nothing.

    Raises
    ------
    InputError
        If the export cannot be used, or the folder cannot be written to or would not stay out of git.
    """
    if len(exports) > MOST_EXPORTS or len({export.resolve() for export in exports}) < len(exports):
        raise InputError(f"--responses: expected at most {MOST_EXPORTS} files, each once, found {len(exports)}")
    stems = "_".join(export.stem.lower() for export in exports)[:80]
    name = re.sub(r"\W+", "_", stems).strip("_") or "export"
    root = Root.at(project / "private" / name)
    study = read_study(given)
    clean(read_exports(exports, study.questionnaire), study, key="", wave_cutoff=wave_cutoff)
    make_ignored_folder(project, root.path)
    return root


def fill_root(root: Root, given: Path, exports: Sequence[Path]) -> None:
    """Copy the facts and the exports into a private root, and make its key; no other run may be at work in it.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    try:
        _fill(root, given, exports)
    except OSError as error:
        raise unwritable(root.path, error) from error


def _fill(root: Root, given: Path, exports: Sequence[Path]) -> None:
    root.raw.mkdir(parents=True, exist_ok=True)
    for path in given.iterdir():
        if path.suffix in (".csv", ".toml"):
            write_atomically(root.raw / path.name, path.read_bytes())
    for export, kept in zip_longest(exports, (EXPORT_NAME, *FURTHER_EXPORTS)):
        _keep_export(export, root.raw / kept)
    keep_key(root)


def copy_study(given: Path, root: Root) -> None:
    """Copy a study's facts and its made-up export into a root of its own."""
    root.raw.mkdir(parents=True, exist_ok=True)
    for path in given.iterdir():
        if path.is_file():
            write_atomically(root.raw / path.name, path.read_bytes())


def keep_key(root: Root) -> None:
    """Make the key of a private root, if it has none yet."""
    key = root.path / KEY_NAME
    # Made once, so that the pseudonyms stay the same from run to run; an empty one would be known to everybody.
    if not key.is_file() or not key.read_text(encoding="utf-8").strip():
        write_atomically(key, (secrets.token_hex(32) + "\n").encode())


def _keep_export(export: Path | None, bundled: Path) -> None:
    """Copy the export and its sidecar into the root, with its own ending, and take out what another run left there."""
    if export is None:
        for ending in (*EXPORT_ENDINGS, ".json"):
            bundled.with_suffix(ending).unlink(missing_ok=True)
        return
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
