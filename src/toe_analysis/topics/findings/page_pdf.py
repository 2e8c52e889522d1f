"""The page of findings as a PDF, to print and to send."""

import io
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from toe_analysis.topics.findings.page import Page, Row

_WIDTHS = (113 * mm, 43 * mm, 30 * mm)
_MARGIN = 10 * mm
_INK, _PALE, _LINE = HexColor("#222222"), HexColor("#595959"), HexColor("#D0D0D0")
#: As matplotlib brings it, so that every system writes the same letters.
_FONT, _BOLD = "DejaVuSans", "DejaVuSans-Bold"


def pdf_page(page: Page) -> bytes:
    """Return the page as a PDF, on A4. It names neither a person nor a time."""
    _register_fonts()
    content = io.BytesIO()
    document = SimpleDocTemplate(
        content,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=page.title,
        lang=page.language,
        invariant=1,
    )
    told = [_text(f"<b>{escape(page.title)}</b>", 13, after=2), _text(escape(page.lead), 8.5)]
    for heading, rows in page.parts:
        told += [_text(f"<b>{escape(heading)}</b>", 10, before=6, after=2, keepWithNext=1), _table(rows)]
    document.build([*told, _text(escape(page.note), 7, before=5, textColor=_PALE)])
    return content.getvalue()


def _register_fonts() -> None:
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in (_FONT, _BOLD):
        registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    registerFontFamily(_FONT, normal=_FONT, bold=_BOLD, italic=_FONT, boldItalic=_BOLD)


def _text(markup: str, size: float, *, before: float = 0, after: float = 0, **look: object) -> Paragraph:
    told = {"fontName": _FONT, "fontSize": size, "leading": 1.25 * size, "textColor": _INK, "splitLongWords": 0}
    return Paragraph(markup, ParagraphStyle("text", **(told | {"spaceBefore": before, "spaceAfter": after} | look)))


def _table(rows: tuple[Row, ...]) -> Table:
    look = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEABOVE", (0, 0), (-1, -1), 0.5, _LINE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    return Table([_cells(row) for row in rows], colWidths=_WIDTHS, hAlign="LEFT", style=TableStyle(look))


def _cells(row: Row) -> list[list[Paragraph]]:
    number = [_text(f"<b>{escape(row.number)}</b>", 8)]
    number += [_text(escape(row.interval), 7, textColor=_PALE)] if row.interval else []
    return [
        [_text(f"<b>{escape(row.asks)}</b>", 8), _text(escape(row.answer), 8)],
        number,
        [_text(escape(f"{row.origin}, {row.source}"), 7, textColor=_PALE)],
    ]
