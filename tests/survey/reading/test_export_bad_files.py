"""Files that must end in one message: soon, without a traceback, and without taking the machine's memory."""

import contextlib
import csv
import io
import sys
import zipfile

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter
from survey.reading.workbooks import SHEET, message, packed, parts, sheet_of, within_limits
from xlsxwriter.utility import xl_col_to_name

from toe_analysis.errors import InputError
from toe_analysis.survey import read_export

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_part(content, name, change):
    found = parts(content)
    return packed(found | {name: change(found.get(name, b""))})


def with_spaces(content, megabytes):
    """Let the sheet end in blanks, written bit by bit so that the test itself stays small."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts(content).items():
            with archive.open(name, "w") as target:
                target.write(part)
                for _ in range(megabytes if name == SHEET else 0):
                    target.write(b" " * 2**20)
    return file.getvalue()


def with_rows(content, rows):
    """Add rows behind the answers."""
    return with_part(content, SHEET, lambda xml: xml.replace(b"</sheetData>", rows.encode() + b"</sheetData>"))


def understated(content):
    """Let the sheet's entries in the zip say that it is 100 bytes long."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    return content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))


def twice(content):
    found = io.BytesIO(content)
    with zipfile.ZipFile(found, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<worksheet/>")
    return found.getvalue()


def locked(content):
    marked = bytearray(content)
    for start in range(len(marked) - 4):
        if marked[start : start + 4] == b"PK\1\2":
            marked[start + 8] |= 1
    return bytes(marked)


def damaged(content):
    """Write over what stands behind the name of the sheet."""
    place = content.index(SHEET.encode()) + len(SHEET) + 30
    return content[:place] + b"\xff" * 100 + content[place + 100 :]


def strings(text, count):
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(100, 100 + count))

    def change(content):
        content = with_rows(content, cells)
        return with_part(content, "xl/sharedStrings.xml", lambda xml: xml.replace(b"<si><t>", b"<si><t>" + text, 1))

    return change


def one_cell(reference):
    return lambda content: with_rows(content, f'<row r="9"><c r="{reference}"><v>1</v></c></row>')


