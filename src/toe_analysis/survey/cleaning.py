"""From an export to the responses that are analysed, with every row and every answer accounted for."""

from collections import Counter
from dataclasses import dataclass
from hashlib import shake_256

import numpy as np
import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.facts.questionnaire import FREE_TEXT, Questionnaire
from toe_analysis.survey.facts.routing import shown
from toe_analysis.survey.facts.sizes import size_class
from toe_analysis.survey.facts.status import DONT_KNOW, classify, taken_as
from toe_analysis.survey.facts.study import Study
from toe_analysis.survey.reading.answers import Answer, read_answer, read_number
from toe_analysis.survey.reading.export import Export
from toe_analysis.survey.source import Source

#: Why a response is not analysed, in the order in which the reasons are tried.
EXCLUSION_REASONS = {
    "no_answers": "the row holds no answer to any question",
    "too_small": "fewer employees than the target group",
    "too_large": "more employees than the target group",
    "dont_know": "the answer that leaves the status open",
    "status_unknown": "the answers do not tell the status",
}

#: Why an answer is missing. The last one only comes from a damaged or edited export.
MISSING = {
    "not_shown": "routed past the question",
    "no_option_ticked": "was shown the options and ticked none",
    "skipped": "was asked and left the cell empty",
    "contradiction": "answered although routed past; set missing and reported",
    "unknown_option": "gave an answer that the questionnaire does not offer; set missing and reported",
}


