"""Answers that stay out of every table, for the one person who asks for them by name."""

from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import ASKED_FOR, Root
from toe_analysis.showing.output import write_table
from toe_analysis.survey import clean_again, read_study, read_survey


def asked_questions(text: str, raw: Path) -> list[str]:
    """Read which answers are asked for, like ``q04,q07``.

    Raises
    ------
    InputError
        If one is no question, names the firm itself, or stands in the tables anyway.
    """
    questions = read_study(raw).questionnaire
    may_be = [question.id for question in questions if question.privacy not in ("", "identifier")]
    names = [name.strip() for name in text.split(",")]
    if wrong := [name for name in names if name not in may_be]:
        raise InputError(f"--show-private: expected questions among {', '.join(may_be)}, found {', '.join(wrong)}")
    return names


def show_private(root: Root, names: list[str]) -> str:
    """Write the answers asked for, by pseudonym; return the sentence that says where."""
    cleaned = clean_again(root, read_survey(root))
    path = root.path / ASKED_FOR
    write_table(cleaned.answers[names].reset_index(), path)
    return f"Asked for: {', '.join(names)} by firm in private/{root.path.name}/{ASKED_FOR}; it may identify firms."
