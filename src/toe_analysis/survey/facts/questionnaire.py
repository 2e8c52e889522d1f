"""The questionnaire as objects: questions, options, and the rules that route a firm past some of them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pandas as pd

from toe_analysis.csv_table import one_of, read_csv_table
from toe_analysis.errors import InputError, told_of
from toe_analysis.survey.facts.sizes import size_class
from toe_analysis.survey.text import fold

TYPES = ("text", "year", "single", "scale", "number", "multi", "ranking", "top3")
CLOSED_TYPES = ("single", "scale", "number", "multi", "ranking")
#: Of these a firm chooses one option: freely, a level from low to high, or the class in which its number lies.
ONE_OPTION, ORDERED = ("single", "scale", "number"), ("scale", "number")

#: Technology, organisation, environment: the order of the framework's name, and of every table.
DIMENSIONS = ("T", "O", "E")
#: What the answer to a question may tell of a firm; nothing of most.
FREE_TEXT = "free text"
PRIVACY = ("", "identifier", "quasi-identifier", FREE_TEXT)
#: The role of the firm's name, which identifies it whatever else is said of the question.
FIRM = "firm"
#: The role without which there is no study: the number of employees, in classes.
SIZE = "size"

_COLUMNS = ("question", "role", "header", "label_en", "type", "options", "asked_when", "routing_source", "privacy")
_MAY_BE_THERE = ("label_da", "toe", "toe_source", "toe_other", "aliases", "guess")
#: Between the labels of an option, the present one first: ``Medarbejdere <= Ansatte``.
_EARLIER = re.compile(r"(?<=\S) *<= *(?=\S)")

_CONDITION = re.compile(r"(q\d+)=(.+)")
_HOLDS = {
    "question": ("an id like q01", r"q\d+"),
    "asked_when": ("'everyone' or a rule like q08=Ja or q08=Ja;Nej", rf"(everyone|{_CONDITION.pattern})?"),
    "type": one_of(TYPES),
    "privacy": one_of(PRIVACY),
    **dict.fromkeys(("toe", "toe_other"), one_of(("", *DIMENSIONS))),
}


@dataclass(frozen=True)
class Condition:
    """That a firm answered a question with one of some options: who is asked another one, or what makes a status.

    Parameters
    ----------
    question : str
        Id of a question of which a firm chooses one option.
    options : tuple of str

    Examples
    --------
    >>> rule = Condition("q01", ("Ja", "Ved ikke"))
    >>> str(rule), rule.holds(pd.DataFrame({"q01": ["Ja", "Nej", None]})).tolist()
    ('q01=Ja;Ved ikke', [True, False, False])
    """

    question: str
    options: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.question}={';'.join(self.options)}"

    def holds(self, answers: pd.DataFrame) -> pd.Series:
        """Tell for each firm, a row of the answers, whether it answered so."""
        return answers[self.question].isin(self.options)

    def implies(self, other: "Condition") -> bool:
        """Return whether every firm that answered so meets another condition, too."""
        return self.question == other.question and set(self.options) <= set(other.options)


@dataclass(frozen=True)
class Question:
    """One question of the survey, as one row of ``data/raw/questionnaire.csv``.

    Parameters
    ----------
    id : str
        ``q01`` and so on.
    header : str
        The title, which is the column's header in an export.
    type : str
        One of `TYPES`.
    options : tuple of str
        In the order of the questionnaire, of a scale from low to high; of a number the classes in which it is kept,
        like ``0-4``, ``5-9`` and ``10+``; empty for open questions.
    asked_when : Condition or None
        Who is asked; None for everyone.
    narrower : Condition or None
        A narrower rule that the report leaves possible ("perhaps only after ...").
    routing_source : str
        On whose authority the rule stands; it begins with ``inferred`` where it is our reading.
    labels : dict of str to str
        Short names for figures, by language.
    toe, toe_source, toe_other : str
        The dimension, who placed it there, and the other possible reading.
    privacy : str
        One of `PRIVACY`.
    aliases : tuple of str
        Other titles under which an export may have it, of an earlier wave for example.
    earlier_options : dict of str to str
        Labels that an option had in an earlier wave, with the option.
    role : str
        What the question is to the analysis, like ``size``; empty for most.
    other_option : str or None
        The option behind which a firm types its own words, if there is one.
    guesses : tuple of str
        Why it is taken for this, where that was guessed from answers and nobody has decided yet.
    """

    id: str
    header: str
    type: str
    options: tuple[str, ...] = ()
    asked_when: Condition | None = None
    narrower: Condition | None = None
    routing_source: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    toe: str = ""
    toe_source: str = ""
    toe_other: str = ""
    privacy: str = ""
    aliases: tuple[str, ...] = ()
    earlier_options: dict[str, str] = field(default_factory=dict)
    role: str = ""
    other_option: str | None = None
    guesses: tuple[str, ...] = ()

    @property
    def has_numbered_levels(self) -> bool:
        """Whether the options are whole numbers, as of a scale from 0 to 10: then a level is its number."""
        return bool(self.options) and all(option.strip().isdecimal() for option in self.options)

    @property
    def levels(self) -> dict[str, float]:
        """The level of each option, where options have an order: its number if all are numbers, else its place, from 1.

        >>> Question("q01", "Hvor sikker?", "scale", ("0", "1", "2")).levels
        {'0': 0.0, '1': 1.0, '2': 2.0}
        """
        numbers = self.options if self.has_numbered_levels else range(1, len(self.options) + 1)
        return dict(zip(self.options, map(float, numbers), strict=True))

    @property
    def may_be_shown(self) -> bool:
        """Whether the answers themselves, and not just their presence, may stand in a table."""
        return not self.privacy

    def condition(self, routing: str = "printed") -> Condition | None:
        """Return who is asked under a reading of the routing, ``printed`` or ``narrow``."""
        return self.narrower if routing == "narrow" and self.narrower else self.asked_when

    def guess(self, why: str, **changes: object) -> "Question":
        """Return the question with something else, and the reason noted."""
        return replace(self, guesses=(*self.guesses, why), **changes)


@dataclass(frozen=True)
class Questionnaire:
    """All questions in order, checked.

    Raises
    ------
    InputError
        If a role repeats, an option is empty or repeated, or a routing rule does not point to options of an
        earlier single-choice question.

    Examples
    --------
    >>> first = Question("q01", "AI i dag?", "single", ("Ja", "Nej"))
    >>> then = Question("q02", "Hvorfor?", "top3", asked_when=Condition("q01", ("Ja",)))
    >>> [question.id for question in Questionnaire((first, then))]
    ['q01', 'q02']
    """

    questions: tuple[Question, ...]

    def __post_init__(self) -> None:
        earlier: dict[str, Question] = {}
        for question in self.questions:
            _check(question, earlier)
            earlier[question.id] = question

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all questions, in order."""
        return tuple(question.id for question in self.questions)

    def role(self, role: str) -> Question | None:
        """Return the question that has a role, None where none has it."""
        return next((question for question in self.questions if question.role == role), None)

    def __getitem__(self, question_id: str) -> Question:
        return next(question for question in self.questions if question.id == question_id)

    def __contains__(self, question_id: str) -> bool:
        return question_id in self.ids


