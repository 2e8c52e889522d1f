"""The second coder's sheet, from blank to agreement, and every way in which a filled one can be wrong."""

import csv
import io
import json
import re
import zipfile

import pandas as pd
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey.reading.workbooks import write_sheets

from toe_analysis.errors import InputError
from toe_analysis.interviews import SheetError, blank_sheet, blank_workbook, read_categories, read_coding_sheet
from toe_analysis.topics.interviews.results import agreement_table, confusion_table


@pytest.fixture(scope="module")
def blank(codings):
    return blank_sheet(codings)


@pytest.fixture(scope="module")
def workbook(project, codings):
    return blank_workbook(codings, read_categories(project / "data/raw", codings))


def write_csv(path, table, mark=",", mark_first=False):
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if mark_first else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=mark, quoting=quoting).writerows([table.columns, *table.itertuples(index=False)])
    path.write_bytes((b"\xef\xbb\xbf" if mark_first else b"") + text.getvalue().encode())
    return path


def write_xlsx(path, table):
    rows = [list(cells) for cells in (table.columns, *table.itertuples(index=False))]
    return write_sheets(path, {"notes": [["coded on a rainy day"]], "units": rows})


def rows_of(workbook, sheet):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def fill(workbook, codes, path):
    """Copy the blank workbook cell by cell, with the codes filled in."""
    head, *rows = rows_of(workbook, "units")
    filled = pd.DataFrame(rows, columns=head).assign(toe=codes)
    return write_xlsx(path, filled)


def second_coder(codings, confusion):
    """Return codes that meet the report's as often as a table of counts says."""
    left = {code: list("".join(other * n for other, n in zip("TOE", row, strict=True))) for code, row in confusion}
    return [left[code].pop() for code in codings["toe"]]


def test_from_the_blank_workbook_to_the_kappa_of_r(project, codings, workbook, tmp_path):
    oracles = json.loads((project / "tests/oracles/r_oracles.json").read_text(encoding="utf-8"))["cases"]
    case = next(case for case in oracles if case["kind"] == "kappa" and case["note"].startswith("two coders, 48 units"))
    table = case["input"]["table"]
    codes = second_coder(codings, zip("TOE", table, strict=True))
    second = read_coding_sheet(fill(workbook, codes, tmp_path / "b.xlsx"), codings)
    assert confusion_table(codings["toe"], second).iloc[:, 1:].to_numpy().tolist() == table
    same, kappa, alpha = agreement_table(codings["toe"], second).itertuples()
    assert same.estimate == pytest.approx(case["expect"]["percent_agreement"], rel=1e-10)
    assert kappa.estimate == pytest.approx(case["expect"]["kappa"], rel=1e-10)
    assert (same.count, same.base) == (43, 48)
    # Alpha by hand: 5 units disagree, which is 10 ordered pairs; of 96 codes 34 are T, 28 are O and 34 are E.
    assert alpha.estimate == pytest.approx(1 - 10 / ((96**2 - 34**2 - 28**2 - 34**2) / 95))
    assert alpha.estimate_lower < alpha.estimate < alpha.estimate_upper


def test_the_blank_workbook_is_the_same_every_time_and_offers_the_three_codes(project, codings, workbook):
    assert blank_workbook(codings, read_categories(project / "data/raw", codings)) == workbook
    head, *rows = rows_of(workbook, "units")
    place = head.index("toe")
    assert {row[place] for row in rows} == {""}
    assert len(rows) == 48
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode("utf-8")
    letter = "ABCDEF"[place]
    assert f'type="list" allowBlank="1" showInputMessage="1" showErrorMessage="1" sqref="{letter}2:{letter}49"' in sheet
    assert '<formula1>"T,O,E"</formula1>' in sheet
    assert [row[0] for row in rows_of(workbook, "categories")] == ["code", "T", "O", "E"]


