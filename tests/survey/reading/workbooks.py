"""Making exports for tests: any headers, any rows, as a person or program could hand them in; and what they take."""

import contextlib
import io
import os
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from toe_analysis.errors import InputError
from toe_analysis.survey import read_export
from toe_analysis.survey.synthetic.workbook import META_HEADERS, forms_headers

#: What reading a small file may take at most, whatever is in it.
SECONDS, BYTES = 10, 2**30
#: The part of a workbook that holds the answers.
SHEET = "xl/worksheets/sheet1.xml"


def sheet_of(questionnaire, answers) -> list[list]:
    """Return header row and answer rows, with meta columns, as plain lists."""
    rows = [[*META_HEADERS, *forms_headers(questionnaire)]]
    for number, firm in enumerate(answers, start=1):
        meta = [number, "2025-02-03T08:07:00", f"2025-02-{1 + number % 27:02d}T09:00:00", "anonymous", ""]
        rows.append([*meta, *(firm.get(name, "") for name in questionnaire.ids)])
    return rows


def write_sheets(path: Path, sheets: dict[str, list[list]], change=lambda workbook: None) -> Path:
    """Write sheets, and let Excel show them as `change` says."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
        change(workbook)
    return path


def parts(content: bytes) -> dict[str, bytes]:
    """Return what a workbook is packed from, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these parts, with checksums that hold."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def peak() -> tuple[int, int]:
    """Return the most bytes of memory that this process and any child of it have held; 0 where none can tell."""
    if sys.platform == "win32":
        return 0, 0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return tuple(resource.getrusage(who).ru_maxrss * unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@contextlib.contextmanager
def within_limits():
    """Let a file be read, and fail if that took too long of this process and its children, or too much memory."""
    started = os.times()
    yield
    assert sum(os.times()[:4]) - sum(started[:4]) < SECONDS
    assert max(peak()) < BYTES


def message(path, questionnaire):
    """Return the one line in which reading a file ends."""
    with within_limits(), pytest.raises(InputError) as caught:
        read_export(path, questionnaire)
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)