def read_questionnaire(path: Path, *, other_options: Iterable[str] = ()) -> Questionnaire:
    """Read and check the questionnaire.

    Parameters
    ----------
    path : Path
        A CSV file in UTF-8 with the columns of ``data/raw/questionnaire.csv``.
    other_options : iterable of str
        Labels under which a form offers a field for an answer in the firm's own words.

    Raises
    ------
    InputError
        If the file, a column or a cell cannot be used (see `read_csv_table`), or a question is not usable (see
        `Questionnaire`).
    """
    table = read_csv_table(path, _COLUMNS, further=_MAY_BE_THERE, key=["question"], holds=_HOLDS)
    rows, ids = table.to_dict("records"), set(table["question"])
    others = tuple(other_options)
    return Questionnaire(tuple(_question(row, ids, others) for row in rows))


def _question(row: dict[str, str], ids: set[str], others: tuple[str, ...]) -> Question:
    source, role = row["routing_source"], row["role"].strip()
    # What a firm typed itself is nobody's to show, whether or not somebody has thought of saying so.
    own_words = "" if row["type"] in CLOSED_TYPES else FREE_TEXT
    options = [_EARLIER.split(option) for option in row["options"].split(";")] if row["options"] else []
    perhaps = re.search(r"perhaps only after ((q\d+)=\S+)", source)
    return Question(
        id=row["question"],
        header=row["header"],
        type=row["type"],
        options=tuple(labels[0] for labels in options),
        asked_when=_parse_condition(row["asked_when"]),
        narrower=_parse_condition(perhaps[1]) if perhaps and perhaps[2] in ids else None,
        routing_source=source,
        labels={"en": row["label_en"], "da": row.get("label_da") or re.sub(r"\s*\([^)]*\)$", "", row["header"])},
        aliases=tuple(filter(None, map(str.strip, (row.get("aliases") or "").split("|")))),
        earlier_options={earlier: labels[0] for labels in options for earlier in labels[1:]},
        role=role,
        other_option=next((labels[0] for labels in options if {*labels} & {*others}), None),
        privacy="identifier" if role == FIRM else row["privacy"] or own_words,
        guesses=tuple(filter(None, (row.get("guess") or "").split("; "))),
        **{name: row.get(name) or "" for name in ("toe", "toe_source", "toe_other")},
    )


