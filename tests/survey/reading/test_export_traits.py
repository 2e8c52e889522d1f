"""Each way in which an export of this questionnaire can look: every one gives the table that the plain one gives."""

import csv
import datetime
import unicodedata

import pandas as pd
import pytest
from survey.reading.variants import (
    ENGLISH,
    META,
    Q02,
    Q03,
    cells,
    column,
    headers,
    quiz,
    renumbered,
    table,
    text_file,
    with_meta,
    without,
)
from survey.reading.workbooks import write_sheets

from toe_analysis.survey import read_export
from toe_analysis.survey.reading.files import read_file

DAY = datetime.timedelta(days=1)


def excel_date(text):
    return datetime.datetime.fromisoformat(text)


SHEETS = {
    "english meta columns, modified and language": with_meta(*ENGLISH, "Last modified time", "Language"),
    "danish meta columns, modified and language": with_meta(
        "ID", "Starttidspunkt", "Fuldførelsestidspunkt", "E-mail", "Navn", "Tidspunkt for seneste ændring", "Sprog"
    ),
    "no meta column": without(*range(META)),
    "no meta column and no identifier": without(*range(META + 1)),
    "identifier blank": column(META, lambda cell: ""),
    "line breaks and non-breaking spaces in headers": headers(
        lambda text: text.replace(" ", "\r\n", 2).replace(" ", "\u00a0")
    ),
    "signs of direction in headers and answers": lambda rows: [
        [f"\u200e{cell}\u200f" if isinstance(cell, str) and cell else cell for cell in row] for row in rows
    ],
    "invisible signs inside options": cells(
        lambda text: text if text[:2].isdigit() else text[:2] + "\ufe0f\u2060\U000e0061" + text[2:] if text else text
    ),
    "decomposed letters": headers(lambda text: unicodedata.normalize("NFD", text)),
    "capital headers": headers(lambda text: text if "produktionen" in text else text.upper()),
    "repeated titles left alone": renumbered("{0}"),
    "titles above the headers": lambda rows: [["Udtræk fra Forms"], [], ["", "Fortroligt"], *rows],
    "blank rows and columns": lambda rows: [[*row, "", "", ""] for row in rows] + [[""] * 60, [" "], []],
    "blank first column": lambda rows: [[], *(["", *row] for row in rows)],
    "quiz columns": quiz,
    "without the last separator": cells(lambda text: text.removesuffix(";")),
    "spaces around options": cells(lambda text: f" {text}\u00a0" if text else text),
    "dashes in size classes": column(Q03, lambda text: text.replace("-", "–")),
    "spaced dashes in size classes": column(Q03, lambda text: text.replace("-", " \u2212 ")),
    "size class as a date": column(Q03, lambda text: "2020-10-01" if text == "10-20" else text),
    "years as text": column(Q02, str),
    "years as numbers with decimals in text": column(Q02, lambda year: f"{year}.0"),
    "years with an apostrophe": column(Q02, lambda year: f"'{year}"),
    "times as danish text": column(2, lambda text: excel_date(text).strftime("%d-%m-%Y %H:%M")),
    "times as danish text with points": column(2, lambda text: excel_date(text).strftime("%d.%m.%Y %H.%M.%S")),
    "times as american text": column(2, lambda text: excel_date(text).strftime("%m/%d/%y %I:%M:%S %p")),
    "times as numbers": column(2, lambda text: (excel_date(text) - datetime.datetime(1899, 12, 30)) / DAY),
    "times with the zones of winter and summer": column(
        2, lambda text: f"{text}+0{1 + (text > '2025-02-10')}:00"
    ),
    "respondents with names": column(4, lambda text: "Ane Jensen"),
}  # fmt: skip


@pytest.mark.parametrize("trait", SHEETS)
def test_a_workbook_with_this_trait_gives_the_same_table(trait, plain, expected, questionnaire, tmp_path):
    path = write_sheets(tmp_path / "export.xlsx", {"Sheet1": SHEETS[trait](plain)})
    found = table(path, questionnaire)
    if trait.startswith("no meta column"):  # and so no times, which tell the waves apart
        rows = [row[1:] for row in expected[0]]
        assert found[0] == sorted(rows)
    else:
        assert found[:2] == expected[:2]


BOOKS = {
    "a renamed sheet behind notes": lambda rows: {"Noter": [["Husk", "at ringe"]], "Besvarelser": rows, "Tom": []},
    "a codebook in front": lambda rows: {"Kodebog": [rows[0][META:], [f"v{i}" for i in range(41)]], "Svar": rows},
    "a long codebook in front": lambda rows: {"Kodebog": [rows[0][META:], *[["v"] * 41] * 99], "Svar": rows},
    "an old copy in front": lambda rows: {"Kopi": rows[:31], "Svar": rows},
    "a summary that repeats some titles": lambda rows: {"Oversigt": [rows[0][:20], [1, 2]], "Svar": rows},
}


