"""The pages, opened from disk in a real browser without a window."""

import html
import itertools
import re
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from edits import contents, lay_out

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.publishing.site import write_site
from toe_analysis.running.stages import STAGES
from toe_analysis.showing.tables import show_table
from toe_analysis.showing.words import LANGUAGES, say


@pytest.fixture(scope="module")
def site(project, tmp_path_factory):
    """The site of a run whose notebooks were not executed: text, code, and as its only output the widest table."""
    root = tmp_path_factory.mktemp("root")
    lay_out(project, root, "data", "figures")
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


NAMES = ["index.html", "figures.html", *(f"{stage.name}.html" for stage in STAGES)]
PAGES = ["index.html", *(f"{language}/{name}" for language in LANGUAGES for name in NAMES)]


@pytest.fixture(scope="module")
def narrow(browser):
    """A narrow screen on which one page after the other is opened, with what each says and asks for."""
    screen = browser.new_page(viewport={"width": 380, "height": 800})
    screen.said, screen.asked_for = [], []
    screen.on("console", lambda message: screen.said.append(message.text))
    screen.on("pageerror", lambda error: screen.said.append(str(error)))
    screen.on("request", lambda asked: screen.asked_for.append(asked.url))
    yield screen
    screen.close()


@pytest.fixture(params=PAGES)
def page(request, site, narrow):
    narrow.said.clear()
    narrow.asked_for.clear()
    narrow.goto((site / request.param).as_uri())
    narrow.wait_for_load_state()
    return narrow


