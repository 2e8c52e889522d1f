"""The command ``forget``: delete all that a private run has kept, and say what is beyond its reach."""

import argparse
import os
import shutil
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import KEY_NAME
from toe_analysis.releasing.record import forgotten, read_record, write_record
from toe_analysis.running.sole_run import sole_run
from toe_analysis.terminal import DONE, FAILED, tell

_BEYOND = """\
Beyond its reach, and yours to delete:
- the export that you started from, and its copies: Microsoft Forms, mail, the cloud, Excel's own recovery files;
- backups and snapshots of this disk, and what can be restored from a disk that is not encrypted;
- what you copied out of the folder: figures, tables, a release that was published, hand-ins, messages."""
_ON_RECORD = "\nThe release that was made from it stays on record as a fact, without its counts and whom they counted."


def forget(project: Path, options: argparse.Namespace) -> int:
    """Delete ``private/NAME`` with the export, the key and all results, and what the record knows of its firms.

    The key goes first, so that what is left when this is ended half-way tells less and not more. The same command
    then goes on.
    """
    home = project / "private"
    folder = home / options.name
    if options.name in ("", ".", "..") or folder.parent != home or not folder.is_dir() or folder.is_symlink():
        known = sorted(path.name for path in home.iterdir() if path.is_dir()) if home.is_dir() else []
        raise InputError(
            f"expected the name of a folder under private/ ({', '.join(known) or 'none is there'}), found "
            f"{options.name!r}"
        )
    another = "A run or release is at work under private/"
    with sole_run(home, another), sole_run(folder, another):
        files = [Path(place, name) for place, _, names in os.walk(folder) for name in names]
        size = sum(path.lstat().st_size for path in files)
        record = read_record(project)
        was_released = record != (kept := forgotten(record, options.name))
        if was_released:
            write_record(project, kept)
        (folder / KEY_NAME).unlink(missing_ok=True)
        failed: list[str] = []
        shutil.rmtree(folder, onerror=lambda _, path, error: failed.append(f"{path}: {error[1]}"))
    if failed:
        tell(f"Not all of private/{options.name} could be deleted: {failed[0]}. Close what uses it, and try again.")
        return FAILED
    tell(
        f"Deleted private/{options.name} and all that was in it: {len(files)} files, {size:,} bytes.\n{_BEYOND}"
        f"{_ON_RECORD if was_released else ''}"
    )
    return DONE
