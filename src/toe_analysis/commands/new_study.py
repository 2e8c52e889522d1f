"""The command ``new-study``: begin a study of one's own from an export."""

import argparse
import datetime
import re
from collections.abc import Sequence
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_NAME, QUESTIONNAIRE_NAME, STUDY_NAME, Root, write_atomically
from toe_analysis.privacy.root import keep_key, make_ignored_folder, owner_only
from toe_analysis.showing.words import WORDS_NAME
from toe_analysis.survey import Question
from toe_analysis.survey.proposing.proposal import propose_questions
from toe_analysis.survey.proposing.proposed_files import (
    questionnaire_text,
    speaks_of_firms,
    study_text,
    words_text,
)
from toe_analysis.survey.reading.files import read_file
from toe_analysis.terminal import DONE, tell

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


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
        write_atomically(root.raw / QUESTIONNAIRE_NAME, questionnaire_text(asked).encode("utf-8-sig"))
        write_atomically(root.raw / WORDS_NAME, words_text(asked).encode("utf-8"))
        year = datetime.date.today().year  # a proposal, marked as a guess
        write_atomically(root.raw / STUDY_NAME, study_text(options.name, year, asked).encode("utf-8"))
        keep_key(root)
    tell("\n".join(_told(options.name, asked)))
    return DONE


def _told(name: str, asked: Sequence[Question]) -> list[str]:
    """Say what was guessed of each question, without showing an answer, and what to decide next."""
    place = f"private/{name}/data/raw"
    lines = [f"{one.id}: {_kind(one)}: {'; '.join(one.guesses)}." for one in asked]
    missing = [role for role in ("size", "stands") if all(one.role != role for one in asked)]
    word = (
        f"5. {place}/words.csv: no title speaks of firms, so all that is shown says respondents; write your own word "
        "in the five lines that begin with firm."
    )
    named = [] if speaks_of_firms(asked) else [word]
    return [
        f"{len(asked)} questions. All of this is guessed from the answers, and stands in {place}/questionnaire.csv:",
        *lines,
        "",
        "Decide next:",
        f"1. privacy in {place}/questionnaire.csv: may an answer tell who gave it? Then identifier, quasi-identifier "
        "or free text. What stands there empty is shown in tables.",
        "2. type, options and their order, and asked_when, beside your form: what nobody ticked is not in an export.",
        "3. toe: T, O or E for each question that belongs to technology, organisation or environment.",
        f"4. sizes, statuses and their order in {place}/study.toml"
        + (f" (no question looks like {' or '.join(missing)}: give one that role)" if missing else "")
        + ", and how many were invited.",
        *named,
        f"Then: python run_all.py --study {name}. docs/your-own-survey.md goes through it.",
    ]


def _kind(one: Question) -> str:
    kind = {"single": "one option", "multi": "several options"}.get(one.type, one.type)
    return f"{kind}{f', {one.privacy}' if one.privacy else ''}{f', role {one.role}' if one.role else ''}"
