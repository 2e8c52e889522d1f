"""Reading a study's file of facts: each line held to the questionnaire, and each fault told with its place."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError, told_of
from toe_analysis.paths import QUESTIONNAIRE_NAME, STUDY_NAME
from toe_analysis.survey.facts.questionnaire import (
    ONE_OPTION,
    SIZE,
    Condition,
    Question,
    Questionnaire,
    read_questionnaire,
)
from toe_analysis.survey.facts.sizes import collapse_sizes, size_class
from toe_analysis.survey.facts.status import DONT_KNOW, classify
from toe_analysis.survey.facts.study import Headline, Held, Look, Measure, Sizes, Some, Status, Study
from toe_analysis.toml_facts import Facts, read_facts

#: What a study's file may hold; code asks for each by its name.
_KEYS = (
    *("id", "year", "facts", "compares_with", "name", "universe", "invited", "frame", "answers", "size", "status"),
    *("dont_know", "groups", "claims", "measure", "headline"),
)

#: Colours of statuses that a study gives none, from the first status to the last.
COLOURS = ("#0072B2", "#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#ECECEC")

#: Firms of a frame: an exact test of who answered takes no more.
_MOST_FIRMS = 1_000_000


def read_study(raw: Path) -> Study:
    """Read the facts of a study, and hold them to its questionnaire.

    Parameters
    ----------
    raw : Path
        The folder with ``study.toml`` and ``questionnaire.csv``.

    Raises
    ------
    InputError
        If a file cannot be used, or one names a question or an answer that the other does not have.
    """
    facts = read_facts(raw / STUDY_NAME).only(*_KEYS)
    answers = facts.table("answers").only("yes", "no", "other", "negations")
    questionnaire = read_questionnaire(raw / QUESTIONNAIRE_NAME, other_options=answers.texts("other"))
    groups = facts.table("groups").only("order", "never_tried")
    dont_know = facts.table("dont_know").only("role", "answer", "like")
    sizes, invited = _sizes(facts.table("size"), questionnaire), _invited(facts)
    study = Study(
        id=facts.text("id"),
        year=facts.number("year", 1900, 2100),
        name={language: facts.table("name").only("en", "da").text(language) for language in ("en", "da")},
        universe={language: facts.table("universe").only("en", "da").text(language) for language in ("en", "da")},
        questionnaire=questionnaire,
        statuses=_statuses(facts, questionnaire),
        sizes=sizes,
        invited=invited,
        answers=facts.table("invited").number("answers", 0, _MOST_FIRMS, default=0),
        frame=_frame(facts, questionnaire, sizes),
        yes=answers.text("yes", ""),
        no=answers.text("no", ""),
        other=answers.texts("other"),
        dont_know=_dont_know(dont_know, questionnaire),
        like=dont_know.text("like", ""),
        order=groups.texts("order"),
        never_tried=groups.texts("never_tried"),
        measures=tuple(_measure(table, questionnaire) for table in facts.tables("measure")),
        headlines=tuple(map(_headline, facts.tables("headline"))),
        claims=facts.table("claims").only("received", "valid", *(f"wave_{wave}" for wave in invited)).values,
        negations=frozenset(answers.texts("negations")),
    )
    _check(study)
    return study


def _statuses(facts: Facts, questionnaire: Questionnaire) -> tuple[Status, ...]:
    found = []
    for place, table in enumerate(facts.tables("status")):
        table.only("name", "when", "claim", "guide", "look")
        look, guide = table.table("look").only("colour", "hatch"), table.table("guide").only("group", "claim")
        if "claim" in guide.values and questionnaire.role("willing"):
            _asked("willing", questionnaire, guide)
        when = table.table("when")
        rule = tuple(_condition(role, when.one_or_more(role), questionnaire, when) for role in when.values)
        if not rule:
            raise table.wrong("when", "the answers that make this status, like { uses = 'Ja' }", "nothing")
        colour = look.text("colour", COLOURS[place % len(COLOURS)])
        if not re.fullmatch("#[0-9A-Fa-f]{6}", colour):
            raise look.wrong("colour", "a colour like '#0072B2'", colour)
        found.append(
            Status(
                name=table.text("name"),
                rule=rule,
                claim=table.text("claim", ""),
                guide_group=guide.text("group", ""),
                guide_claim=guide.text("claim", ""),
                look=Look(colour, look.text("hatch", "")),
            )
        )
    if len(found) < 2 or DONT_KNOW in [status.name for status in found]:
        named = ", ".join(status.name for status in found) or "none"
        error = facts.wrong("status", f"two or more statuses, and no {DONT_KNOW}, which is who has none", named)
        remedy = "write a [[status]] with name and when for each, as docs/your-own-survey.md shows under 'Correct'"
        raise InputError(f"{error}; {remedy}")
    return tuple(found)


def _condition(role: str, options: tuple[str, ...], questionnaire: Questionnaire, where: Facts) -> Condition:
    """Return the condition that the question that has a role is answered with one of the options, all of them its."""
    question = _asked(role, questionnaire, where)
    for option in options:
        if option not in question.options:
            raise where.wrong(
                role,
                f"an option of {question.id} ({', '.join(question.options)}); if it has another label now, write 'this "
                "label <= the other one' there",
                option,
            )
    return Condition(question.id, options)


def _asked(role: str, questionnaire: Questionnaire, where: Facts) -> Question:
    """Return the single-choice question that has a role, and whose answers may be shown."""
    question = questionnaire.role(role)
    if question is None or question.type not in ONE_OPTION:
        raise InputError(
            f"{where.where}: expected one question with the role {role} in {QUESTIONNAIRE_NAME}, a single choice or a "
            f"number with classes under options, found none; write {role} under role in its row"
        )
    if not question.may_be_shown:
        raise InputError(
            f"{where.where}: expected nothing under privacy of {question.id} in {QUESTIONNAIRE_NAME}, since tables "
            f"show its answers by the role {role}, found {question.privacy!r}; join options until they identify nobody"
        )
    return question


def _sizes(table: Facts, questionnaire: Questionnaire) -> Sizes:
    sizes, size = table.made_into(Sizes), _asked(SIZE, questionnaire, table)
    if sizes.small not in ("", *size.options):
        raise table.wrong("small", f"an option of {size.id} ({', '.join(size.options)})", sizes.small)
    with told_of(f"{table.where}, groups"):
        within = [label for label in size.options if not size_class(label).outside(*sizes.target(0, 0))]
        collapse_sizes(size.options, sizes.groups, found=within)  # whoever is analysed has a group
    return sizes


def _invited(facts: Facts) -> dict[int, int]:
    invited = facts.table("invited")
    waves = [wave for wave in invited.values if wave != "answers"]
    if not all(wave.isdecimal() for wave in waves):
        raise facts.wrong("invited", "firms by the number of their wave, like 1 = 317", dict(invited.values))
    return {int(wave): invited.number(wave, 1, _MOST_FIRMS) for wave in waves}


def _frame(facts: Facts, questionnaire: Questionnaire, sizes: Sizes) -> dict[str, dict[str, int]]:
    """Return the firms of the frame by role and class."""
    frame = facts.table("frame")
    margins = {}
    for role in frame.values:
        question = _asked(role, questionnaire, frame)
        classes = sizes.labels if role == SIZE else question.options
        where = "one of the groups under size" if role == SIZE else f"an option of {question.id}"
        margins[role] = _margin(frame.table(role), classes, f"{where} ({', '.join(classes)})")
    totals = {role: sum(margin.values()) for role, margin in margins.items()}
    if len(set(totals.values())) > 1 or max(totals.values(), default=0) > _MOST_FIRMS:
        found = ", ".join(f"{total} by {role}" for role, total in totals.items())
        expected = f"variables that count the same firms, at most {_MOST_FIRMS:,}, so that each sums to their number"
        raise facts.wrong("frame", expected, found)
    return margins


def _margin(table: Facts, classes: tuple[str, ...], spoken: str) -> dict[str, int]:
    """Return the firms of the frame in each class of one variable."""
    for label in table.values:
        if label not in classes:
            raise table.wrong(label, spoken, label)
    if len(table.values) < 2:
        raise table.wrong("classes", "two or more, like '1-19' = 250", ", ".join(table.values) or "none")
    return {label: table.number(label, 1, _MOST_FIRMS) for label in classes if label in table.values}


def _dont_know(table: Facts, questionnaire: Questionnaire) -> Condition | None:
    if not table.values:
        return None
    if "like" in table.values:
        _condition(table.text("role"), (table.text("like"),), questionnaire, table)
        if table.text("like") in table.one_or_more("answer"):
            raise table.wrong("like", "another answer than that of who does not know", table.text("like"))
    return _condition(table.text("role"), table.one_or_more("answer"), questionnaire, table)


def _measure(table: Facts, questionnaire: Questionnaire) -> Measure:
    table.only("name", "all", "some", "held", "held_small")
    some = table.table("some").only("status", "role", "answer")
    further = None
    if some.values:
        role, answer = some.text("role"), some.one_or_more("answer")
        asked = questionnaire.role(role)
        further = Some(some.text("status"), _condition(role, answer, questionnaire, some) if asked else None)
    return Measure(table.text("name"), table.texts("all"), further, _held(table, "held"), _held(table, "held_small"))


def _headline(table: Facts) -> Headline:
    found = table.made_into(Headline)
    if not found.option and not found.categories:
        raise table.wrong("option", "the option that is counted, or categories", "nothing")
    return found


def _held(table: Facts, name: str) -> Held | None:
    held = table.table(name)
    return held.made_into(Held) if held.values else None


def _check(study: Study) -> None:
    _check_rules(study)
    if sorted(study.order) != sorted(study.status_names):
        raise InputError(
            f"{STUDY_NAME}, groups, order: expected each of its statuses ({', '.join(study.status_names)}) once, from "
            f"far away to close, found {', '.join(study.order) or 'nothing'}"
        )
    named = {*study.order, *study.never_tried, *(name for one in study.measures for name in one.statuses)}
    named |= {one.some.status for one in study.measures if one.some}
    if unknown := sorted(named - {*study.status_names}):
        raise InputError(
            f"{STUDY_NAME}: expected the names of its statuses ({', '.join(study.status_names)}) under groups and "
            f"measure, found {unknown[0]!r}"
        )


def _check_rules(study: Study) -> None:
    """Refuse a status that nobody can get, since those above it take all answers that would give it."""
    named: dict[str, set[str | None]] = {}
    for condition in (condition for status in study.statuses for condition in status.rule):
        named.setdefault(condition.question, {None}).update(condition.options)
    answers = pd.DataFrame(product(*named.values()), columns=list(named), dtype=object)
    given = set(classify(answers, replace(study, dont_know=None)))
    if lost := [name for name in study.status_names if name not in given]:
        raise InputError(
            f"{STUDY_NAME}, status: expected for each status answers that none above it takes, found none for "
            f"{lost[0]!r}; put the narrower rule first, or correct one of them"
        )
