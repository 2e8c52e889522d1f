"""The command ``check``: what a run cannot see for itself, in about a second, with one next step."""

import argparse
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.privacy.leaks import identifying_columns, leaks_of_run, made_up_texts
from toe_analysis.publishing.kept import read_kept
from toe_analysis.publishing.outgoing import files_in_git
from toe_analysis.publishing.reading_copies import read_prose, untranslated
from toe_analysis.running.notebooks import read_notebook
from toe_analysis.running.runner import undeclared_files
from toe_analysis.running.stages import STAGES
from toe_analysis.showing.words import LANGUAGES, word_table
from toe_analysis.survey import Questionnaire, read_study
from toe_analysis.terminal import DONE, FAILED, tell

#: Made from committed answers only, under column names that are other studies' or the sweep file's own.
_OF_OTHERS = ("build/studies/", "build/sweep/")

#: Where nothing of a private export may ever stand.
_PUBLISHED = (
    *("data", "figures", "notebooks", "docs", "build", "src", "README.md", "CHANGELOG.md", "CITATION.cff"),
    *("CONTRIBUTING.md", "SECURITY.md", "datapackage.json", "ro-crate-metadata.json", "codecheck.yml"),
)


def check(project: Path, options: argparse.Namespace) -> int:
    """Say for each check whether it holds, and what to do first; return 0 if all hold, else 1."""
    first = ""
    for what, problems, remedy in CHECKS:
        try:
            found = list(problems(project))
        except InputError as error:
            found, remedy = [str(error)], "do what the first failed check says"
        tell(f"{'FAILED' if found else 'holds':<7} {what}")
        for problem in found:
            tell(f"        {problem}")
        if found and not first:
            first = remedy
    tell(f"Next: {first or 'python run_all.py verify'}")
    return FAILED if first else DONE


def _unclean_notebooks(project: Path) -> Iterator[str]:
    for path in sorted((project / "notebooks").rglob("*.ipynb")):
        name = path.relative_to(project).as_posix()
        if "/." in name:  # JupyterLab's own copies, which git ignores
            continue
        try:
            cells = read_notebook(path)["cells"]
        except InputError:
            yield f"{name} is damaged, it cannot be read as a notebook"
            continue
        if any(cell.get("outputs") or cell.get("execution_count") for cell in cells):
            yield f"{name} holds outputs"


def _wrong_stems(project: Path) -> Iterator[str]:
    for stage in STAGES:
        for path in stage.writes:
            if not path.rsplit("/", 1)[1].startswith(stage.name):
                yield f"{path} does not start with the name of its stage, {stage.name}"
    names = {stage.name for stage in STAGES}
    for path in sorted((project / "notebooks").glob("*.ipynb")):
        if path.stem not in names:
            yield f"notebooks/{path.name} is not in the stage table"


def _missing_results(project: Path) -> Iterator[str]:
    for stage in STAGES:
        for path in stage.writes:
            if not path.startswith("build/") and not (project / path).is_file():
                yield f"{path} is missing"


def _undeclared_results(project: Path) -> Iterator[str]:
    return (f"no stage makes {path}" for path in undeclared_files(STAGES, project))


def _missing_words(project: Path) -> Iterator[str]:
    for key, texts in word_table().items():
        for language in LANGUAGES:
            if not (texts.get(language) or "").strip():
                yield f"words.csv: {key} has no text in {language}"


def _missing_prose(project: Path) -> Iterator[str]:
    for path in sorted((project / "notebooks").glob("*.ipynb")):
        for language in LANGUAGES[1:]:
            prose = read_prose(project / "notebooks" / language / f"{path.stem}.md")
            for lack in untranslated(read_notebook(path), prose):
                yield f"notebooks/{language}/{path.stem}.md: {lack}"


def _old_copies(project: Path) -> Iterator[str]:
    """Tell of what is made of results and kept, by the first line that is not as it would be made now."""
    for name, content in files_in_git(Root.at(project)).items():
        lines = read_kept(project / name).splitlines(), content.decode().splitlines()
        for old, new in zip_longest(*lines, fillvalue="no such line"):
            if old != new:
                yield f"{name} has {old!r}, it would be made with {new!r}"
                break


def _in_private_runs(project: Path, look: Callable[[Root, str], list[str]]) -> Iterator[str]:
    """Look through each private run; one that is not ready for that is named, and the others are looked through."""
    for path in sorted((project / "private").glob("*/data/raw/questionnaire.csv")):
        root = Root.at(path.parents[2])
        place = root.path.relative_to(project).as_posix()
        try:
            yield from look(root, place)
        except InputError as error:
            yield f"{place} cannot be looked through: {error}"


def _leaks_in_private_runs(project: Path) -> Iterator[str]:
    def look(root: Root, place: str) -> list[str]:
        found = leaks_of_run(root)
        found += [(name, f"the column {title}") for name, title in identifying_columns(root.path, _questions(root))]
        return [f"{place}/{name} holds {kind}" for name, kind in found]

    return _in_private_runs(project, look)


def _leaks_in_results(project: Path) -> Iterator[str]:
    made_up = made_up_texts(Root.at(project))

    def look(root: Root, place: str) -> list[str]:
        return [f"{name} holds {kind} from {place}" for name, kind in leaks_of_run(root, project, _PUBLISHED, made_up)]

    yield from _in_private_runs(project, look)
    for name, title in identifying_columns(project, _questions(Root.at(project)), _PUBLISHED):
        if not name.startswith(_OF_OTHERS):
            yield f"{name} has the column {title}"


def _questions(root: Root) -> Questionnaire:
    return read_study(root.raw).questionnaire


#: What is checked, what finds its problems, and what to do about the first one.
CHECKS: tuple[tuple[str, Callable[[Path], Iterator[str]], str], ...] = (
    (
        "notebooks are kept without outputs",
        _unclean_notebooks,
        "in JupyterLab: Edit, Clear Outputs of All Cells, or git checkout",
    ),
    ("results are named after their notebook", _wrong_stems, "rename it, or list it in running/stages.py"),
    ("every declared result is there", _missing_results, "python run_all.py"),
    ("no other file is among the results", _undeclared_results, "delete it, or list it in running/stages.py"),
    ("every word is there in both languages", _missing_words, "write it in showing/words.csv"),
    ("the prose of every notebook is there in both languages", _missing_prose, "see CONTRIBUTING.md, 'Danish'"),
    ("a private run wrote nothing that identifies a firm", _leaks_in_private_runs, "see docs/data-protection.md"),
    ("no result holds anything of a private export", _leaks_in_results, "take it out, and see docs/data-protection.md"),
    (
        "README, reference and metadata are as they would be made now",
        _old_copies,
        # The results first: were one changed by hand, `export` alone would tell of it as if it had been made so.
        "python run_all.py, then python run_all.py export",
    ),
)
