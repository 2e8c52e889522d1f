"""The page of findings as files, the same bytes every time: to read in a browser, to paste from, and to print."""

from toe_analysis.paths import Root, write_atomically
from toe_analysis.topics.findings.page import Page
from toe_analysis.topics.findings.page_html import html_page
from toe_analysis.topics.findings.page_pdf import pdf_page
from toe_analysis.topics.findings.page_word import word_page

#: By the ending of the file: what writes it.
WRITERS = {"html": html_page, "docx": word_page, "pdf": pdf_page}


def publish_page(page: Page, name: str, root: Root) -> None:
    """Write the page in every form, beside the figures of its language.

    Parameters
    ----------
    page : Page
    name : str
        File name without ending; starts with the stage's stem.
    root : Root
        Where the stage writes.
    """
    for ending, write in WRITERS.items():
        write_atomically(root.to_figure(page.language, f"{name}.{ending}"), write(page))
