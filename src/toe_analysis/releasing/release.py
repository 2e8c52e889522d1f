"""The command ``release``: the folder of a private run that may be published."""

import argparse
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.paths import QUESTIONNAIRE_NAME, ROOT_VARIABLE, Root, write_atomically
from toe_analysis.privacy.root import owner_only
from toe_analysis.published.report import claims_of_statuses, read_any_claims
from toe_analysis.releasing.files import release_folder, write_readme, write_tables
from toe_analysis.releasing.protection import UNNEEDED, Release, chances, protect
from toe_analysis.releasing.record import (
    Overlap,
    PastRelease,
    conflicts,
    digest,
    past_release,
    read_record,
    write_record,
)
from toe_analysis.releasing.tables import release_tables, released_frames, shared_frames
from toe_analysis.running.sole_run import sole_run
from toe_analysis.showing.output import write_table
from toe_analysis.showing.words import say
from toe_analysis.survey import Questionnaire, Responses, Study, read_responses
from toe_analysis.survey.opening import read_key
from toe_analysis.terminal import DONE, tell

#: By which a later run knows whether the release beside it is of the answers that it has; in that of ``--shared``, the
#: key of the earlier release follows.
_MADE_OF = "build/release_made_of.txt"

#: Stands in the folder of a release that was made of other answers than its run has now.
OUT_OF_DATE = "OUT_OF_DATE.md"

_FORGOTTEN = "a run that was forgotten"


def release(project: Path, options: argparse.Namespace) -> int:
    """Make ``private/NAME/release`` from a finished private run; return the exit code."""
    root = _private_run(project, options.run)
    os.environ[ROOT_VARIABLE] = str(root.path)  # the words of a study stand beside its facts
    another = "Another run or release is at work under private/"
    with owner_only(), sole_run(root.path.parent, another), sole_run(root.path, another):
        tell(_release(project, root, options))
    return DONE


def mark_release(root: Root) -> str:
    """Mark the release of a run whose answers have changed since; return the sentence that says so, or nothing."""
    mark, made_of = root.path / "release" / OUT_OF_DATE, root.path / _MADE_OF
    if not mark.parent.is_dir() or not made_of.is_file():
        return ""
    if made_of.read_text(encoding="utf-8").split()[:1] == [digest(read_responses(root).table, read_key(root))]:
        mark.unlink(missing_ok=True)
        return ""
    text = "The answers of the run have changed since these tables were made. See docs/data-protection.md."
    write_atomically(mark, f"# Out of date\n\n{text}\n".encode())
    return (
        f"private/{root.path.name}/release/ is out of date: the answers have changed since it was made. Before you "
        "publish it, or make a new one, read in docs/data-protection.md what two releases give away."
    )


def _check_decided(questionnaire: Questionnaire) -> None:
    """Refuse to publish what was only guessed: the options of a question, say, may be what firms typed."""
    if guessed := [one.id for one in questionnaire if one.guesses]:
        raise InputError(
            f"release: expected a questionnaire that somebody has looked through, found a guess for {guessed[0]}"
            f"{f' and {len(guessed) - 1} more' if len(guessed) > 1 else ''}; decide their privacy, type and options in "
            f"{QUESTIONNAIRE_NAME}, take the text under guess away, and run the study again"
        )


def _release(project: Path, root: Root, options: argparse.Namespace) -> str:
    """Make the release and keep it on record; return what to say of it."""
    responses, key = read_responses(root), read_key(root)
    if not key:
        raise InputError(
            f"expected the key of private/{root.path.name}, under which counts are hidden, but it is not there; "
            "analyse the export again: python run_all.py --responses PATH"
        )
    _check_decided(responses.study.questionnaire)
    tell("Working out which counts must be hidden, so that none can be worked out from the others ...")
    found = _protected(root, responses, key, options)
    firms = len(responses.table)
    frames = released_frames(found.tables, firms, responses.source.basis([]))
    frames = {name: frame for name, frame in frames.items() if (frame["shown"] == "yes").any()}
    if not options.shared and (not frames or firms < options.minimum):
        raise InputError(
            "release: expected a count that may be shown, found none: each would have to be hidden (answers: "
            f"{firms}, --minimum {options.minimum}). Nothing was written"
        )
    left_out, of_no_table = _not_published(found, frames, responses.study)
    cleaning = responses.numbers["cleaning"]
    made_with = {"minimum": options.minimum, "public": sorted(options.public), "cleaning": cleaning}
    new = past_release(root.path.name, responses.table, key, made_with, frames)
    record = read_record(project)
    against = conflicts(project, record, new, responses.table)
    if against and options.shared:
        return _share(root, responses, key, against)
    record, warning = _beside_earlier(project, record, against, options)
    with release_folder(root) as folder:
        write_tables(frames, responses.study.questionnaire, folder, firms, options.minimum)
        told = {"frames": frames, "firms": firms, "left_out": left_out, "of_no_table": of_no_table}
        write_readme(folder, "readme", unneeded=round(1 / UNNEEDED), **told, **made_with)
        # On record before it can be published: what is killed in between counts as published.
        write_record(project, [*(one for one in record if one != new), new])
    write_table(found.ranges, root.path / "build" / "release_audit.csv")
    write_atomically(root.path / _MADE_OF, f"{digest(responses.table, key)}\n".encode())
    return _summary(frames, left_out, root) + (warning or _other_releases(project, root))


