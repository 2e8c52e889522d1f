"""The pages, opened from disk in a real browser without a window."""

import re
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.publishing import site as of_a_run
from toe_analysis.publishing.site import write_site
from toe_analysis.running.stages import STAGES
from toe_analysis.showing.tables import show_table
from toe_analysis.showing.words import say


@pytest.fixture(scope="module")
def site(project, tmp_path_factory):
    """The site of a run whose notebooks were not executed: text, code, and as its only output the widest table."""
    root = tmp_path_factory.mktemp("root")
    for name in ("data", "figures"):
        shutil.copytree(project / name, root / name)
    shutil.copytree(project / "notebooks", root / "build/notebooks")
    widest = root / "build/notebooks/05_compare_baselines.ipynb"
    notebook = nbformat.read(widest, as_version=4)
    shown = ["comparison", "measure", "our_count", "our_base", "their_share", "method", "p_value", "p_smallest"]
    shown += ["p_largest", "boschloo_p", "boschloo_method", "difference_lower", "difference_upper"]
    shown += ["numbers", "verdict", "because", "basis"]
    table = show_table(pd.read_csv(root / "data/processed/05_compare_baselines.csv")[shown])
    code = next(cell for cell in notebook.cells if cell.cell_type == "code")
    code.outputs = [nbformat.v4.new_output("display_data", {"text/html": table._repr_html_()})]
    nbformat.write(notebook, widest)
    for stage in STAGES:
        for path in stage.writes:
            if path.startswith("build/"):
                (root / path).write_text("made by a run\n")
    return write_site(Root.at(root)).parent


PAGES = ["index.html", *(f"notebooks/{stage.name}.html" for stage in STAGES)]


@pytest.fixture(params=PAGES)
def page(request, site, browser):
    """A page on a narrow screen, with what it said and asked for while it loaded."""
    opened = browser.new_page(viewport={"width": 380, "height": 800})
    opened.said, opened.asked_for = [], []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("request", lambda asked: opened.asked_for.append(asked.url))
    opened.goto((site / request.param).as_uri())
    yield opened
    opened.close()


def test_a_page_opens_without_error_asks_for_nothing_outside_fits_a_narrow_screen_and_passes_axe(page, site):
    assert page.said == []
    assert [url for url in page.asked_for if not url.startswith((site.as_uri(), "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
    broken = axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in broken] == []


@pytest.mark.parametrize("name", ["index.html", "notebooks/05_compare_baselines.html"])
def test_on_paper_no_column_is_lost_and_no_figure_is_taller_than_a_page(browser, site, name):
    page = browser.new_page(viewport={"width": 718, "height": 1047})  # A4 less its margins, in CSS pixels
    page.emulate_media(media="print")
    page.goto((site / name).as_uri())
    edges = page.evaluate("[...document.querySelectorAll('table')].map(each => each.getBoundingClientRect().right)")
    tall = page.evaluate("[...document.querySelectorAll('img')].map(each => each.getBoundingClientRect().height)")
    page.close()
    assert max(edges) < 1.2 * 718  # a browser makes a page that much smaller by itself
    assert max(tall, default=0) < 0.8 * 1047


def test_the_keyboard_reaches_the_languages_and_the_danish_page_passes_too(browser, site):
    page = browser.new_page(viewport={"width": 380, "height": 800})
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "da"
    assert page.inner_text("h1:visible") == say("site.title", "da")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
    assert axe().run(page).response["violations"] == []
    links = (
        "[...document.querySelectorAll('main:not([hidden]) :is(a, summary)')].filter(each => each.checkVisibility())"
    )
    reachable = set(page.evaluate(f"{links}.map(each => each.outerHTML)"))
    page.evaluate("focused = []; document.addEventListener('focusin', event => focused.push(event.target.outerHTML))")
    for _ in range(len(reachable) + 10):
        page.keyboard.press("Tab")
    focused = set(page.evaluate("focused"))
    page.close()
    assert reachable <= focused


def test_every_figure_is_there_in_both_languages_with_its_text_basis_and_values(site):
    text = (site / "index.html").read_text(encoding="utf-8")
    pictures = [path for stage in STAGES for path in stage.writes if path.endswith(".svg")]
    for path in pictures:
        assert f'src="{path}"' in text
        assert f'href="{path.removesuffix(".svg")}.csv"' in text
        assert (site / path).is_file()
    assert text.count("<img") == text.count('alt="') == len(pictures)
    assert 'alt=""' not in text
    assert say("basis_note.illustrative", "en") in text


@pytest.mark.parametrize(("language", "shown"), [("en", "<td>5.9"), ("da", "<td>5,9")])
def test_the_audit_on_the_first_page_is_rounded_and_in_the_words_of_its_language(site, language, shown):
    text = (site / "index.html").read_text(encoding="utf-8")
    table = re.search(f'<main lang="{language}".*?(<table.*?</table>)', text, re.DOTALL)[1]
    assert shown in table
    assert not re.search(r"\d[.,]\d{4}", table)
    if language == "da":
        assert not re.search("Method|Results|Literature|Appendix|technological|environmental", table)
        assert 'aria-label="tabel 1"' in text


def test_a_picture_keeps_its_place_before_it_is_loaded(site):
    pictures = re.findall("<img[^>]*>", (site / "index.html").read_text(encoding="utf-8"))
    assert all(re.search(r'width="\d+" height="\d+"', picture) for picture in pictures)


def test_a_danish_reader_of_a_notebook_finds_danish_tables_named_so_and_the_way_back(site):
    text = (site / "notebooks/05_compare_baselines.html").read_text(encoding="utf-8")
    assert 'href="../index.html#da"' in text
    folded = re.findall(r'<details lang="da">.*?</details>', text, re.DOTALL)
    assert folded
    assert all('aria-label="tabel' in part and 'aria-label="table' not in part for part in folded)


def test_every_link_leads_to_a_file_of_the_site(site):
    for page in site.rglob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"#]+)', page.read_text(encoding="utf-8")):
            if not target.startswith("data:"):
                assert (page.parent / target).is_file(), (page.name, target)


def test_the_same_results_give_the_same_bytes(site, monkeypatch):
    root = Root.at(site.parents[1])
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    pages = {stage.name: (site / f"notebooks/{stage.name}.html").read_text(encoding="utf-8") for stage in STAGES[1:]}
    make_page = of_a_run._notebook_page  # each takes a second, so only the first is made again

    def page(exporter, stage, executed):
        return pages.get(stage.name) or make_page(exporter, stage, executed)

    monkeypatch.setattr(of_a_run, "_notebook_page", page)
    write_site(root)
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before


def test_the_question_of_each_stage_is_the_same_everywhere():
    for stage in STAGES:
        assert say(f"stage.{stage.name}", "en") == stage.question


def test_an_unfinished_run_has_no_site_and_says_what_is_missing(tmp_path):
    with pytest.raises(InputError, match=r"expected .+ from a finished run; first run: python run_all\.py"):
        write_site(Root.at(tmp_path))
    assert not list(Path(tmp_path).iterdir())
