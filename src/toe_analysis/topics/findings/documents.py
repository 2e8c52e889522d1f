"""The page of findings as files, the same bytes every time: to read in a browser, to paste from, and to print."""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import matplotlib
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from toe_analysis.paths import Root, write_atomically
from toe_analysis.showing.output import zipped
from toe_analysis.topics.findings.page import Page, html_page

_PDF_WIDTHS = (120 * mm, 41 * mm, 29 * mm)
_PDF_MARGIN = 10 * mm
_PDF_INK, _PDF_PALE, _PDF_LINE = HexColor("#222222"), HexColor("#595959"), HexColor("#D0D0D0")
#: As matplotlib brings it, so that every system writes the same letters.
_PDF_FONT, _PDF_BOLD = "DejaVuSans", "DejaVuSans-Bold"
_WORD_WIDTHS = (Cm(11.2), Cm(4.2), Cm(2.8))
_WORD_PALE = RGBColor(0x59, 0x59, 0x59)
#: How Word calls the languages.
_WORD_LANGUAGES = {"en": "en-GB", "da": "da-DK"}


def pdf_page(page: Page) -> bytes:
    """Return the page as a PDF, on A4. It names neither a person nor a time."""
    _register_fonts()
    content = io.BytesIO()
    document = SimpleDocTemplate(
        content,
        pagesize=A4,
        **dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), _PDF_MARGIN),
        title=page.title,
        displayDocTitle=True,
        subject=page.short,
        author="",
        creator="",
        lang=page.language,
        invariant=1,
    )
    told = [_pdf_text(f"<b>{escape(page.title)}</b>", 13, after=2)]
    told += [_pdf_text(f"<b>{escape(page.short)}</b>", 9, after=2)] if page.short else []
    told += [_pdf_text(escape(page.lead), 8.5)]
    for heading, rows in page.parts:
        told += [_pdf_text(f"<b>{escape(heading)}</b>", 10, before=6, after=2, keepWithNext=1), _pdf_table(rows)]
    document.build([*told, _pdf_text(escape(page.note), 7, before=5, textColor=_PDF_PALE)])
    return content.getvalue()


def _register_fonts() -> None:
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in (_PDF_FONT, _PDF_BOLD):
        registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    registerFontFamily(_PDF_FONT, normal=_PDF_FONT, bold=_PDF_BOLD, italic=_PDF_FONT, boldItalic=_PDF_BOLD)


def _pdf_text(markup: str, size: float, *, before: float = 0, after: float = 0, **look: object) -> Paragraph:
    told = {"fontName": _PDF_FONT, "fontSize": size, "leading": 1.2 * size, "textColor": _PDF_INK, "splitLongWords": 0}
    return Paragraph(markup, ParagraphStyle("text", **(told | {"spaceBefore": before, "spaceAfter": after} | look)))


def _pdf_table(rows: tuple[object, ...]) -> Table:
    look = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEABOVE", (0, 0), (-1, -1), 0.5, _PDF_LINE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    return Table([_pdf_cells(row) for row in rows], colWidths=_PDF_WIDTHS, hAlign="LEFT", style=TableStyle(look))


def _pdf_cells(row: object) -> list[list[Paragraph]]:
    number = [_pdf_text(f"<b>{escape(row.number)}</b>", 8)]
    number += [_pdf_text(escape(row.interval), 7, textColor=_PDF_PALE)] if row.interval else []
    return [
        [_pdf_text(f"<b>{escape(row.asks)}</b>", 8), _pdf_text(escape(row.answer), 8)],
        number,
        [_pdf_text(escape(f"{row.origin}, {row.source}"), 7, textColor=_PDF_PALE)],
    ]


def word_page(page: Page) -> bytes:
    """Return the page as a Word file: a heading and a table a part. It names neither a person nor a time."""
    document = docx.Document()
    about = document.core_properties
    about.title, about.author, about.comments, about.language = page.title, "", "", _WORD_LANGUAGES[page.language]
    _set_up_word(document, _WORD_LANGUAGES[page.language])
    document.add_heading(page.title, 1)
    if page.short:
        document.add_paragraph().add_run(page.short).bold = True
    document.add_paragraph(page.lead)
    for heading, rows in page.parts:
        document.add_heading(heading, 2)
        table = document.add_table(0, len(_WORD_WIDTHS), "Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, _WORD_WIDTHS, strict=True):
            column.width = width
        for row in rows:
            _fill_word(table.add_row().cells, row)
    _add_pale(document.add_paragraph(), page.note)
    content = io.BytesIO()
    document.save(content)
    return repacked(content.getvalue())


def _set_up_word(document: docx.document.Document, language: str) -> None:
    """Make an A4 page with small letters, whose spelling is checked in its language."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.4)
    section.top_margin = section.bottom_margin = Cm(1.2)
    normal = document.styles["Normal"]
    normal.font.size = Pt(8.5)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.keep_together = True  # no row goes over two pages
    for name, size in (("Heading 1", 14), ("Heading 2", 10.5)):
        document.styles[name].font.size = Pt(size)
        document.styles[name].paragraph_format.space_before = Pt(5)
        document.styles[name].paragraph_format.space_after = Pt(2)
    for told in document.styles.element.iter(qn("w:lang")):
        told.set(qn("w:val"), language)


def _fill_word(cells: tuple, row: object) -> None:
    for cell, width in zip(cells, _WORD_WIDTHS, strict=True):
        cell.width = width
    said, number, source = (cell.paragraphs[0] for cell in cells)
    said.add_run(row.asks).bold = True
    said.add_run(f" {row.answer}")
    number.add_run(row.number).bold = True
    if row.interval:
        _add_pale(number, f"\n{row.interval}")
    _add_pale(source, f"{row.origin}, {row.source}")


def _add_pale(paragraph: docx.text.paragraph.Paragraph, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(7.5)
    run.font.color.rgb = _WORD_PALE


def repacked(content: bytes) -> bytes:
    """Return a Word file with its parts in a fixed order, without the time of day at which they were written."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        return zipped({name: parts.read(name) for name in names})


#: By the ending of the file: what writes it.
WRITERS = {"html": html_page, "docx": word_page, "pdf": pdf_page}


def publish_page(page: Page, name: str, root: Root) -> None:
    """Write the page in every form, under a name that starts with the stage's, beside the figures of its language."""
    for ending, write in WRITERS.items():
        write_atomically(root.to_figure(page.language, f"{name}.{ending}"), write(page))
