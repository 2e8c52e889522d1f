"""The page of findings as a Word file, to paste from."""

import io
import zipfile

import docx
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell

from toe_analysis.topics.findings.page import Page, Row

_WIDTHS = (Cm(11.2), Cm(4.2), Cm(2.8))
_PALE = RGBColor(0x59, 0x59, 0x59)
#: How Word calls the languages.
_LANGUAGES = {"en": "en-GB", "da": "da-DK"}


def word_page(page: Page) -> bytes:
    """Return the page as a Word file: a heading and a table a part. It names neither a person nor a time."""
    document = docx.Document()
    about = document.core_properties
    about.title, about.author, about.comments, about.language = page.title, "", "", _LANGUAGES[page.language]
    _set_up(document, _LANGUAGES[page.language])
    document.add_heading(page.title, 1)
    document.add_paragraph(page.lead)
    for heading, rows in page.parts:
        document.add_heading(heading, 2)
        table = document.add_table(0, len(_WIDTHS), "Table Grid")
        table.autofit = False
        for row in rows:
            _fill(table.add_row().cells, row)
    _add(document.add_paragraph(), page.note, pale=True)
    content = io.BytesIO()
    document.save(content)
    return repacked(content.getvalue())


def _set_up(document: docx.document.Document, language: str) -> None:
    """Make an A4 page with small letters, whose spelling is checked in its language."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.4)
    section.top_margin = section.bottom_margin = Cm(1.2)
    normal = document.styles["Normal"]
    normal.font.size = Pt(8.5)
    normal.paragraph_format.space_after = Pt(0)
    for name, size in (("Heading 1", 14), ("Heading 2", 10.5)):
        document.styles[name].font.size = Pt(size)
        document.styles[name].paragraph_format.space_before = Pt(5)
        document.styles[name].paragraph_format.space_after = Pt(2)
    for told in document.styles.element.iter(qn("w:lang")):
        told.set(qn("w:val"), language)


def _fill(cells: tuple[_Cell, ...], row: Row) -> None:
    for cell, width in zip(cells, _WIDTHS, strict=True):
        cell.width = width
    said, number, source = (cell.paragraphs[0] for cell in cells)
    said.add_run(row.asks).bold = True
    said.add_run(f" {row.answer}")
    number.add_run(row.number).bold = True
    if row.interval:
        _add(number, f"\n{row.interval}", pale=True)
    _add(source, f"{row.origin}, {row.source}", pale=True)


def _add(paragraph: docx.text.paragraph.Paragraph, text: str, *, pale: bool) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(7.5)
    if pale:
        run.font.color.rgb = _PALE


def repacked(content: bytes) -> bytes:
    """Return a Word file with its parts in a fixed order, without the time of day at which they were written."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            kept.writestr(entry, parts.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