@dataclass(frozen=True)
class Cleaned:
    """The responses of one survey, and what happened to everything that is not among them.

    Parameters
    ----------
    firms : pandas.DataFrame
        A row an analysed firm, labelled by pseudonym: ``wave``, ``size``, ``status``.
    answers : pandas.DataFrame
        Shaped like `firms`, a column a question id: the answer, or None. What names a firm has no column.
    missing : pandas.DataFrame
        A column a question id: a key of `toe_analysis.survey.MISSING`, or an empty string where there is an answer.
    other : pandas.DataFrame
        What firms typed behind "Other": ``firm``, ``question``, ``text``. May identify a firm.
    excluded : pandas.DataFrame
        A row a response that is not analysed: ``row``, ``wave``, ``reason``, ``question``, ``value``.
    problems : pandas.DataFrame
        Answers that could not be used: ``row``, ``question``, ``problem``, ``value``. The value is empty where it is
        no option of the questionnaire, since it may be a name.
    numbers : pandas.DataFrame
        A column a number question: the number itself, of which `answers` has the class. It stays out of every table.
    study : Study
        Whose questions were asked.
    source : Source
        What the answers may be taken for.
    ruled_out : set of pairs of str
        Questions with an option that no analysed firm can have given, because whoever gave it is left out.
    """

    firms: pd.DataFrame
    answers: pd.DataFrame
    missing: pd.DataFrame
    other: pd.DataFrame
    excluded: pd.DataFrame
    problems: pd.DataFrame
    numbers: pd.DataFrame
    study: Study
    source: Source
    ruled_out: set[tuple[str, str]]

    @property
    def questionnaire(self) -> Questionnaire:
        """The questions of the study."""
        return self.study.questionnaire

    @property
    def open_questions(self) -> list[str]:
        """The questions that firms answer in their own words."""
        return [question.id for question in self.questionnaire if question.type == "top3"]

    @property
    def received(self) -> int:
        """Responses in the export: the valid ones and the excluded ones."""
        return len(self.firms) + len(self.excluded)

    @property
    def received_by_wave(self) -> pd.Series:
        """Responses in the export, by wave."""
        return pd.concat([self.firms["wave"], self.excluded["wave"]]).value_counts().sort_index()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a firm that may leave the run: no identifier, no quasi-identifier, no text of a firm's own.

        An empty answer is written as its kind of missing; of a text question only ``answered`` is told.
        """
        columns = {}
        for question in self.questionnaire:
            if question.may_be_shown or question.privacy == FREE_TEXT:
                answer = self.answers[question.id]
                told = answer if question.may_be_shown else "answered"
                columns[question.id] = self.missing[question.id].mask(answer.notna(), told)
        return pd.concat([self.firms, pd.DataFrame(columns, index=self.firms.index)], axis=1)


def clean(
    export: Export,
    study: Study,
    *,
    key: str,
    wave_cutoff: str = "",
    dont_know: str = "exclude",
    smallest: int = 0,
    largest: int = 0,
    routing: str = "printed",
) -> Cleaned:
    """Clean the responses of one export.

    Parameters
    ----------
    export : Export
    study : Study
    key : str
        Secret from which the pseudonyms are made; without it they cannot be traced back to a row.
    wave_cutoff : str
        First day of wave 2 (``2025-04-01``); empty for one wave.
    dont_know : str
        See `toe_analysis.survey.facts.status.DONT_KNOW_RULES`.
    smallest, largest : int
        The target group, in employees, where 0 is the study's; see `toe_analysis.survey.facts.sizes.SizeClass.outside`.
    routing : {"printed", "narrow"}
        See `toe_analysis.survey.facts.routing.shown`.

    Raises
    ------
    InputError
        If no response is left, or if waves are asked for and the export keeps no completion time or the date is none.
    """
    answers, missing, other, problems = _settled(export, study, dont_know, routing)
    numbers = _numbers(export, answers, study.questionnaire)
    frame = pd.DataFrame(
        {
            "wave": export.waves_from(wave_cutoff),
            "size": answers[study.size_question.id],
            "status": classify(answers, study, dont_know=dont_know),
        }
    )
    target = study.sizes.target(smallest, largest)
    outside = _outside(frame["size"], numbers.get(study.size_question.id), target)
    excluded = _exclusions(frame, answers, outside, dont_know, study)
    valid = frame.index.difference(excluded["row"])
    if valid.empty:
        counts = Counter(excluded["reason"].map(EXCLUSION_REASONS)).most_common()
        reasons = ", ".join(f"{count} x {reason}" for reason, count in counts)
        raise InputError(f"expected at least one response to analyse, but all {len(frame)} are left out: {reasons}")
    places = _shuffled(frame.index.get_indexer(valid), len(frame), key)
    named = [question.id for question in study.questionnaire if question.privacy == "identifier"]
    width = max(2, len(str(len(places))))
    firms = pd.Index([f"F{str(place).zfill(width)}" for place in range(1, len(places) + 1)], name="firm")
    other = other.take(places).set_axis(firms).dropna(how="all")
    other = other.melt(ignore_index=False, var_name="question", value_name="text").dropna()
    return Cleaned(
        firms=frame.take(places).set_axis(firms),
        answers=answers.drop(columns=named).take(places).set_axis(firms),
        missing=missing.take(places).set_axis(firms),
        other=other.reset_index().sort_values(["firm", "question"], ignore_index=True),
        excluded=excluded,
        problems=problems,
        numbers=numbers.take(places).set_axis(firms),
        study=study,
        source=export.source,
        ruled_out=_ruled_out(study, dont_know, target),
    )


def _settled(
    export: Export, study: Study, dont_know: str, routing: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return what counts as an answer, why others are missing, what was typed behind "Other", and the problems."""
    questionnaire = study.questionnaire
    answers, unknown, other = _read_answers(export, questionnaire)
    was_shown = shown(questionnaire, answers, routing=routing)
    if dont_know == "as_no":  # such a firm may have been asked on either way
        was_shown |= shown(questionnaire, taken_as(answers, study, dont_know), routing=routing)
    has_answer = answers.notna()
    contradiction = has_answer & ~was_shown
    problems = _problems(unknown, contradiction, answers, questionnaire)
    answers = answers.mask(contradiction, None)
    missing = _kinds_of_missing(has_answer & was_shown, was_shown, contradiction, unknown, questionnaire)
    return answers, missing, other.where(was_shown[other.columns], None), problems