def _beside_earlier(
    project: Path, record: Sequence[PastRelease], against: Sequence[Overlap], options: argparse.Namespace
) -> tuple[Sequence[PastRelease], str]:
    """Return what stays on record beside a new release, and what to say of that; refuse it unless somebody chose."""
    if options.withdraw and against:
        record, gone = _withdrawn(project, record, against)
        return record, f" Withdrawn, so that it must reach nobody any more: {', '.join(gone)}."
    if options.withdraw:
        return record, f" Nothing was withdrawn: no other release of these {_many()} is on record."
    if against and not options.replace:
        raise InputError(_refusal(against))
    return record, _plainly(against) if against else ""


def _protected(root: Root, responses: Responses, key: str, options: argparse.Namespace) -> Release:
    cleaned = dict(responses.numbers["cleaning"])
    cleaned["waves"] = max(len(root.exports), 2 if cleaned.pop("wave_cutoff") else 1)
    tables, known = release_tables(responses.table, responses.study, minimum=options.minimum, **cleaned)
    for table in tables:
        if table.name in options.public:
            _check_printed(root, responses.study, table)
    return protect(tables, minimum=options.minimum, public=options.public, known=known, chance=chances(key))


def _share(root: Root, responses: Responses, key: str, against: Sequence[Overlap]) -> str:
    """Write what holds for an earlier release and for these answers; it follows from that release and two numbers."""
    if len(against) > 1:
        raise InputError(f"--shared: expected one earlier release of these {_many()}, found those of {_names(against)}")
    found = against[0]
    earlier = found.earlier
    if not found.is_known:
        which = f"its run {earlier.run} or the run's key" if earlier.run else "its run"
        raise InputError(
            f"--shared: expected to know the {_many()} of the earlier release again, but {which} is gone, so nobody "
            "can tell how many of them differ"
        )
    before = (earlier.options or {}).get("cleaning", {})
    if other := [name for name, value in responses.numbers["cleaning"].items() if before.get(name) != value]:
        raise InputError(
            f"--shared: expected answers cleaned as those of the earlier release, found {', '.join(other)} changed: "
            f"how many {_many()} differ would tell how many are of a size, a wave or a status that is hidden; analyse "
            "the export again as it was then"
        )
    frames = shared_frames(earlier.tables or {}, found.gone, found.came, responses.source.basis([]))
    with release_folder(root) as folder:
        for name, frame in frames.items():
            write_table(frame, folder.to_process(f"{name}.csv"))
        counts = {"before": len(earlier.rows), "firms": len(responses.table), "gone": found.gone, "came": found.came}
        write_readme(folder, "shared", frames=frames, **counts)
    write_atomically(root.path / _MADE_OF, f"{digest(responses.table, key)}\n{earlier.key}\n".encode())
    return (
        f"private/{root.path.name}/release/ holds {len(frames)} tables with the ranges that hold for the earlier "
        f"release and for the {len(responses.table)} {_many()} of now. They tell nothing new; read them before you "
        "publish."
    )


def _withdrawn(
    project: Path, record: Sequence[PastRelease], against: Sequence[Overlap]
) -> tuple[list[PastRelease], list[str]]:
    """Take the earlier releases out of the record and delete their folders; return what is left, and which they were.

    What ``--shared`` made of one in another run goes too: its ranges give the earlier counts away. Of a run that was
    forgotten the record has no key, so all goes that was made of none that is left.
    """
    gone = [found.earlier for found in against]
    record = [one for one in record if one not in gone]
    left = [[one.key] for one in record]
    names = dict.fromkeys(one.run or _FORGOTTEN for one in gone)
    for made_of in sorted((project / "private").glob(f"*/{_MADE_OF}")):
        shared = made_of.read_text(encoding="utf-8").split()[1:]
        if shared and shared not in left:
            names[made_of.parents[1].name] = None
    for run in names:
        shutil.rmtree(project / "private" / run / "release", ignore_errors=True)
    write_record(project, record)
    return record, list(names)


