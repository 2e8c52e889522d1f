"""The interviews: coded units, their themes, the guide, and a second coder's sheet."""

from toe_analysis.interviews.codings import (
    AT_INTERVIEW,
    DIMENSIONS,
    THEMES,
    read_categories,
    read_codings,
    read_firms,
    unit_name,
    unit_names,
)
from toe_analysis.interviews.guide import questions_for, read_guide
from toe_analysis.interviews.sheets import SheetError, blank_sheet, blank_workbook, read_coding_sheet
