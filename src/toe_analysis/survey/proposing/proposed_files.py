"""The files of a proposed study as text: its questionnaire, its words and its facts, with every guess marked."""

import re
from collections.abc import Sequence

import pandas as pd

from toe_analysis.survey.facts.questionnaire import Question
from toe_analysis.survey.facts.sizes import size_class
from toe_analysis.survey.text import fold
from toe_analysis.survey.vocabulary import pattern, words
from toe_analysis.templates import filled

#: What those that answered are called where no title speaks of firms, as the package's words name firms.
_RESPONDENTS = (
    ("firm.a", "a respondent", "en respondent"),
    ("firm.many", "respondents", "respondenter"),
    ("firm.one", "one respondent", "én respondent"),
    ("firm.the_many", "the respondents", "respondenterne"),
    ("firm.the_one", "the respondent", "respondenten"),
)
#: How titles speak of firms, of their staff, and of what a size counts.
_FIRMS, _STAFF = re.compile(rf"\b{pattern('firm')}"), re.compile(pattern("staff"))
_COUNTED = re.compile(rf"{pattern('counted')} (\w+)")


def questionnaire_text(asked: Sequence[Question]) -> str:
    """Return the questionnaire as a table, with every guess beside its question."""
    rows = [
        {
            "question": one.id,
            "role": one.role,
            "header": one.header,
            "label_en": one.header,
            "label_da": one.header,
            "type": one.type,
            "options": ";".join(one.options),
            "asked_when": one.asked_when or "everyone",
            "routing_source": "inferred from the answers" if one.asked_when else "",
            "toe": "",
            "toe_source": "",
            "privacy": one.privacy,
            "guess": "; ".join(one.guesses),
        }
        for one in asked
    ]
    return pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")


def words_text(asked: Sequence[Question]) -> str:
    """Return words for the statuses, the answers themselves, and for who answered and what a size counts.

    The package speaks of firms and employees; the last two stand here where the titles do not.
    """
    rows = [(f"status.{status_name(option)}", option, option) for option in _options(asked, "stands")]
    size = next((fold(one.header) for one in asked if one.role == "size"), "")
    counted = _COUNTED.search(size)
    if not speaks_of_firms(asked):
        rows += _RESPONDENTS
    if not _STAFF.search(size) and (counted or not speaks_of_firms(asked)):
        rows.append(("column.size", *((counted[1],) * 2 if counted else ("units", "enheder"))))
    return pd.DataFrame(sorted(rows), columns=["key", "en", "da"]).to_csv(index=False, lineterminator="\n")


def speaks_of_firms(asked: Sequence[Question]) -> bool:
    """Return whether a title says that firms were asked."""
    return any(_FIRMS.search(fold(one.header)) for one in asked)


def study_text(name: str, year: int, asked: Sequence[Question]) -> str:
    """Return the text of a study file for proposed questions, every guess marked."""
    stands = _options(asked, "stands")
    spelt = {fold(option): option for one in asked for option in one.options}
    dont_know = next((option for option in stands if fold(option) in words("dont_know")), "")
    return filled(
        "survey/proposing/study.toml.j2",
        name=name,
        year=year,
        **{key: [spelt[one] for one in sorted(words(key)) if one in spelt] for key in ("yes", "no", "other")},
        sizes=[size_class(label) for label in _options(asked, "size")],
        statuses={option: status_name(option) for option in stands if option != dont_know},
        dont_know=dont_know,
        of_firms=speaks_of_firms(asked),
    )


def _options(asked: Sequence[Question], role: str) -> tuple[str, ...]:
    """Return the options of the question that has a role, none where none has it."""
    return next((one.options for one in asked if one.role == role), ())


def status_name(option: str) -> str:
    """Return a short name for an answer.

    >>> status_name("Bruker KI hver dag!")
    'bruker_ki_hver_dag'
    """
    return re.sub(r"\W+", "_", fold(option)).strip("_")