def _refusal(against: Sequence[Overlap]) -> str:
    found, many = against[-1], _many()
    name = _names([found])
    if not found.is_known:
        why = f"{name} was released before, and without its key nobody can tell whether it counts the same {many}"
    elif found.gone or found.came:
        why = (
            f"{name} was released before with {found.together} of the same {many} ({found.gone} have gone or changed, "
            f"{found.came} have come or changed since), and subtracting one release from the other gives the answers "
            "of these few away"
        )
    else:
        why = f"{name} was released before from the same {many}, and what the one release hides the other may show"
    is_one = len(against) == 1
    if not is_one:
        why += f"; and there are {len(against)} releases of such {many}, those of {_names(against)}"
    shared = "--shared publishes what holds for both, the earlier counts as ranges; " * (is_one and found.is_known)
    withdraw = "the earlier release back, if it has" if is_one else "all of them back, if none has"
    return (
        f"expected the first release of these {many}, but {why}. Nothing was written. Choose: {shared}"
        f"--withdraw takes {withdraw} reached {'nobody' if is_one else 'anybody'}; --replace releases all "
        f"the same. Or release {many} that came later alone, in a run of their own"
    )


def _many() -> str:
    """Return what the study calls those that answered."""
    return say("firm.many", "en")


def _names(against: Sequence[Overlap]) -> str:
    return ", ".join(dict.fromkeys(found.earlier.run or _FORGOTTEN for found in against))


def _plainly(against: Sequence[Overlap]) -> str:
    some = [f"{found.gone + found.came}" for found in against if found.is_known]
    firms = f"the {' and '.join(some)} {_many()}" if some else f"the {_many()}"
    return (
        " WARNING: whoever has the earlier release as well can subtract one from the other, and learn answers of "
        f"{firms} by which they differ. You chose this with --replace."
    )


def _private_run(project: Path, name: str) -> Root:
    runs = sorted(path.parent.parent.name for path in (project / "private").glob("*/data/processed"))
    if name in runs:
        return Root.at(project / "private" / name)
    if not name and len(runs) == 1:
        return Root.at(project / "private" / runs[0])
    if not runs:
        raise InputError("found no private run to release; first run: python run_all.py --responses PATH")
    raise InputError(f"expected --run with one of {', '.join(runs)}, found {name or 'none'}")


def _check_printed(root: Root, study: Study, table: pd.Series) -> None:
    """Refuse a table by status unless the report prints the very same counts: only then does everybody know them."""
    claims = claims_of_statuses(study, read_any_claims(root.raw))
    for name, count in table.items():
        printed = claims[name].count if name in claims else None
        if printed != count:
            raise InputError(
                f"--public {table.name}: expected the counts that the report prints, but it prints "
                f"{'none' if printed is None else printed} for {name}, and this survey has another count; leave out "
                f"--public {table.name}"
            )


def _not_published(found: Release, frames: Mapping[str, pd.DataFrame], study: Study) -> tuple[list[str], list[str]]:
    """Name what was worked out and is not published, and the questions of which no table was declared.

    The former are a question of which nothing is published, or some of its options alone. A table may be left with
    nothing but how many firms were not asked; then it is not published either. The latter have none by status or by
    size either.
    """
    question = {name: name.partition(": ")[0] for name in (*found.left_out, *found.tables)}
    wholly = {one for one in question.values() if one not in frames}
    left_out = sorted(wholly | {name for name in found.left_out if question[name] in frames})
    declared = {*question.values(), *study.status_questions, study.size_question.id}
    return left_out, [name for name in study.questionnaire.ids if name not in declared]


def _summary(frames: Mapping[str, pd.DataFrame], left_out: Sequence[str], root: Root) -> str:
    place, tables = f"private/{root.path.name}", len(frames)
    hidden = sum((frame["shown"] == "hidden").sum() for frame in frames.values())
    left = f" Left out, since nothing in them could be shown: {', '.join(left_out)}." if left_out else ""
    return (
        f"{place}/release/ holds {tables} table{'s' * (tables != 1)}; in all, {hidden} counts are hidden, "
        f"and each could be at least three values.{left} Read it before you publish it; how well each count is hidden "
        f"is in {place}/build/release_audit.csv."
    )


def _other_releases(project: Path, root: Root) -> str:
    """Say which other runs have a release: none has a firm with the same answers, but answers may have been changed."""
    others = [path.parent for path in sorted((project / "private").glob("*/release")) if path.parent != root.path]
    if not others:
        return ""
    return (
        f" Warning: there is a release of {', '.join(other.name for other in others)} too, and if some {_many()} "
        "are in both, subtracting one from the other can give away what each hides: publish one of them only."
    )
