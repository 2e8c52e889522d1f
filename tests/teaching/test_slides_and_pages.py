import re

import nbformat
import pytest

from toe_analysis.teaching.exercises import Exercise
from toe_analysis.teaching.grade import Overview, overview_page
from toe_analysis.teaching.judging import Answer, Verdict
from toe_analysis.teaching.pages import document_page, slides_page


def slide(text):
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": ["slide"]})


def figure(picture, alternative):
    output = nbformat.v4.new_output(
        "display_data", data={"image/png": picture}, metadata={"image/png": {"alt": alternative}}
    )
    return nbformat.v4.new_code_cell("tegn()", outputs=[output])


def test_each_slide_is_a_section_and_shows_the_next_figure_where_it_asks_for_one():
    cells = [nbformat.v4.new_markdown_cell("# 1. Prøve"), slide("## Først\n\n- et *ord*"), figure("AAAA", "a")]
    cells += [slide("## Så\n\n[figur]"), nbformat.v4.new_code_cell("1"), figure("BB\nBB\n", 'Søjler "4 < 5"')]
    page = slides_page(nbformat.v4.new_notebook(cells=cells))
    assert page.count("<section>") == 2
    assert "<em>ord</em>" in page
    assert '<img alt="Søjler &#34;4 &lt; 5&#34;" src="data:image/png;base64,BBBB">' in page
    assert "AAAA" not in page
    assert "2 af 2" in page
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)  # nothing is loaded from elsewhere


def test_a_slide_that_asks_for_a_figure_that_never_comes_is_refused():
    cells = [nbformat.v4.new_markdown_cell("# 1. Prøve"), figure("AAAA", "a"), slide("[figur]")]
    with pytest.raises(ValueError, match="no cell after it draws one"):
        slides_page(nbformat.v4.new_notebook(cells=cells))


def test_a_document_is_a_danish_page_whose_links_lead_to_pages():
    page = document_page('# Titel & mere\n\n[ordlisten](ordliste.md#basis)\n\n| a |\n|---|\n| <a id="x"></a>b |\n')
    assert '<html lang="da">' in page
    assert "<title>Titel &amp; mere</title>" in page
    assert 'href="ordliste.html#basis"' in page
    assert '<a id="x"></a>b' in page
    assert '<div class="scroll" tabindex="0" role="region" aria-label="Tabel 1"><table' in page


@pytest.mark.parametrize("width", [1100, 380])
def test_a_page_is_no_wider_than_its_window_whatever_long_names_and_many_questions_are_on_it(browser, width):
    questions = [f"{exercise}{letter}" for exercise in range(8) for letter in "abcdefg"]
    answers = {"Ali": dict.fromkeys(questions, Answer(Verdict.RIGHT))}
    overview = Overview([Exercise("0. Alt", tuple(questions), "")], answers, [], was_run=False)
    document = document_page("# Titel\n\nBrug `06_trin_for_trin_laes_en_rapport_kritisk.ipynb`.")
    opened = browser.new_page(viewport={"width": width, "height": 800})
    for page in (overview_page(overview), document):
        opened.set_content(page)
        assert opened.evaluate("document.documentElement.scrollWidth") == width
    opened.close()
