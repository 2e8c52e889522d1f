"""Reading a Microsoft Forms export: the right sheet, the right columns, every cell as it stands."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.facts.questionnaire import Question, Questionnaire
from toe_analysis.survey.reading.answers import options_taken_for_words, read_answer
from toe_analysis.survey.reading.dates import options_behind_dates, readings_of_times
from toe_analysis.survey.reading.files import GivenFile, read_file
from toe_analysis.survey.reading.headers import name_columns, nearest_title
from toe_analysis.survey.reading.rows import (
    Found,
    check_lengths,
    find_headers,
    tell_hidden,
    tell_same_firms,
    tell_same_ids,
    which_are_responses,
)
from toe_analysis.survey.reading.tables import Column, Table
from toe_analysis.survey.source import Source
from toe_analysis.survey.text import cell_text, fold

#: Columns that are named in the notes when they are no question; a quiz adds two for each question.
_NAMED = 8

#: Firms that write the very same words behind "Other" from which on these may be an option that a questionnaire lacks.
_LIKE_AN_OPTION = 5

#: A copy without these is still this survey: they are removed to make it anonymous and are analysed nowhere.
_MAY_BE_REMOVED = ("identifier", "quasi-identifier")


@dataclass(frozen=True)
class Export:
    """The answers of one export, before cleaning.

    Parameters
    ----------
    cells : pandas.DataFrame
        A row a response, labelled by its row number in the sheet; a column a question id; text, or
        missing. Of one file each column holds a distinct text once (pandas' categories).
    completed : pandas.Series
        When each response was handed in, as the export says it; None where it does not.
    notes : tuple of str
        What the reader had to decide.
    source : Source
        What the answers may be taken for; of several files synthetic, and fixed to nothing, if one of them is.
    waves : pandas.Series or None
        The place of each response's file, from 1, where several files were read; else None.
    """

    cells: pd.DataFrame
    completed: pd.Series
    notes: tuple[str, ...]
    source: Source
    waves: pd.Series | None = None

    def waves_from(self, cutoff: str) -> pd.Series:
        """Return the wave of each response: that of its file, or 2 from the day of the cut-off on, if there is one.

        Raises
        ------
        InputError
            If the cut-off is no day, the completion times do not tell which responses came from it on, or all did or
            none.
        """
        if self.waves is not None:
            if cutoff:
                raise InputError(
                    "wave cut-off: expected one export, found several, of which each is a wave; leave it out"
                )
            return self.waves
        if not cutoff:
            return pd.Series(1, index=self.cells.index)
        try:
            first_day = datetime.date.fromisoformat(cutoff)
        except ValueError:
            raise InputError(f"wave cut-off: expected a date like 2025-04-01, found {cutoff!r}") from None
        readings = readings_of_times(self.completed)
        without = readings[0].index[readings[0].isna()]
        if len(without):
            raise InputError(
                "wave cut-off: expected a column with a completion time like 2025-03-31 14:05 in every row, found none "
                f"in row {', '.join(map(str, without[:5]))}"
            )
        waves = [(times >= pd.Timestamp(first_day)).astype(int) + 1 for times in readings if times.notna().all()]
        if any(not wave.equals(waves[0]) for wave in waves):
            raise InputError(
                "wave cut-off: expected completion times that can be read in one way, but day and month may be either "
                "way round in all of them; save the export as .xlsx"
            )
        if waves[0].nunique() == 1:
            side = "from it on" if waves[0].iat[0] == 2 else "before it"
            raise InputError(
                f"wave cut-off: expected a day with responses before it and from it on, found {cutoff}, with all "
                f"{len(waves[0])} {side}; take another day, or leave it out"
            )
        return waves[0]


def read_exports(exports: Sequence[Path | GivenFile], questionnaire: Questionnaire) -> Export:
    """Read one export, or several as the waves or regions of one survey, in the order given.

    With several, a row is labelled ``file 2, row 5``, so that it can be found again.

    Parameters
    ----------
    exports : sequence of Path or GivenFile
        Files, or what `toe_analysis.survey.reading.files.read_file` has read of them already.
    questionnaire : Questionnaire

    Returns
    -------
    Export
        With a note on rows that may be one firm.

    Raises
    ------
    InputError
        As `read_export` does.
    """
    found = [read_export(export, questionnaire) for export in exports]
    if len(found) == 1:
        return replace(found[0], notes=(*found[0].notes, *tell_same_firms(found[0].cells, questionnaire)))
    parts = [
        export.cells.set_axis(pd.Index([f"file {place}, row {row}" for row in export.cells.index], name="row"))
        for place, export in enumerate(found, start=1)
    ]
    cells = pd.concat(parts)
    places = [place for place, part in enumerate(parts, start=1) for _ in part.index]
    notes = [f"file {place}: {note}" for place, export in enumerate(found, start=1) for note in export.notes]
    notes += tell_same_firms(cells, questionnaire)
    completed = pd.concat([export.completed for export in found]).set_axis(cells.index)
    kinds = {export.source.kind for export in found}
    source = Source("synthetic", "several") if "synthetic" in kinds else Source("responses")
    return Export(cells, completed, tuple(notes), source, pd.Series(places, index=cells.index))


def read_export(export: Path | GivenFile, questionnaire: Questionnaire) -> Export:
    """Read the answers from an export: an Excel workbook, or a copy saved as CSV or Parquet.

    Names, addresses, e-mail, respondent names, start times and ids of the export are not read into the result, apart
    from what the questionnaire itself asks.

    Parameters
    ----------
    export : Path or GivenFile
        A workbook (``.xlsx``) as Microsoft Forms exports it, or a text file (``.csv``) or ``.parquet`` made from it.
    questionnaire : Questionnaire

    Raises
    ------
    InputError
        If there is no such file, it cannot be read, no sheet is this survey's, a question is missing, or there is no
        row of answers.
    """
    file = export if isinstance(export, GivenFile) else read_file(export)
    found, *others = find_headers(file, questionnaire)
    _check_match(found, questionnaire)
    check_lengths(found)
    answers = {name: found.column(place).map(cell_text) for name, place in found.match.columns.items()}
    is_response, left_out = which_are_responses(found, answers)
    if not is_response.any():
        raise InputError(f"{found.table.where}: expected a row for each response below the headers, found none")
    found = replace(found, rows=found.rows[is_response])
    answers = {name: column.take(is_response) for name, column in answers.items()}
    _check_rivals(found, answers)
    notes = [
        *_tell_reading(found.table),
        *found.match.notes,
        *_tell_other_sheets(others),
        *(f"{name}: not in this export" for name in questionnaire.ids if name not in answers),
        *_tell_unknown(found, questionnaire),
        *left_out,
        *tell_hidden(found),
        *tell_same_ids(found),
    ]
    for question in questionnaire:
        if question.type in ("single", "scale") and question.id in answers:
            answers[question.id], told = _undo_dates(question, answers[question.id])
            notes += told
        elif question.type in ("multi", "ranking") and question.id in answers:
            notes += _tell_commas(question, answers[question.id], found.rows)
        if question.other_option and question.id in answers:
            notes += _tell_same_words(question, answers[question.id], found.rows)
    index = pd.Index(found.rows + 1, name="row")
    empty = Column(np.full(1, None), np.zeros(len(index), dtype=int))
    place = found.match.meta.get("completed")
    times = empty if place is None else found.column(place)
    completed = pd.Series(times.values(), index=index, dtype=object)
    columns = {name: answers.get(name, empty).categories() for name in questionnaire.ids}
    return Export(pd.DataFrame(columns, index=index), completed, tuple(notes), file.source)


def _check_match(found: Found, questionnaire: Questionnaire) -> None:
    columns = found.match.columns
    if len(columns) * 2 < len(questionnaire):
        raise InputError(
            f"{found.table.where}: expected the {len(questionnaire)} questions of this survey as column headers, found "
            f"{len(columns)}; is it another survey's export? python run_all.py new-study begins a study of that"
        )
    missing = [
        f"{question.id} ({question.header!r})"
        for question in questionnaire
        if question.id not in columns and question.privacy not in _MAY_BE_REMOVED
    ]
    if missing:
        raise InputError(
            f"{found.table.where}: expected a column for every question, found none for {', '.join(missing)}; export "
            "all columns from Forms; in the study's questionnaire.csv, give a question's other title under 'aliases', "
            "or take the question out if no wave asked it; if only this one did not, add an empty column with its title"
        )


def _check_rivals(found: Found, answers: dict[str, Column]) -> None:
    """Refuse a second column of a question that holds other answers: which one counts is not ours to say."""
    for rival, names in found.match.rivals.items():
        texts = found.column(rival).map(cell_text)
        differs = texts.where(lambda text: text is not None)
        for name in names:
            differs &= texts.values() != answers[name].values()
        if differs.any():
            raise InputError(
                f"{found.table.where}, row {found.rows[differs.argmax()] + 1}: expected one column with the title of "
                f"{', '.join(names)}, found another answer in {name_columns([rival])} than in "
                f"{name_columns([found.match.columns[name] for name in names])}; delete the one that is not to be "
                "read, or change its title"
            )


def _tell_reading(table: Table) -> list[str]:
    formulas = [f"{table.formulas} formulas: their stored results are read, nothing is calculated"]
    encoding = [f"read as {table.encoding}, since it is not in UTF-8"]
    return formulas * bool(table.formulas) + encoding * bool(table.encoding)


def _tell_other_sheets(others: Sequence[Found]) -> list[str]:
    """Tell of sheets that match as well, lest half of the answers are left out unseen."""
    return [
        f"{found.table.where} holds the questions as well, over {len(found.rows)} row{'s' * (len(found.rows) != 1)}, "
        "and was not read"
        for found in others
    ]


def _tell_unknown(found: Found, questionnaire: Questionnaire) -> list[str]:
    """Tell of columns that are no question, without their headers, where somebody's name may stand."""
    notes = []
    for column in found.match.unknown[:_NAMED]:
        near = nearest_title(found.headers[column], questionnaire)
        like = f" (its title is most like {near!r})" if near else ""
        notes.append(f"{name_columns([column])}{like} is no question of this survey and was left out")
    if (more := len(found.match.unknown) - _NAMED) > 0:
        notes.append(f"{more} more columns are no questions of this survey and were left out")
    return notes


def _tell_commas(question: Question, answers: Column, rows: np.ndarray) -> list[str]:
    """Tell of lists with commas that hold other words than options: they would go without a word."""
    is_list = answers.where(lambda text: text is not None and options_taken_for_words(question, text))
    count, answered = int(is_list.sum()), int(answers.where(lambda text: text is not None).sum())
    return [
        f"{question.id}: {count} of {answered} answers (see row {row + 1}) begin with an option and a comma, hold "
        "other words, too, and are counted as the firm's own words alone; if options were chosen, write ; after each"
        for row in rows[is_list][:1]
    ]


def _tell_same_words(question: Question, answers: Column, rows: np.ndarray) -> list[str]:
    """Tell of an option that a questionnaire may lack: as a firm's own words it would go without a word."""
    typed = answers.map(lambda text: fold(read_answer(question, text).typed or ""))
    ((words, count),) = Counter(filter(None, typed.values())).most_common(1) or [("", 0)]
    if count < _LIKE_AN_OPTION:
        return []
    row = rows[typed.where(words.__eq__)][0] + 1
    return [
        f"{question.id}: {count} answers (see row {row}) hold the very same words, which are no option of it, and are "
        f"counted as {question.other_option!r}; if it is one, put it among the options in questionnaire.csv"
    ]


def _undo_dates(question: Question, answers: Column) -> tuple[Column, list[str]]:
    """Put back options that Excel turned into dates, and say so."""
    options = {None, *map(fold, question.options)}
    unknown = [text for text in answers.distinct() if text is not None and fold(text) not in options]
    restored = options_behind_dates(unknown, question.options) if unknown else {}
    if not restored:
        return answers, []
    count = int(answers.where(restored.__contains__).sum())
    examples = ", ".join(f"{text!r} as {option!r}" for text, option in sorted(restored.items())[:3])
    return answers.map(lambda text: restored.get(text, text)), [
        f"{question.id}: Excel had turned {count} answers into dates; read {examples}"
    ]