def test_a_page_opens_without_error_asks_for_nothing_outside_fits_a_narrow_screen_and_passes_axe(page, site):
    assert page.said == []
    assert [url for url in page.asked_for if not url.startswith((site.as_uri(), "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
    broken = axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in broken] == []


@pytest.mark.parametrize("name", ["en/figures.html", "en/05_compare_baselines.html"])
def test_on_paper_no_column_is_lost_and_no_figure_is_taller_than_a_page(browser, site, name):
    page = browser.new_page(viewport={"width": 718, "height": 1047})  # A4 less its margins, in CSS pixels
    page.emulate_media(media="print")
    page.goto((site / name).as_uri())
    edges = page.evaluate("[...document.querySelectorAll('table')].map(each => each.getBoundingClientRect().right)")
    tall = page.evaluate("[...document.querySelectorAll('img')].map(each => each.getBoundingClientRect().height)")
    page.close()
    assert max(edges, default=0) < 1.2 * 718  # a browser makes a page that much smaller by itself
    assert max(tall, default=0) < 0.8 * 1047


@pytest.mark.parametrize(("width", "stand_open"), [(380, False), (1280, True)])
def test_the_contents_of_a_notebook_stand_open_only_where_they_do_not_push_its_answer_down(
    browser, site, width, stand_open
):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((site / "en/05_compare_baselines.html").as_uri())
    assert page.locator(".contents a").first.is_visible() == stand_open
    page.close()


@pytest.mark.parametrize("page", ["da/index.html"], indirect=True)
def test_the_keyboard_reaches_everything_that_can_be_used(page):
    usable = "[...document.querySelectorAll('a, summary, button')].filter(each => each.checkVisibility())"
    reachable = set(page.evaluate(f"{usable}.map(each => each.outerHTML)"))
    page.evaluate("focused = []; document.addEventListener('focusin', event => focused.push(event.target.outerHTML))")
    for _ in range(len(reachable) + 10):
        page.keyboard.press("Tab")
    focused = set(page.evaluate("focused"))
    assert len(reachable) > len(STAGES)
    assert reachable <= focused


def test_code_without_a_result_of_its_own_is_folded_with_the_code_below_it(site):
    notebook = nbformat.read(site.parent / "notebooks/09_plan_next_wave.ipynb", as_version=4)
    runs = sum(kind == "code" for kind, _ in itertools.groupby(notebook.cells, key=lambda cell: cell.cell_type))
    page = BeautifulSoup((site / "en/09_plan_next_wave.html").read_text(encoding="utf-8"), "html.parser")
    folded = page.select("details.code")
    assert 0 < len(folded) == runs < sum(cell.cell_type == "code" for cell in notebook.cells)
    said = "".join(part.pre.get_text() for part in folded)
    assert all(cell.source in said for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize(
    ("languages", "first"), [(("da-DK", "en"), "da"), (("en-GB", "da"), "en"), (("fr", "da"), "da"), (("fr",), "en")]
)
def test_the_first_language_of_the_browser_that_there_is_chooses_the_page(browser, site, languages, first):
    page = browser.new_page()
    page.add_init_script(f"Object.defineProperty(navigator, 'languages', {{get: () => {list(languages)!r}}})")
    page.goto((site / "index.html").as_uri())
    page.wait_for_url(f"**/{first}/index.html")
    assert page.evaluate("document.documentElement.lang") == first
    page.click("header .language")
    assert page.evaluate("document.documentElement.lang") == ("en" if first == "da" else "da")
    page.close()


def test_a_figure_can_be_taken_along_as_png(browser, site):
    page = browser.new_page()
    page.goto((site / "en/figures.html").as_uri())
    with page.expect_download() as download:
        page.click("#08_audit_report button".replace("#0", "#\\30 "))
    assert download.value.suggested_filename == "08_audit_report.png"
    content = Path(download.value.path()).read_bytes()
    page.close()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 20_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_there_with_its_text_size_basis_values_and_how_to_cite_it(site, language):
    text = (site / language / "figures.html").read_text(encoding="utf-8")
    start = f"figures/{language}/"
    pictures = [path for stage in STAGES for path in stage.writes if path.startswith(start) and path.endswith(".svg")]
    for path in pictures:
        name = Path(path).stem
        assert text.count(f'<figure id="{name}">') == 1
        assert text.count(f"({'figure' if language == 'en' else 'figur'} {name}, version") == 1
        assert f'href="../{path}"' in text
        assert f'href="../{path.removesuffix(".svg")}.csv"' in text
    assert text.count("<img") == text.count('alt="') == len(pictures)
    assert 'alt=""' not in text
    assert all(re.search(r'width="\d+" height="\d+"', picture) for picture in re.findall("<img[^>]*>", text))
    told = re.findall('<img[^>]*alt="([^"]*)"', text)
    assert sum(f"({say('figure.made_up', language)}). " in one for one in told) == 3  # where all of it is


def test_a_danish_page_shows_danish_results_alone_and_leads_to_its_english_counterpart(site):
    text = (site / "da/05_compare_baselines.html").read_text(encoding="utf-8")
    assert 'href="../en/05_compare_baselines.html"' in text
    assert say("column.our_base", "da") in text
    assert say("column.our_base", "en") not in text
    assert 'aria-label="tabel 1"' in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_begins_with_every_finding_and_says_that_nothing_in_them_is_made_up(site, language):
    text = html.unescape((site / language / "index.html").read_text(encoding="utf-8"))
    found = pd.read_csv(site / "data/10_findings.csv")
    places = [text.index(say("findings.lead", language)), *map(text.index, found[f"answer_{language}"])]
    assert places == sorted(places)
    assert places[-1] < text.index(say("site.contents", language))


def test_every_link_leads_to_a_file_of_the_site(site):
    for page in site.rglob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"#]+)', page.read_text(encoding="utf-8")):
            if not target.startswith(("data:", "${")):
                assert (page.parent / target).is_file(), (page.name, target)


def test_the_same_results_give_the_same_bytes(site):
    before = contents(site)
    write_site(Root.at(site.parents[1]))
    assert contents(site) == before


def test_an_unfinished_run_has_no_site_and_says_what_is_missing(tmp_path):
    with pytest.raises(InputError, match=r"expected .+ from a finished run; first run: python run_all\.py"):
        write_site(Root.at(tmp_path))
    assert not list(Path(tmp_path).iterdir())


def test_findings_that_a_spreadsheet_has_saved_in_another_encoding_are_named_and_the_last_site_stands(site):
    path = site.parents[1] / "data/processed/10_findings.csv"
    kept, before = path.read_bytes(), contents(site)
    path.write_bytes(kept.decode().encode("cp1252", "replace"))
    with pytest.raises(InputError, match=r"10_findings\.csv: expected a CSV file in UTF-8, but"):
        write_site(Root.at(site.parents[1]))
    path.write_bytes(kept)
    assert contents(site) == before
