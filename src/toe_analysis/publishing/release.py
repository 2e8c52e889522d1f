"""The command ``release``: the folder of a private run that may be published."""

import argparse
import json
import shutil
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.paths import Root, write_atomically
from toe_analysis.showing.figures import publish_figure
from toe_analysis.showing.output import write_table
from toe_analysis.showing.words import say
from toe_analysis.survey import Questionnaire, Study, read_responses
from toe_analysis.survey.opening import RESPONSES_NUMBERS
from toe_analysis.survey.text_table import read_text_table
from toe_analysis.terminal import DONE, tell
from toe_analysis.topics.release.charts import released_chart
from toe_analysis.topics.release.protection import FLOOR, Release, protect
from toe_analysis.topics.release.tables import DECLARED, release_tables, released_frames


def release(project: Path, options: argparse.Namespace) -> int:
    """Make ``private/NAME/release`` from a finished private run; return the exit code.

    Raises
    ------
    InputError
        If there is no such run, the minimum is too low, or what is declared public is not what the report prints.
    """
    root = _private_run(project, options.run)
    if options.minimum < FLOOR:
        raise InputError(
            f"expected --minimum of at least {FLOOR}, found {options.minimum}: smaller cells identify firms"
        )
    responses = read_responses(root)
    study = responses.study
    tables, known = release_tables(responses.table, study, minimum=options.minimum, **_options_of(root))
    public = [_as_printed(root, study, table) for table in tables if table.name in options.public]
    found = protect(tables, minimum=options.minimum, public=public, known=known)
    unfinished, target = root.path / "release.unfinished", root.path / "release"
    shutil.rmtree(unfinished, ignore_errors=True)
    published = _write(
        found,
        study.questionnaire,
        Root(root.path, unfinished),
        len(responses.table),
        responses.source.basis([]),
        options,
    )
    shutil.rmtree(target, ignore_errors=True)
    unfinished.replace(target)
    write_table(found.ranges, root.path / "build" / "release_audit.csv")
    tell(_summary(found, published, root, project) + _warning(project, root))
    return DONE


def _private_run(project: Path, name: str) -> Root:
    runs = sorted(path.parent.parent.name for path in (project / "private").glob("*/data/processed"))
    if name in runs:
        return Root.at(project / "private" / name)
    if not name and len(runs) == 1:
        return Root.at(project / "private" / runs[0])
    if not runs:
        raise InputError("found no private run to release; first run: python run_all.py --responses PATH")
    raise InputError(f"expected --run with one of {', '.join(runs)}, found {name or 'none'}")


def _options_of(root: Root) -> dict[str, object]:
    """Return the options with which the run cleaned its responses, and how many waves they make."""
    options = json.loads((root.processed / RESPONSES_NUMBERS).read_text(encoding="utf-8"))["cleaning"]
    by_date = 2 if options.pop("wave_cutoff") else 1
    return options | {"waves": max(len(root.exports), by_date)}


def _as_printed(root: Root, study: Study, table: pd.Series) -> pd.Series:
    """Return the table if the report prints the very same counts: only then does everybody know them."""
    claims = read_text_table(root.raw / "published_claims.csv", ["claim", "count"]).set_index("claim")["count"]
    for label, count in table.items():
        name = label[0] if isinstance(label, tuple) else label
        printed = next((claims.get(status.claim, "") for status in study.statuses if status.name == name), "")
        if printed != str(count):
            raise InputError(
                f"--public {table.name}: expected the counts that the report prints, but it prints "
                f"{printed or 'none'} for {name}, and this survey has another count; leave out "
                f"--public {table.name}"
            )
    return table.rename(f"printed {table.name}")


def _write(
    found: Release, questionnaire: Questionnaire, root: Root, firms: int, basis: str, options: argparse.Namespace
) -> int:
    frames = released_frames(found.tables, firms, basis)
    frames = {name: frame for name, frame in frames.items() if (frame["shown"] == "yes").any()}
    for name, frame in frames.items():
        write_table(frame, root.to_process(f"{name}.csv"))

        def draw(language: str, name: str = name, frame: pd.DataFrame = frame) -> tuple:
            words = say(f"release.{name}", language) if name in DECLARED else questionnaire[name].labels[language]
            return released_chart(frame, words, firms, options.minimum, language)

        publish_figure(draw, frame, name, root)
    write_atomically(root.output / "README.md", _readme(found, frames, firms, options).encode())
    return len(frames)


def _readme(found: Release, frames: dict[str, pd.DataFrame], firms: int, options: argparse.Namespace) -> str:
    lines = [
        "# Released tables",
        "",
        f"Counts of {firms} firms. A count below {options.minimum} is hidden, and so are others where it could be",
        "worked out from sums or from another table here: at least three values remain possible for each hidden count.",
        "Each class that the questionnaire allows has a row, whether or not there is a firm in it.",
        f"Known from the report already, and shown: {', '.join(options.public) or 'nothing'}.",
        "",
        "| table | rows | hidden |",
        "|---|---|---|",
        *(f"| `{name}.csv` | {len(frame)} | {(frame['shown'] == 'hidden').sum()} |" for name, frame in frames.items()),
        "",
        f"Left out, since a hidden count could be worked out: {', '.join(found.left_out) or 'no table'}.",
        "",
    ]
    return "\n".join(lines)


def _summary(found: Release, published: int, root: Root, project: Path) -> str:
    place = (root.path / "release").relative_to(project).as_posix()
    left = (
        f" Left out, since a hidden count could be worked out: {', '.join(found.left_out)}." if found.left_out else ""
    )
    return (
        f"{place}/ holds {published} tables; in all, {len(found.ranges)} counts are hidden, and each could be at "
        f"least three values.{left} Read it before you publish it; how well each count is hidden is in "
        f"{root.path.relative_to(project).as_posix()}/build/release_audit.csv."
    )


def _warning(project: Path, root: Root) -> str:
    """Say which other runs have a release: whether they hold the same firms, only a person knows."""
    others = [path.parent for path in sorted((project / "private").glob("*/release")) if path.parent != root.path]
    if not others:
        return ""
    return (
        f" Warning: there is a release of {', '.join(other.name for other in others)} too, and if some firms are in "
        "both, subtracting one from the other can give away what each hides: publish one of them only."
    )
