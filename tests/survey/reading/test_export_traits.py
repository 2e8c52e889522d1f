"""Each way in which an export of this questionnaire can look: every one gives the table that the plain one gives."""

import csv
import datetime
import random
import re
import unicodedata
from collections import Counter

import pandas as pd
import pytest
from survey.reading.workbooks import sheet_of, write_sheets
from this_study import STUDY

from toe_analysis.errors import InputError
from toe_analysis.survey import clean, read_export
from toe_analysis.survey.reading.export import read_exports
from toe_analysis.survey.reading.files import read_file
from toe_analysis.survey.synthetic.world import synthetic_answers

ENGLISH = ["Id", "Start time", "Completion time", "Email", "Name"]
NORWEGIAN = ["ID", "Starttidspunkt", "Fullføringstidspunkt", "E-postadresse", "Navn"]
META = 5
CUTOFF = "2025-02-15"
DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def plain(questionnaire, recipe):
    firms = synthetic_answers(recipe)
    firms[0]["q04"] = "NA"
    firms[1]["q04"] = "=cmd|'/C calc'!A0"
    firms[2]["q04"] = 'Skruer; "bolte" og\nmøtrikker'
    for firm in firms:
        if "q09" in firm:
            firm["q09"] = "Computer vision (genkendelse);Robotter; svejsning;"
    return sheet_of(questionnaire, firms)


def table(path, questionnaire):
    export = read_export(path, questionnaire)
    cutoff = CUTOFF if export.completed is not None else ""
    cleaned = clean(export, STUDY, key="test", wave_cutoff=cutoff)
    frame = cleaned.to_frame(questionnaire)
    if not cutoff:
        frame = frame.drop(columns="wave")
    return sorted(map(tuple, frame.to_numpy().tolist())), Counter(cleaned.excluded["reason"]), export


@pytest.fixture(scope="module")
def expected(plain, questionnaire, tmp_path_factory):
    path = write_sheets(tmp_path_factory.mktemp("plain") / "plain.xlsx", {"Sheet1": plain})
    return table(path, questionnaire)


def with_meta(*titles):
    return lambda rows: [
        [*titles, *rows[0][META:]],
        *([*row[:META], *[""] * 9][: len(titles)] + row[META:] for row in rows[1:]),
    ]


def headers(change):
    return lambda rows: [[change(header) for header in rows[0]], *rows[1:]]


def cells(change):
    return lambda rows: [
        rows[0],
        *([change(cell) if isinstance(cell, str) else cell for cell in row] for row in rows[1:]),
    ]


def column(place, change):
    return lambda rows: [rows[0], *([*row[:place], change(row[place]), *row[place + 1 :]] for row in rows[1:])]


def shuffled(rows):
    order = random.Random(4).sample(range(len(rows[0])), len(rows[0]))
    return [[row[place] for place in order] for row in rows]


def renumbered(style):
    def change(rows):
        seen = Counter()
        found = []
        for header in rows[0]:
            bare = header[:-1] if header[-1:].isdigit() else header
            seen[bare] += 1
            found.append(bare if seen[bare] == 1 else style.format(bare, seen[bare]))
        return [found, *rows[1:]]

    return change


def quiz(rows):
    width = len(rows[0])
    extra = [f"{kind} - {header}" for header in rows[0][META:] for kind in ("Points", "Feedback")]
    return [[*rows[0], "Total points", *extra], *([*row, 3, *[""] * (2 * (width - META))] for row in rows[1:])]


def without(*places):
    return lambda rows: [[cell for place, cell in enumerate(row) if place not in places] for row in rows]


def excel_date(text):
    return datetime.datetime.fromisoformat(text)


Q02, Q03 = META + 1, META + 2

SHEETS = {
    "english meta columns, modified and language": with_meta(*ENGLISH, "Last modified time", "Language"),
    "norwegian meta columns": with_meta(*NORWEGIAN),
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
    "shuffled columns": shuffled,
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


def text_file(path, rows, *, encoding="utf-8-sig", delimiter=";", end="\r\n", **options):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=end, **options).writerows(rows)
    return path


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


