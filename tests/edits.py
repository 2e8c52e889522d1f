"""Copies of files that a test makes, changes to them, and all files as they are before and afterwards."""

import shutil


def lay_out(project, folder, *names):
    """Copy files and folders of the project to the same places in another one, and return that."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (project / name).is_dir() else shutil.copy2)(project / name, folder / name)
    return folder


def edit(path, old, new, count=-1):
    """Replace text in a file; text that is not there would make the test say nothing."""
    text = path.read_text(encoding="utf-8")
    assert old in text, (path.name, old)
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def contents(folder):
    """Every file below a folder, with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
