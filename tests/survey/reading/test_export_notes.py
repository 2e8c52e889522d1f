"""What is told of an export: what was read otherwise than it stands, left out, hidden or there twice, or refused."""

import re
from collections import Counter

import pytest
from survey.reading.variants import (
    ENGLISH,
    META,
    Q02,
    Q03,
    Q08,
    column,
    quiz,
    renumbered,
    table,
    text_file,
    with_meta,
    without,
)
from survey.reading.workbooks import write_sheets

from toe_analysis.errors import InputError
from toe_analysis.survey import Source, read_export
from toe_analysis.survey.reading.export import read_exports


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


def test_an_option_that_the_questionnaire_lacks_is_told_without_repeating_it(plain, questionnaire, tmp_path):
    column = plain[0].index(next(title for title in plain[0] if title.startswith("Hvilke former for AI")))
    rows = [list(row) for row in plain]
    for row, text in enumerate(("Agentisk AI", "Computer vision (genkendelse);agentisk\u00a0AI;", "Agentisk AI;") * 2):
        rows[row + 5][column] = text
    four = write_sheets(tmp_path / "four.xlsx", {"S": [*rows[:9], *plain[9:]]})
    six = write_sheets(tmp_path / "six.xlsx", {"S": rows})
    assert read_export(four, questionnaire).notes == ()
    assert read_export(six, questionnaire).notes == (
        "q09: 6 answers (see row 6) hold the very same words, which are no option of it, and are counted as 'Other'; "
        "if it is one, put it among the options in questionnaire.csv",
    )


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


def test_made_up_answers_among_several_files_make_all_of_them_made_up_and_fixed_to_nothing(
    plain, project, questionnaire, tmp_path
):
    made_up, real = project / "data/raw/survey_export.xlsx", write_sheets(tmp_path / "real.xlsx", {"S": plain})
    assert read_exports([real, real], questionnaire).source == Source("responses")
    assert read_exports([real, made_up], questionnaire).source == Source("synthetic", "several")
    assert read_exports([made_up], questionnaire).source.fixed


def test_one_invisible_sign_drops_no_firm(plain, expected, questionnaire, tmp_path):
    rows = [list(row) for row in plain]
    rows[0][Q08] += "\u200e"
    for row in rows[3:5]:
        row[Q08] = f"{row[Q08]}\u200e"
    assert table(write_sheets(tmp_path / "export.xlsx", {"S": rows}), questionnaire)[:2] == expected[:2]