def test_what_excel_made_of_size_classes_is_said(plain, questionnaire, tmp_path):
    rows = column(Q03, lambda text: "okt-20" if text == "10-20" else text)(plain)
    notes = read_export(text_file(tmp_path / "export.csv", rows), questionnaire).notes
    count = sum(row[Q03] == "10-20" for row in plain)
    assert f"q03: Excel had turned {count} answers into dates; read 'okt-20' as '10-20'" in notes


def test_quiz_columns_do_not_flood_the_notes(plain, questionnaire, tmp_path):
    notes = read_export(write_sheets(tmp_path / "export.xlsx", {"S": quiz(plain)}), questionnaire).notes
    assert len(notes) == 9
    assert notes[-1] == "75 more columns are no questions of this survey and were left out"


def test_a_second_sheet_of_answers_is_told(plain, questionnaire, tmp_path):
    path = write_sheets(tmp_path / "export.xlsx", {"Runde 1": plain, "Runde 2": plain[:3]})
    assert read_export(path, questionnaire).notes == (
        "export.xlsx, sheet 'Runde 2' holds the questions as well, over 2 rows, and was not read",
    )


def repeated(place, *, at, change=lambda cell: cell):
    return lambda rows: [
        [*row[:at], row[place] if number == 0 else change(row[place]), *row[at:]] for number, row in enumerate(rows)
    ]


Q08 = META + 7


@pytest.mark.parametrize(("at", "read", "left"), [(META, "F", "N"), (META + 41, "M", "AU")])
@pytest.mark.parametrize("change", [lambda cell: cell, lambda cell: f" {cell}"])
def test_a_column_that_stands_twice_with_the_same_answers_is_read_once_and_told(
    change, at, read, left, plain, expected, questionnaire, tmp_path
):
    path = write_sheets(tmp_path / "export.xlsx", {"S": repeated(Q08, at=at, change=change)(plain)})
    found = table(path, questionnaire)
    assert found[:2] == expected[:2]
    assert found[2].notes == (f"q08: the title stands over 2 columns; read column {read}, left out column {left}",)


@pytest.mark.parametrize("at", [META, META + 41])
def test_a_column_that_stands_twice_with_other_answers_is_refused(at, plain, questionnaire, tmp_path):
    rows = repeated(Q08, at=at, change=lambda cell: {"Nej": "Ja"}.get(cell, cell))(plain)
    first = 1 + next(number for number, row in enumerate(plain) if row[Q08] == "Nej")
    where = f"sheet 'S', row {first}: expected one column with the title of q08"
    with pytest.raises(InputError, match=where):
        read_export(write_sheets(tmp_path / "export.xlsx", {"S": rows}), questionnaire)


TOTALS = {
    "a count of times": ["I alt", 51],
    "counts under every column that Forms adds": [51, 51, 51, 51, 0],
    "Excel's own, a count under the last question": ["Total", *[""] * (META + 39), 51],
    "counts under every question": ["Total", *[""] * (META - 1), *[51] * 41],
    "a remark under the times": ["", "", "slut"],
    "a remark beside the questions": [""] * (META + 41) + ["Hanne"],
}


@pytest.mark.parametrize("total", TOTALS)
def test_a_row_of_totals_is_no_response(total, plain, expected, questionnaire, tmp_path):
    rows = [*plain, [], TOTALS[total], [], TOTALS[total]]
    found = table(write_sheets(tmp_path / "export.xlsx", {"S": rows}), questionnaire)
    assert found[:2] == expected[:2]
    assert found[2].notes[-1] == (
        "row 54, 56: neither an answer in words nor a completion time, so no response; left out and not counted"
    )


def test_a_response_without_answers_is_one(plain, expected, questionnaire, tmp_path):
    path = write_sheets(tmp_path / "export.xlsx", {"S": [*plain, plain[1][:META]]})
    assert table(path, questionnaire)[1] == expected[1] + Counter(["no_answers"])