@pytest.mark.parametrize("trait", BOOKS)
def test_the_answers_are_found_among_other_sheets(trait, plain, expected, questionnaire, tmp_path):
    path = write_sheets(tmp_path / "export.xlsx", BOOKS[trait](plain))
    assert table(path, questionnaire)[:2] == expected[:2]


def test_of_sheets_that_match_alike_the_hidden_one_is_not_read(plain, expected, questionnaire, tmp_path):
    sheets = {"Gammel": [*plain, plain[1]], "Ny": plain}

    def change(workbook):
        workbook.get_worksheet_by_name("Ny").activate()
        workbook.get_worksheet_by_name("Gammel").very_hidden()

    path = write_sheets(tmp_path / "export.xlsx", sheets, change)
    assert table(path, questionnaire)[:2] == expected[:2]


def danish_dates(rows):
    return SHEETS["times as danish text"](rows)


TEXTS = {
    "saved by Excel in Danish": ({}, danish_dates),
    "with commas": ({"delimiter": ",", "encoding": "utf-8", "end": "\n"}, None),
    "with commas, and more semicolons": (
        {"delimiter": ","}, lambda rows: [[*row, ";" * 99 * (place > 0)] for place, row in enumerate(rows)]
    ),
    "with tabs in UTF-16": ({"delimiter": "\t", "encoding": "utf-16"}, None),
    "with tabs in UTF-16 without a mark": ({"delimiter": "\t", "encoding": "utf-16-le"}, None),
    "in Windows-1252": ({"encoding": "cp1252"}, danish_dates),
    "everything in quotation marks": ({"quoting": csv.QUOTE_ALL}, None),
    "with the separator told to Excel": ({}, lambda rows: [["sep="], *rows]),
    "with a remark beside the answers": (
        {}, lambda rows: [[*row, "", "husk" if place == 3 else ""] for place, row in enumerate(rows)]
    ),
    "with empty cells too many": ({}, lambda rows: [rows[0], *([*row, "", " "] for row in rows[1:])]),
    "with rows that end at their last answer": (
        {}, lambda rows: [row[: max(place for place, cell in enumerate(row, 1) if cell != "")] for row in rows]
    ),
    "with decimals": ({}, SHEETS["years as numbers with decimals in text"]),
    "with a note above": ({}, lambda rows: [["Udtræk"], *rows]),
    "with size classes that became Danish months": (
        {}, column(Q03, lambda text: "okt-20" if text == "10-20" else text)
    ),
    "with size classes that became English months": (
        {}, column(Q03, lambda text: "20-Oct" if text == "10-20" else text)
    ),
    "with size classes that became days": (
        {}, column(Q03, lambda text: "01-10-2020" if text == "10-20" else text)
    ),
    "with size classes that became numbers": (
        {}, column(Q03, lambda text: "44105" if text == "10-20" else text)
    ),
}  # fmt: skip


@pytest.mark.parametrize("trait", TEXTS)
def test_a_text_file_with_this_trait_gives_the_same_table(trait, plain, expected, questionnaire, tmp_path):
    options, change = TEXTS[trait]
    path = text_file(tmp_path / "export.csv", change(plain) if change else plain, **options)
    assert table(path, questionnaire)[:2] == expected[:2]


def test_a_text_file_with_an_old_macs_ends_of_lines_is_read_below_a_note_of_two_lines(plain, questionnaire, tmp_path):
    rows = [["Udtræk\naf svar"], *(row for row in plain if "\n" not in "".join(map(str, row)))]
    path = text_file(tmp_path / "export.csv", rows, delimiter=",", end="\r", quoting=csv.QUOTE_ALL)
    assert len(read_export(path, questionnaire).cells) == len(rows) - 2


@pytest.mark.parametrize("kept_as", ["numbers", "text", "categories"])
def test_parquet_gives_the_same_table(kept_as, plain, expected, questionnaire, tmp_path):
    frame = pd.DataFrame(plain[1:], columns=plain[0]).replace("", None)
    frame["Færdiggørelsestidspunkt"] = pd.to_datetime(frame["Færdiggørelsestidspunkt"]).dt.tz_localize("UTC")
    if kept_as == "numbers":
        frame[plain[0][Q02]] = frame[plain[0][Q02]].astype(float)
    else:
        frame = frame.drop(columns="ID").astype({plain[0][Q02]: str})
    if kept_as == "categories":
        frame = frame.astype("category")
    frame.to_parquet(tmp_path / "export.parquet")
    assert table(tmp_path / "export.parquet", questionnaire)[:2] == expected[:2]


def test_a_workbook_with_macros_is_read_and_its_macros_are_not_run(plain, expected, questionnaire, tmp_path):
    path = write_sheets(tmp_path / "export.xlsm", {"Sheet1": plain})
    assert table(path, questionnaire)[:2] == expected[:2]


def test_what_was_read_once_is_analysed_whatever_becomes_of_the_file(plain, expected, questionnaire, tmp_path):
    path = write_sheets(tmp_path / "export.xlsx", {"S": plain})
    file = read_file(path)
    path.unlink()
    assert table(file, questionnaire)[:2] == expected[:2]
    assert repr(file) == "GivenFile('export.xlsx')"