def test_neither_sheet_gives_a_code_of_the_report_away(workbook, blank):
    assert "anchors" not in " ".join(rows_of(workbook, "categories")[0])
    assert set(blank["toe"]) == {""}
    assert "theme" not in blank


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    codes=st.lists(st.sampled_from(["T", "O", "E", "t", " o ", "E\u00a0"]), min_size=48, max_size=48),
    typed=st.lists(texts, min_size=48, max_size=48),
    kind=st.sampled_from(["comma", "semicolon", "comma with mark", "xlsx"]),
    columns=st.permutations(["interview", "unit", "gloss_da", "gloss_en", "toe", "note"]),
)
def test_codes_come_back_whatever_else_is_typed(tmp_path, codings, blank, codes, typed, kind, columns):
    filled = blank.assign(toe=codes, note=typed, gloss_en=typed)[columns]
    if kind == "xlsx":
        path = write_xlsx(tmp_path / "b.xlsx", filled)
    else:
        path = write_csv(tmp_path / "b.csv", filled, ";" if kind == "semicolon" else ",", kind == "comma with mark")
    read = read_coding_sheet(path, codings)
    assert read.tolist() == [code.strip().upper() for code in codes]
    assert read.index.equals(codings.index)


def test_a_byte_order_mark_before_a_quoted_header_does_not_hide_it(tmp_path, codings, blank):
    path = write_csv(tmp_path / "b.csv", blank.assign(toe="E"), mark_first=True)
    assert set(read_coding_sheet(path, codings)) == {"E"}


def test_empty_rows_are_no_units(tmp_path, codings, blank):
    path = write_csv(tmp_path / "b.csv", blank.assign(toe="T"))
    path.write_text(path.read_text(encoding="utf-8") + "\n,,,,,\n", encoding="utf-8")
    assert len(read_coding_sheet(path, codings)) == 48


def changed(row, column, value):
    def change(table):
        table = table.astype(object)
        table.loc[row, column] = value
        return table

    return change


WRONG = {
    "no such code": (changed(5, "toe", "X"), r"row 7, column toe: expected one of T, O, E, found 'X'"),
    "no code": (changed(5, "toe", ""), r"row 7, column toe: expected one of T, O, E, found nothing"),
    "a unit left out": (lambda table: table.drop(7), r"row 9: expected unit 1\.8, found 2\.1"),
    "a unit twice": (lambda table: pd.concat([table, table.loc[[3]]]), r"row 50: expected unit nothing, found 1\.4"),
    "a strange unit": (changed(0, "unit", 99), r"row 2: expected unit 1\.1, found 1\.99"),
    "no number": (changed(0, "unit", "one"), r"row 2: expected unit 1\.1, found 1\.one"),
    "no interview": (changed(9, "interview", ""), r"row 11: expected unit 2\.2, found \.2"),
    "another order": (lambda table: table.loc[[1, 0, *range(2, 48)]], r"row 2: expected unit 1\.1, found 1\.2"),
    "no column toe": (
        lambda table: table.drop(columns="toe"),
        r"columns interview, unit, toe in row 1, but found no toe",
    ),
    "only the head": (lambda table: table.head(0), r"row 2: expected unit 1\.1, found nothing"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_wrong_sheet_gets_one_clear_message(tmp_path, codings, blank, name, write):
    change, message = WRONG[name]
    path = write(tmp_path / f"b.{write.__name__[-4:].lstrip('_')}", change(blank.assign(toe="T")))
    with pytest.raises(SheetError, match=message) as caught:
        read_coding_sheet(path, codings)
    for text in (str(caught.value), caught.value.danish):
        assert text.startswith(path.name)
        assert "\n" not in text
    # The same rows and units, in Danish words.
    assert re.findall(r"\d+", caught.value.danish) == re.findall(r"\d+", str(caught.value))
    assert not re.search(r"\b(row|the|found|cell|expected)\b", caught.value.danish)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("b.csv", b"", r"b\.csv: expected the columns .* in row 1, but found no interview, unit, toe;"),
        (
            "b.csv",
            "interview,unit,toe\n1,1,Ø".encode("cp1252"),
            r"b\.csv: .* can be read, .*'utf-8'.* save it again as \.xlsx or 'CSV UTF-8'",
        ),
        (
            "b.csv",
            b'interview,unit,toe\n1,1,"' + b"T" * 200_000,
            r"b\.csv: expected a coding sheet that can be read.*field larger",
        ),
        ("b.xlsx", b"interview,unit,toe", r"b\.xlsx: expected a coding sheet that can be read"),
        ("b.ods", b"", r"b\.ods: expected a coding sheet as \.csv or \.xlsx, or .* REFI-QDA \(\.qdpx\)"),
    ],
)
def test_a_file_that_is_no_sheet_gets_one_clear_message(tmp_path, codings, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_coding_sheet(tmp_path / name, codings)
