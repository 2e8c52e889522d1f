"""Making exports for tests: any headers, any rows, as a person or program could hand them in; and what they take."""

import sys
from pathlib import Path

import xlsxwriter

from toe_analysis.survey.synthetic.workbook import META_HEADERS, forms_headers


def sheet_of(questionnaire, answers) -> list[list]:
    """Return header row and answer rows, with meta columns, as plain lists."""
    rows = [[*META_HEADERS, *forms_headers(questionnaire)]]
    for number, firm in enumerate(answers, start=1):
        meta = [number, "2025-02-03T08:07:00", f"2025-02-{1 + number % 27:02d}T09:00:00", "anonymous", ""]
        rows.append([*meta, *(firm.get(name, "") for name in questionnaire.ids)])
    return rows


def write_sheets(path: Path, sheets: dict[str, list[list]]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path


def peak() -> int:
    """Return the most bytes of memory that this process has held; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