def _numbers(export: Export, answers: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Return what firms answered as a number, where it counts as an answer."""
    asked = [question.id for question in questionnaire if question.type == "number"]
    read = {name: export.cells[name].map(read_number, na_action="ignore").astype(float) for name in asked}
    return pd.DataFrame(read, index=export.cells.index).where(answers[asked].notna())


def _read_answers(export: Export, questionnaire: Questionnaire) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return answers in the questionnaire's spelling, whether one is no option, and texts behind "Other"."""
    columns, unknown, other = {}, {}, {}
    for question in questionnaire:
        # Firms often answer alike, so each distinct text is read once.
        codes, texts = pd.factorize(export.cells[question.id])
        read = [read_answer(question, text) for text in texts] + [Answer()]  # the last for the code -1, an empty cell
        columns[question.id] = np.array([answer.value for answer in read], dtype=object)[codes]
        typed = np.array([answer.typed for answer in read], dtype=object)[codes]
        unknown[question.id] = np.not_equal(typed, None) & (question.other_option is None)
        if question.other_option:
            other[question.id] = typed
    return (
        pd.DataFrame(columns, index=export.cells.index, dtype=object),
        pd.DataFrame(unknown, index=export.cells.index),
        pd.DataFrame(other, index=export.cells.index, dtype=object),
    )


def _problems(
    unknown: pd.DataFrame, contradiction: pd.DataFrame, answers: pd.DataFrame, questionnaire: Questionnaire
) -> pd.DataFrame:
    """Return what could not be used. A firm's own words never leave the export, not even in a report of what is wrong.

    So the value is told of an option alone: where there is none, anything may have been typed.
    """
    questions, values, found = list(questionnaire), answers.to_numpy(), []
    for row, column, routed in np.argwhere(np.dstack([unknown, contradiction])):
        question = questions[column]
        value = values[row, column] if routed and question.may_be_shown else ""
        found.append((answers.index[row], question.id, "contradiction" if routed else "unknown_option", value))
    return pd.DataFrame(found, columns=["row", "question", "problem", "value"])


def _kinds_of_missing(
    has_answer: pd.DataFrame,
    was_shown: pd.DataFrame,
    contradiction: pd.DataFrame,
    unknown: pd.DataFrame,
    questionnaire: Questionnaire,
) -> pd.DataFrame:
    """Tell for every answer why it is empty, a key of `MISSING`, or an empty string where it is not."""
    is_multi = np.array([question.type == "multi" for question in questionnaire])
    kinds = {
        "": has_answer,
        "contradiction": contradiction,
        "unknown_option": unknown & was_shown,
        "no_option_ticked": was_shown & is_multi,
        "skipped": was_shown,
    }
    # Small numbers, not words, until the last step: a table of words is many times slower to fill.
    *numbers, rest = np.arange(len(kinds) + 1, dtype=np.int8)
    chosen = np.select(list(map(np.asarray, kinds.values())), numbers, rest)
    names = np.array([*kinds, "not_shown"], dtype=object)
    return pd.DataFrame(names[chosen], has_answer.index, has_answer.columns, dtype=object)


def _outside(sizes: pd.Series, numbers: pd.Series | None, target: tuple[int, int]) -> pd.Series:
    """Return why firms are not of the target group: by their number where that was asked, else by their class."""
    if numbers is None:
        return sizes.map({label: size_class(label).outside(*target) or None for label in sizes.dropna().unique()})
    smallest, largest = target
    return numbers.map(lambda number: "too_small" if number < smallest else "too_large" if number > largest else None)


def _ruled_out(study: Study, dont_know: str, target: tuple[int, int]) -> set[tuple[str, str]]:
    """Return the sizes outside the target group, and not to know what decides the status where that excludes."""
    size, unsure = study.size_question, study.dont_know
    found = {(size.id, label) for label in size.options if size_class(label).outside(*target)}
    return found | {(unsure.question, one) for one in unsure.options if dont_know == "exclude"} if unsure else found


def _exclusions(
    frame: pd.DataFrame, answers: pd.DataFrame, outside: pd.Series, dont_know: str, study: Study
) -> pd.DataFrame:
    reason = pd.Series(None, index=frame.index, dtype=object)
    reason[frame["status"].isna()] = "status_unknown"
    if dont_know == "exclude":
        reason[frame["status"] == DONT_KNOW] = "dont_know"
    reason[outside.notna()] = outside
    reason[answers.isna().all(axis=1)] = "no_answers"
    reason = reason.dropna()
    question = _undecided(answers.loc[reason.index], study)
    question[reason.isin(["too_small", "too_large"])] = study.size_question.id
    question[reason == "no_answers"] = ""
    value = pd.Series("", index=reason.index, dtype=object)
    for name in question[question != ""].unique():
        value[question == name] = answers.loc[question.index[question == name], name].fillna("")
    columns = {"wave": frame.loc[reason.index, "wave"], "reason": reason, "question": question, "value": value}
    return pd.DataFrame(columns).rename_axis("row").reset_index()


def _undecided(answers: pd.DataFrame, study: Study) -> pd.Series:
    """Return the question at which each way to a status ends: the first whose answer no rule names."""
    asked = study.status_questions
    named: dict[str, set[str]] = {question: set() for question in asked}
    for condition in (condition for status in study.statuses for condition in status.rule):
        named[condition.question].update(condition.options)
    ends = pd.Series(asked[-1], index=answers.index, dtype=object)
    for question in reversed(asked):
        ends[~answers[question].isin(named[question])] = question
    return ends


def _shuffled(places: np.ndarray, count: int, key: str) -> np.ndarray:
    """Return the places, out of `count` rows, in an order that only the key can repeat; F01, F02, ... go along it."""
    ranks = np.frombuffer(shake_256(key.encode()).digest(8 * count), dtype="<u8")
    return places[np.argsort(ranks[places], kind="stable")]