def test_many_rows_that_are_no_responses_are_not_all_named(plain, questionnaire, tmp_path):
    notes = read_export(write_sheets(tmp_path / "export.xlsx", {"S": plain + [["x"]] * 9}), questionnaire).notes
    assert notes[-1].startswith("row 53, 54, 55, 56, 57 and 4 more: neither")


def test_a_column_left_out_is_told_by_its_letter_since_its_header_may_be_a_name(plain, questionnaire, tmp_path):
    rows = [[*plain[0], "Lone Hansen", f"Points - {plain[0][Q08]}"], *plain[1:]]
    assert read_export(write_sheets(tmp_path / "export.xlsx", {"S": rows}), questionnaire).notes == (
        "column AU is no question of this survey and was left out",
        f"column AV (its title is most like {plain[0][Q08]!r}) is no question of this survey and was left out",
    )


@pytest.mark.parametrize("row", [5, 301])
def test_a_row_of_a_text_file_with_too_many_cells_is_named(row, plain, questionnaire, tmp_path):
    rows = [plain[0], *plain[1:] * 6]
    rows[row - 1] = [*rows[row - 1], "et semikolon for meget"]
    message = f"export.csv, with semicolons between cells, row {row}: expected 46 cells as in the header row, found 47"
    with pytest.raises(InputError, match=message):
        read_export(text_file(tmp_path / "export.csv", rows), questionnaire)


def test_a_quotation_mark_that_is_never_closed_is_told_of_the_separator_that_the_file_has(
    plain, questionnaire, tmp_path
):
    path = text_file(tmp_path / "export.csv", plain)
    path.write_bytes(path.read_bytes() + b'52;"2025-02-03, 2025-02-03\n')
    with pytest.raises(InputError, match=r"line \d+: expected cells with semicolons between them, but"):
        read_export(path, questionnaire)


def test_formulas_are_counted_and_their_stored_results_read(plain, questionnaire, tmp_path):
    def change(workbook):
        (sheet,) = workbook.worksheets()
        sheet.write_formula(1, Q02, "=1/0", None, 1987)
        sheet.write_formula(2, Q02, '=WEBSERVICE("http://localhost")', None, "1988")

    export = read_export(write_sheets(tmp_path / "export.xlsx", {"S": plain}, change), questionnaire)
    assert export.cells["q02"].tolist()[:2] == ["1987", "1988"]
    assert export.notes == ("2 formulas: their stored results are read, nothing is calculated",)


def hide(rows=(), columns=()):
    def change(workbook):
        for sheet in workbook.worksheets():
            for row in rows:
                sheet.set_row(row - 1, None, None, {"hidden": True})
            for first, last in columns:
                sheet.set_column(first, last, None, None, {"hidden": True})

    return change


def test_hidden_rows_and_columns_are_read_and_told(plain, expected, questionnaire, tmp_path):
    change = hide(rows=(3, 5, 900), columns=((0, 2), (Q08, Q08 + 1), (60, 16_383)))
    found = table(write_sheets(tmp_path / "export.xlsx", {"S": plain}, change), questionnaire)
    assert found[:2] == expected[:2]
    assert found[2].notes == (
        "row 3, 5: hidden or filtered out in Excel; read like the others",
        "columns M, N: hidden in Excel; read like the others",
    )


def test_options_with_commas_beside_a_firms_own_words_are_told_without_repeating_them(plain, questionnaire, tmp_path):
    column = plain[0].index(next(title for title in plain[0] if title.startswith("Hvilke former for AI")))
    rows = [list(row) for row in plain]
    for row, text in (
        (5, "Other, Predictive AI (forudsigelse)"),
        (6, "Computer vision (genkendelse), hemmeligt"),
        (7, "Computer vision (genkendelse), andet"),
    ):
        rows[row][column] = text
    notes = read_export(write_sheets(tmp_path / "export.xlsx", {"S": rows}), questionnaire).notes
    assert len(notes) == 1
    assert re.match(r"q09: 2 of \d+ answers \(see row 7\) begin with an option and a comma, hold other", notes[0])
    assert "hemmeligt" not in notes[0]