BAD = {
    "a cell at the end of the sheet": one_cell("XFD1048576"),
    "a row past the end": one_cell("A99999999999"),
    "a text of a megabyte in a thousand cells": strings(b"x" * 2**20, 1000),
    "a sheet that unpacks to 300 MB": lambda content: with_spaces(content, 300),
    "a sheet that says it is small": lambda content: understated(with_spaces(content, 300)),
    "a sheet in UTF-16": lambda content: with_part(content, SHEET, lambda xml: xml.decode().encode("utf-16")),
    "a sheet that stops": lambda content: with_part(content, SHEET, lambda xml: xml[: len(xml) // 2]),
    "a sheet that is missing": lambda content: packed(
        {name: part for name, part in parts(content).items() if name != SHEET}
    ),
    "a sheet under another ending": lambda content: packed(
        {name.replace("sheet1.xml", "sheet1.bin"): part for name, part in parts(content).items()}
    ),
    "a part twice": twice,
    "parts with a password": locked,
    "parts packed in another way": lambda content: packed(parts(content), zipfile.ZIP_LZMA),
    "damaged parts packed in another way": lambda content: damaged(packed(parts(content), zipfile.ZIP_LZMA)),
    "a workbook within a zip": lambda content: packed({"export.xlsx": content}),
    "a text that is not there": lambda content: with_rows(content, '<row r="9"><c r="A9" t="s"><v>99999</v></c></row>'),
    "cut off": lambda content: content[: len(content) * 2 // 3],
    "nothing but the beginning": lambda content: content[:4],
    "an open document": lambda content: packed({"mimetype": b"application/vnd.oasis", "content.xml": b"<a/>"}),
    "a binary workbook": lambda content: packed({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b"\1"}),
    "a web page": lambda content: b"<!DOCTYPE html><table><tr><td>ID</td></tr></table>",
    "an empty file": lambda content: b"",
}  # fmt: skip


#: Of these the message says what is wrong, and not just that something is.
SAID = {
    "a cell at the end of the sheet": "copy the answers alone into a new workbook",
    "a text of a megabyte in a thousand cells": "copy the answers alone into a new workbook",
    "a sheet that unpacks to 300 MB": "268,435,456 bytes when unpacked, found 314",
    "a sheet that says it is small": "copy the answers alone",
    "a workbook within a zip": "save it again as .xlsx",
    "a binary workbook": "save it again as .xlsx",
    "cut off": "expected a readable Excel workbook",
    "a web page": "found one of another kind",
    "an empty file": "expected a .xlsx file, found one of another kind",
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_workbook_ends_in_one_message(fault, good, questionnaire, tmp_path, capfd):
    path = tmp_path / "export.xlsx"
    path.write_bytes(BAD[fault](good))
    assert SAID.get(fault, "expected") in message(path, questionnaire)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["e", "b", "Hansen"])
def test_a_cell_that_stops_the_excel_reader_is_not_repeated(kind, good, questionnaire, tmp_path):
    path = tmp_path / "export.xlsx"
    path.write_bytes(with_rows(good, f'<row r="9"><c r="A9" t="{kind}"><v>O\'Hansen A/S</v></c></row>'))
    assert "Hansen" not in message(path, questionnaire)


GOOD = {
    "a hundred thousand empty rows": lambda content: with_rows(
        content, "".join(f'<row r="{row}" spans="1:46"/>' for row in range(100, 100_100))
    ),
    "formatted cells to the end of the sheet": lambda content: with_rows(
        content, '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    ),
    "a very wide header": lambda content: with_part(
        content,
        SHEET,
        lambda xml: xml.replace(
            b"</row>",
            "".join(f'<c r="{xl_col_to_name(place - 1)}1"><v>{place}</v></c>' for place in range(60, 16_385)).encode()
            + b"</row>",
            1,
        ),
    ),
    "merged headers": lambda content: with_part(
        content,
        SHEET,
        lambda xml: xml.replace(
            b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:C1"/></mergeCells>'
        ),
    ),
    "a prefix before every name": lambda content: with_part(
        content,
        SHEET,
        lambda xml: xml.replace(b"</", b"\0").replace(b"<", b"<x:").replace(b"\0", b"</x:")
        .replace(b"<x:?xml", b"<?xml").replace(b"xmlns=", b"xmlns:x="),
    ),
    "entities that could grow": lambda content: with_part(
        content, "xl/workbook.xml", lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + xml
    ),
    "links to other workbooks": lambda content: with_part(
        content, "xl/externalLinks/externalLink1.xml", lambda xml: f"<externalLink {NS}/>".encode()
    ),
    "XML that is deep": lambda content: with_part(
        content, "xl/theme/theme1.xml", lambda xml: b"<a>" * 100_000 + b"</a>" * 100_000
    ),
}  # fmt: skip


@pytest.mark.parametrize("trait", GOOD)
def test_an_odd_workbook_is_read_all_the_same(trait, good, questionnaire, tmp_path):
    path, plain = tmp_path / "export.xlsx", tmp_path / "plain.xlsx"
    plain.write_bytes(good)
    path.write_bytes(GOOD[trait](good))
    with within_limits():
        cells = read_export(path, questionnaire).cells
    pd.testing.assert_frame_equal(cells, read_export(plain, questionnaire).cells)


TEXT_FAULTS = {
    "bytes that are no text": (b"PK\0\1" + bytes(100), "found one of another kind"),
    "zeros": (b"a;b\n" + bytes(3) + b"\n", "found bytes that are none"),
    "an open quotation mark": (b'ID;"Navn\n1;2\n', "expected cells with semicolons between them"),
    "a cell without end": (b"ID;" + b"x" * 200_000, "expected cells with semicolons between them"),
    "nothing": (b"", "expected answers, but it is empty"),
}


@pytest.mark.parametrize("fault", TEXT_FAULTS)
def test_a_bad_text_file_ends_in_one_message(fault, questionnaire, tmp_path):
    path = tmp_path / "export.csv"
    content, expected = TEXT_FAULTS[fault]
    path.write_bytes(content)
    assert expected in message(path, questionnaire)


def test_a_cell_without_end_is_refused_also_where_another_library_has_raised_the_limit(questionnaire, tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(TEXT_FAULTS["a cell without end"][0])
    told = message(path, questionnaire)
    csv.field_size_limit(2**30)  # frictionless does so for the whole process
    assert message(path, questionnaire) == told


def test_a_parquet_file_that_unpacks_to_a_billion_cells_is_refused(questionnaire, tmp_path):
    path = tmp_path / "export.parquet"
    same = pyarrow.DictionaryArray.from_arrays(np.zeros(30_000_000, np.int8), ["x"])
    pyarrow.parquet.write_table(pyarrow.table({"ID": same}), path)
    assert "there are more than 1,048,576 rows, 16,384 columns or 20,000,000 cells" in message(path, questionnaire)
    path.write_bytes(path.read_bytes()[:-20] + bytes(20))
    assert "expected a readable Parquet file" in message(path, questionnaire)


LIMITED = pytest.mark.skipif(sys.platform != "linux", reason="no limit on memory here, a clock alone")


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (1_000, "expected at most 157,286,400 characters in all"),
        pytest.param(500_000, "reading them takes more than 512 MiB of memory", marks=LIMITED),
    ],
)
def test_a_small_parquet_file_that_holds_one_text_many_times_is_refused_before_it_is_written_out(
    questionnaire, tmp_path, length, told
):
    path = tmp_path / "export.parquet"
    headers, *_ = sheet_of(questionnaire, [])
    same = pyarrow.DictionaryArray.from_arrays(np.zeros(5_000, np.int8), ["x" * length])
    pyarrow.parquet.write_table(pyarrow.table(dict.fromkeys(headers, same)), path)
    assert path.stat().st_size < 2 * 10**6
    assert told in message(path, questionnaire)


def test_sheets_that_are_small_enough_alone_and_too_much_together_are_refused(questionnaire, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "export.xlsx") as workbook:
        for _ in range(4):
            sheet = workbook.add_worksheet()
            sheet.write("A1", "x")
            sheet.write("AMJ17000", "y")
    assert "copy the answers alone into a new workbook" in message(tmp_path / "export.xlsx", questionnaire)


@pytest.mark.parametrize("tail", [";" * 59 + "\r\n", "\n", ";"])
def test_a_text_file_with_an_endless_tail_of_nothing_is_refused_soon(questionnaire, tmp_path, tail):
    path = tmp_path / "export.csv"
    headers, *_ = sheet_of(questionnaire, [])
    path.write_text(";".join(f'"{name}"' for name in headers) + "\r\n" + tail * 1_100_000, encoding="utf-8")
    assert "there are more than 1,048,576 rows, 16,384 columns or 20,000,000 cells" in message(path, questionnaire)


def test_a_number_of_thousands_of_digits_behind_a_title_is_no_number(questionnaire, tmp_path):
    headers, *_ = sheet_of(questionnaire, [])
    path = tmp_path / "export.csv"
    path.write_text(";".join([f'"{name}"' for name in headers] + ["Navn." + "1" * 5000]) + "\n", encoding="utf-8")
    message(path, questionnaire)


def test_nothing_is_left_in_temporary_folders(good, questionnaire, tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path / "tmp"))
    path = tmp_path / "export.xlsx"
    for content in (good, one_cell("XFD1048576")(good)):
        path.write_bytes(content)
        with contextlib.suppress(InputError):
            read_export(path, questionnaire)
    assert sorted(found.name for found in tmp_path.rglob("*")) == ["export.xlsx", "tmp"]
