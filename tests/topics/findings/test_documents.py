"""The page of findings as a web page, a Word file and a PDF: the same words in each, the same bytes at any time."""

import html
import io
import re
import time
import zipfile

import docx
import pandas as pd
import pytest

from toe_analysis.paths import Root
from toe_analysis.running.stages import STAGES
from toe_analysis.showing.words import LANGUAGES
from toe_analysis.topics.findings.documents import WRITERS, publish_page
from toe_analysis.topics.findings.page import page_of

ABOUT = {"name": "A study <of & firms>", "year": 2025, "stage": "10_findings"}


@pytest.fixture(scope="module")
def table(project):
    return pd.read_csv(project / "data/processed/10_findings.csv")


@pytest.fixture(params=LANGUAGES)
def page(request, table):
    return page_of(table, ABOUT, request.param, 0.95)


def texts(page):
    yield from (page.title, page.short, page.lead, page.note)
    for heading, rows in page.parts:
        yield heading
        for row in rows:
            yield from (row.asks, row.answer, row.number, row.interval, row.origin, row.source)


def test_each_form_has_every_word_of_the_page(page):
    web = html.unescape(re.sub(r"<[^>]+>", "", WRITERS["html"](page).decode()))
    document = docx.Document(io.BytesIO(WRITERS["docx"](page)))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    word = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for text in texts(page):
        assert text in web
        assert text in word


def test_what_is_printed_fits_on_one_sheet_of_paper(page):
    assert len(re.findall(rb"/Type /Page\b", WRITERS["pdf"](page))) == 1


def test_a_pdf_is_called_by_its_title_and_names_nobody(page):
    content = WRITERS["pdf"](page)
    assert b"/DisplayDocTitle true" in content
    assert b"anonymous" not in content
    assert b"unspecified" not in content


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_page_gives_the_same_bytes_at_any_time(page, ending, monkeypatch):
    first = WRITERS[ending](page)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert WRITERS[ending](page) == first


def test_a_word_file_names_nobody_and_no_time(page):
    content = WRITERS["docx"](page)
    about = docx.Document(io.BytesIO(content)).core_properties
    assert (about.author, about.last_modified_by, about.comments, about.title) == ("", "", "", page.title)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        assert parts.namelist()[0] == "[Content_Types].xml"
        assert parts.namelist()[1:] == sorted(parts.namelist()[1:])


def test_responses_are_called_so_and_change_what_the_page_says_of_itself(table):
    counted = page_of(table.assign(basis="responses"), ABOUT, "en", 0.95)
    assert counted.lead.endswith("or counted in the firms' responses.")
    assert {row.origin for _, rows in counted.parts for row in rows} == {"responses"}
    still_open = page_of(table[table["kind"] == "open"], ABOUT, "en", 0.95)
    assert (still_open.short, still_open.parts[0][0]) == ("", "What is not settled, and why")


def test_the_answer_in_short_comes_before_all_others_and_tells_of_the_silent_only_where_they_are_known(table):
    answer = "4 of the 48 firms analysed use AI in production, and 28 more expect to."
    silent = f"{answer} The report prints no answer of the other 730 of the 778 invited firms."
    assert page_of(table, ABOUT, "en", 0.95).short == silent
    assert page_of(table[table["finding"] != "silent"], ABOUT, "en", 0.95).short == answer


def test_the_stage_writes_each_form_in_each_language(table, tmp_path):
    for language in LANGUAGES:
        publish_page(page_of(table, ABOUT, language, 0.95), "10_findings", Root.at(tmp_path))
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*") if path.is_file()}
    (stage,) = [stage for stage in STAGES if stage.name == "10_findings"]
    assert made == {path for path in stage.writes if path.startswith("figures/")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_web_page_fits_a_narrow_screen_passes_axe_and_leads_to_what_exists(project, browser, language):
    place = project / f"figures/{language}/10_findings.html"
    opened = browser.new_page(viewport={"width": 380, "height": 800})
    asked_for = []
    opened.on("request", lambda asked: asked_for.append(asked.url))
    opened.goto(place.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= 380
    assert asked_for == [place.as_uri()]
    links = opened.evaluate("[...document.querySelectorAll('a')].map(each => each.getAttribute('href'))")
    assert all((place.parent / link).is_file() for link in links)
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
    broken = axe().run(opened).response["violations"]
    opened.close()
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in broken] == []
