"""The command ``new-study``: begin a study of one's own from an export."""

import argparse
import csv
import datetime
import io
import re
from collections.abc import Sequence
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_NAME, Root, write_atomically
from toe_analysis.privacy.folder import make_ignored_folder, owner_only
from toe_analysis.privacy.root import keep_key
from toe_analysis.survey.facts.proposal import Proposed, propose_questions, propose_study, status_name
from toe_analysis.survey.reading.files import read_file
from toe_analysis.terminal import DONE, tell

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_COLUMNS = ("question", "role", "header", "label_en", "label_da", "type", "options", "asked_when", "routing_source")
_FURTHER = ("toe", "toe_source", "privacy", "guess")


def new_study(project: Path, options: argparse.Namespace) -> int:
    """Read an unknown export, and write what it seems to be into a private folder of its own; return the exit code."""
    if not _NAME.fullmatch(options.name):
        raise InputError(f"--name: expected small letters, digits, - and _, like north, found {options.name!r}")
    root = Root.at(project / "private" / options.name)
    if root.path.exists():
        raise InputError(
            f"--name: private/{options.name} is there already, and nothing in it is overwritten; take another name, "
            "or move that folder away"
        )
    if (project / "data" / "studies" / options.name).exists():
        raise InputError(f"--name: data/studies/{options.name} is a study already; take another name")
    file = read_file(options.export)
    asked = propose_questions(file)
    with owner_only():
        make_ignored_folder(project, root.path)
        write_atomically((root.raw / EXPORT_NAME).with_suffix(file.ending), file.content)
        write_atomically(root.raw / "questionnaire.csv", _questionnaire(asked).encode("utf-8-sig"))
        write_atomically(root.raw / "words.csv", _words(asked).encode("utf-8"))
        year = datetime.date.today().year  # a proposal, marked as a guess
        write_atomically(root.raw / "study.toml", propose_study(options.name, year, asked).encode("utf-8"))
        keep_key(root)
    tell("\n".join(_told(options.name, asked)))
    return DONE


def _questionnaire(asked: Sequence[Proposed]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, (*_COLUMNS, *_FURTHER), restval="", lineterminator="\n")
    writer.writeheader()
    for one in asked:
        writer.writerow(
            {"question": one.id, "role": one.role, "header": one.header, "type": one.type, "privacy": one.privacy}
            | {"label_en": one.header, "label_da": one.header, "options": ";".join(one.options)}
            | {"asked_when": one.asked_when, "guess": "; ".join(one.guesses)}
            | {"routing_source": "inferred from the answers" if "=" in one.asked_when else ""}
        )
    return file.getvalue()


def _words(asked: Sequence[Proposed]) -> str:
    """Return words for the statuses: the answers themselves, until somebody translates them."""
    stands = next((one for one in asked if one.role == "stands"), None)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("key", "en", "da"))
    for option in sorted(stands.options if stands else (), key=status_name):
        writer.writerow((f"status.{status_name(option)}", option, option))
    return file.getvalue()


def _told(name: str, asked: Sequence[Proposed]) -> list[str]:
    """Say what was guessed of each question, without showing an answer, and what to decide next."""
    place = f"private/{name}/data/raw"
    lines = [f"{one.id}: {_kind(one)}: {'; '.join(one.guesses)}." for one in asked]
    missing = [role for role in ("size", "stands") if all(one.role != role for one in asked)]
    return [
        f"{len(asked)} questions. All of this is guessed from the answers, and stands in {place}/questionnaire.csv:",
        *lines,
        "",
        "Decide next:",
        f"1. privacy in {place}/questionnaire.csv: may an answer identify a firm? Then identifier, quasi-identifier or "
        "free text. What stands there empty is shown in tables.",
        "2. type, options and their order, and asked_when, beside your form: what nobody ticked is not in an export.",
        "3. toe: T, O or E for each question that belongs to technology, organisation or environment.",
        f"4. sizes, statuses and their order in {place}/study.toml"
        + (f" (no question looks like {' or '.join(missing)}: give one that role)" if missing else "")
        + ", and how many firms were invited.",
        f"Then: python run_all.py --study {name}. docs/your-own-survey.md goes through it.",
    ]


def _kind(one: Proposed) -> str:
    kind = {"single": "one option", "multi": "several options", "top3": "own words", "text": "text"}.get(
        one.type, one.type
    )
    return f"{kind}{f', {one.privacy}' if one.privacy else ''}{f', role {one.role}' if one.role else ''}"
