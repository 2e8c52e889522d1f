"""The files of a proposed study as text: its questionnaire, its words and its facts, with every guess marked."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence

from toe_analysis.survey.facts.proposal import DONT_KNOW, NO, OTHER, YES, Proposed
from toe_analysis.survey.facts.sizes import size_class
from toe_analysis.survey.text import fold

_COLUMNS = ("question", "role", "header", "label_en", "label_da", "type", "options", "asked_when", "routing_source")
_FURTHER = ("toe", "toe_source", "privacy", "guess")


def questionnaire_text(asked: Sequence[Proposed]) -> str:
    """Return the questionnaire as a table, with every guess beside its question."""
    file = io.StringIO()
    writer = csv.DictWriter(file, (*_COLUMNS, *_FURTHER), restval="", lineterminator="\n")
    writer.writeheader()
    for one in asked:
        writer.writerow(
            {"question": one.id, "role": one.role, "header": one.header, "type": one.type, "privacy": one.privacy}
            | {"label_en": one.header, "label_da": one.header, "options": ";".join(one.options)}
            | {"asked_when": one.asked_when or "everyone", "guess": "; ".join(one.guesses)}
            | {"routing_source": "inferred from the answers" if one.asked_when else ""}
        )
    return file.getvalue()


def words_text(asked: Sequence[Proposed]) -> str:
    """Return words for the statuses: the answers themselves, until somebody translates them."""
    stands = next((one for one in asked if one.role == "stands"), None)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("key", "en", "da"))
    for option in sorted(stands.options if stands else (), key=status_name):
        writer.writerow((f"status.{status_name(option)}", option, option))
    return file.getvalue()


def study_text(name: str, year: int, asked: Sequence[Proposed]) -> str:
    """Return the text of a study file for proposed questions, every guess marked."""
    stands = next((one for one in asked if one.role == "stands"), None)
    size = next((one for one in asked if one.role == "size"), None)
    words = {fold(option): option for one in asked for option in one.options}
    lines = [
        "# Proposed from an export. Every line with GUESS is one: correct it. docs/your-own-survey.md tells what each",
        "# part means; questions are named by their role in questionnaire.csv, never by their id.",
        "",
        f'id = "{name}-{year}"',
        f"year = {year}  # GUESS",
        "",
        "[name]",
        f'en = "{name}"  # GUESS',
        f'da = "{name}"  # GUESS',
        "",
        "[universe]  # the firms that the answers stand for",
        'en = "firms"  # GUESS',
        'da = "virksomheder"  # GUESS',
        "",
        "# [invited]  # firms, by wave; without it there is no response rate",
        "# 1 = NUMBER",
        "",
        "[answers]  # GUESS",
        f"yes = {_text(next((words[one] for one in sorted(YES) if one in words), ''))}",
        f"no = {_text(next((words[one] for one in sorted(NO) if one in words), ''))}",
        f"other = {_list(words[one] for one in sorted(OTHER) if one in words)}",
        "",
        *_size_lines(size),
        "",
        *_status_lines(stands),
    ]
    return "\n".join(lines) + "\n"


def _size_lines(size: Proposed | None) -> list[str]:
    if size is None:
        return ["# No question looks like the number of employees: give one the role size in questionnaire.csv.",
                "[size]", "smallest = 1", "largest = 100000", 'groups = "1-9,10+"  # GUESS']  # fmt: skip
    classes = [size_class(label) for label in size.options]
    largest = classes[-1].largest
    return [
        "[size]  # in employees",
        f"smallest = {int(classes[0].smallest)}  # GUESS: of the target group",
        f"largest = {100000 if largest == float('inf') else int(largest)}  # GUESS",
        f'groups = "{",".join(size.options)}"  # GUESS: join classes of few firms',
    ]


def _status_lines(stands: Proposed | None) -> list[str]:
    if stands is None:
        return ["# No question looks like where a firm stands with AI. Give one or more a role in questionnaire.csv,",
                '# and write a [[status]] for each group: name = "uses" and when = { that_role = "Ja" }.']  # fmt: skip
    lines = ["# Where a firm stands. The first rule that holds gives the status. GUESS: each answer is one."]
    names = {option: status_name(option) for option in stands.options if fold(option) not in DONT_KNOW}
    for option, name in names.items():
        lines += ["[[status]]", f'name = "{name}"', f"when = {{ stands = {_text(option)} }}", ""]
    for option in stands.options:
        if fold(option) in DONT_KNOW:
            lines += ["[dont_know]", 'role = "stands"', f"answer = {_text(option)}", ""]
    return [*lines, "[groups]", f"order = {_list(names.values())}  # GUESS: from far away from AI to close to it"]


def status_name(option: str) -> str:
    """Return a short name for an answer.

    >>> status_name("Bruker KI hver dag!")
    'bruker_ki_hver_dag'
    """
    return re.sub(r"\W+", "_", fold(option)).strip("_")


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(map(_text, texts)) + "]"


def _text(text: str) -> str:
    """Write a text as TOML does, in which every text of JSON is one."""
    return json.dumps(text, ensure_ascii=False)