def _parse_condition(text: str) -> Condition | None:
    found = _CONDITION.fullmatch(text)
    return Condition(found[1], tuple(found[2].split(";"))) if found else None


def _check(question: Question, earlier: dict[str, Question]) -> None:
    where = f"questionnaire, {question.id}"
    if question.role and any(question.role == one.role for one in earlier.values()):
        raise InputError(f"{where}: expected the role {question.role!r} once, found it twice")
    if bool(question.options) != (question.type in CLOSED_TYPES):
        raise InputError(
            f"{where}: expected options for the types {', '.join(CLOSED_TYPES)} and for no other, found "
            f"{len(question.options)} for the type {question.type}"
        )
    if not all(map(str.strip, question.options)):
        raise InputError(f"{where}, options: expected one on either side of each ;, found nothing; take that ; out")
    if question.type == "number" or question.role == SIZE:
        with told_of(f"{where}, options (written '10-49 <= the label of the form' if that has no numbers)"):
            classes = list(map(size_class, question.options))
        for before, after in pairwise(classes):
            if after.smallest <= before.smallest:
                raise InputError(
                    f"{where}, options: expected classes from small to large, since tests of a trend take them in this "
                    f"order, found {before.label} before {after.label}"
                )
    labels = [*question.options, *question.earlier_options]
    if twice := [label for label, count in Counter(map(fold, labels)).items() if count > 1]:
        raise InputError(f"{where}: expected every option once, however it is spelt, found one twice: {twice[0]!r}")
    for rule in filter(None, (question.asked_when, question.narrower)):
        _check_rule(rule, earlier, f"{where}: the rule {rule} must name")


def _check_rule(rule: Condition, earlier: Mapping[str, Question], must: str) -> None:
    parent = earlier.get(rule.question)
    if parent is None or parent.type not in ONE_OPTION:
        found = f"{parent.id} has the type {parent.type}" if parent else f"no {rule.question} stands above"
        raise InputError(f"{must} an earlier single-choice question, and {found}")
    if not {*rule.options} <= {*parent.options} or len({*rule.options}) < len(rule.options):
        offered = "; ".join(parent.options)
        raise InputError(f"{must} options of {parent.id} ({offered}), one or several with ; between them, each once")