def test_what_is_hidden_on_another_sheet_is_not_told(plain, questionnaire, tmp_path):
    def change(workbook):
        hide(rows=(3,))(workbook)
        workbook.get_worksheet_by_name("A & B").set_row(2, None, None, {})

    path = write_sheets(tmp_path / "export.xlsx", {"Noter": [["a"]] * 5, "A & B": plain}, change)
    assert read_export(path, questionnaire).notes == ()


def test_headers_that_stand_once_more_among_the_answers_are_no_response(plain, expected, questionnaire, tmp_path):
    again = with_meta(*ENGLISH)(renumbered("{0} ({1})")(plain))[0]
    path = write_sheets(tmp_path / "export.xlsx", {"S": [*plain[:20], plain[0], *plain[20:], again]})
    found = table(path, questionnaire)
    assert found[:2] == expected[:2]
    assert found[2].notes == ("row 21, 54: the headers once more, so no response; left out and not counted",)


def test_a_response_id_that_stands_twice_is_told_and_not_repeated(plain, questionnaire, tmp_path):
    rows = column(0, lambda number: {7: 4_711, 9: 4_711, 20: "", 21: ""}.get(number, number))(plain)
    notes = read_export(write_sheets(tmp_path / "export.xlsx", {"S": rows}), questionnaire).notes
    assert notes == ("one response id stands in more than one row: row 8 and row 10; all rows are kept",)


@pytest.mark.parametrize("gone", [(), (META,)])
def test_rows_with_the_same_answers_are_told_with_and_without_names(gone, plain, questionnaire, tmp_path):
    other = [99, *plain[4][1:META], "Et andet firma", *plain[4][META + 1 :]]
    twice = [*plain, other, plain[7], *[["", "", plain[1][2]]] * 2]
    path = write_sheets(tmp_path / "export.xlsx", {"S": without(*gone, 0)(twice)})
    export = read_exports([path], questionnaire)
    assert export.notes[-1] == (
        "one set of answers stands in more than one row: row 5 and row 53, and 1 more such; all rows are kept"
    )
    assert len(export.cells) == 55
    assert read_exports([write_sheets(path, {"S": plain})], questionnaire).notes == ()


def test_the_same_answers_in_two_files_are_told(plain, questionnaire, tmp_path):
    paths = [
        write_sheets(tmp_path / f"{name}.xlsx", {"S": without(META)(rows)})
        for name, rows in {"a": plain[:9], "b": [plain[0], *plain[8:]]}.items()
    ]
    assert read_exports(paths, questionnaire).notes[-1] == (
        "one set of answers stands in more than one row: file 1, row 9 and file 2, row 2; all rows are kept"
    )


def test_one_invisible_sign_drops_no_firm_and_is_told(plain, expected, questionnaire, tmp_path):
    rows = [list(row) for row in plain]
    rows[0][Q08] += "\u200e"
    for row in rows[3:5]:
        row[Q08] = f"{row[Q08]}\u200e"
    found = table(write_sheets(tmp_path / "export.xlsx", {"S": rows}), questionnaire)
    assert found[:2] == expected[:2]
    assert found[2].notes == (
        "2 answers (q08 in row 4, for example) held characters that nobody sees; they were taken out",
        "the titles of q08 held characters that nobody sees; they were taken out",
    )


def test_what_was_read_once_is_analysed_whatever_becomes_of_the_file(plain, expected, questionnaire, tmp_path):
    path = write_sheets(tmp_path / "export.xlsx", {"S": plain})
    file = read_file(path)
    path.unlink()
    assert table(file, questionnaire)[:2] == expected[:2]
    assert repr(file) == "GivenFile('export.xlsx')"
