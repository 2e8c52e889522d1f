import ast
import csv
import json
import re
import string

import pandas as pd
import pytest
from jinja2 import nodes

from toe_analysis.errors import InputError
from toe_analysis.paths import ROOT_VARIABLE
from toe_analysis.showing.sentences import environment, tell
from toe_analysis.showing.tables import localise
from toe_analysis.showing.words import WRITERS, join, number, percent, say, word, word_table


def package_rows(project):
    text = (project / "src/toe_analysis/showing/words.csv").read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]


def test_each_key_stands_once_and_in_their_order_with_all_cells(project):
    rows = package_rows(project)
    keys = [row[0] for row in rows]
    assert keys == sorted(set(keys))
    assert {len(row) for row in rows} == {4}  # a row ends in a comma where nothing is held


def written_by():
    """How the cells of columns and the values of blanks are written."""
    for texts in word_table().values():
        yield from (texts["holds"], *(how for _, how in fields(texts["en"])))


def blanks(text):
    return {(name, how) for _, name, how, _ in string.Formatter().parse(text) if name}


def fields(text):
    """The blanks that code fills; the others are keys, such as the forms of a word, of which a language has its own."""
    return {(name, how) for name, how in blanks(text) if name not in word_table()}


def test_every_word_has_the_same_blanks_in_both_languages():
    for key, texts in word_table().items():
        assert fields(texts["en"]) == fields(texts["da"]), key


#: The functions whose first argument is the key of a word.
SPEAKERS = ("say", "footer", "headed_figure", "SheetError")


def sources(project):
    yield from (path.read_text(encoding="utf-8") for path in (project / "src").rglob("*.py"))
    for path in (project / "notebooks").rglob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        yield from ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def spoken(project):
    """The keys, or the beginnings of keys, that code, notebooks and templates ask for."""
    for source in sources(project):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and node.value in word_table():
                yield node.value
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SPEAKERS:
                for key in node.args[:1]:
                    if isinstance(key, ast.Constant):
                        yield key.value
                    elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                        yield key.values[0].value
    for path in (project / "src").rglob("sentences.*.j2"):
        for node in environment("en").parse(path.read_text(encoding="utf-8")).find_all(nodes.Filter):
            if node.name in ("word", "counted"):
                yield f"{node.args[0].value}."
        for node in environment("en").parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if getattr(node.node, "name", "") == "firm":
                yield f"firm.{node.args[0].value}"
    for path in (project / "src/toe_analysis/publishing/pages").glob("*.j2"):
        for node in environment("en").parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if getattr(node.node, "name", "") == "say":
                yield node.args[0].value
    for _, *texts in package_rows(project):  # a study's own words may stand before them in the table
        yield from (name for text in texts for name, _ in blanks(text) if "." in name)


def test_every_word_that_is_asked_for_exists_and_none_is_left_over(project):
    asked = set(spoken(project))
    groups = {key for key in asked if key.endswith(".")}
    assert {key for key in asked - groups if key not in word_table()} == set()
    groups |= {f"{how.split(' ')[1]}." for how in written_by() if how.startswith(("word ", "listed "))}
    coded = ("option.", "column.", "baseline.")
    left_over = [key for key in word_table() if key not in asked and not key.startswith((*groups, *coded))]
    assert left_over == []


#: Words, and topics, that speak of this study's firms, or of those of the interviews.
OF_FIRMS = ("audit", "column.named_firms", "column.size", "finding", "firm", "interviews", "site", "stage")


def test_what_is_said_of_any_study_names_who_answered_and_what_sizes_count_by_their_words(project):
    said = {key: " ".join(texts) for key, *texts in package_rows(project) if not key.startswith(OF_FIRMS)}
    for path in (project / "src/toe_analysis/topics").rglob("sentences.*.j2"):
        parsed = environment("en").parse(path.read_text(encoding="utf-8"))
        if not path.parent.name.startswith(OF_FIRMS):
            texts = [node.data for node in parsed.find_all(nodes.TemplateData)]
            texts += [str(node.value) for node in parsed.find_all(nodes.Const)]
            said[f"{path.parent.name}/{path.name}"] = " ".join(texts)
    named = re.compile(r"(?i)(?<!{)\bfirms?\b|virksomhed|employee|ansat")
    assert {key: found for key, text in said.items() if (found := named.findall(text))} == {}


def test_what_a_column_holds_and_what_fills_a_blank_is_written_by_a_writer_that_there_is():
    assert {how.partition(" ")[0] for how in written_by()} <= {"", *WRITERS}
    assert all(key.startswith("column.") for key, texts in word_table().items() if texts["holds"])


@pytest.fixture
def of_a_study(tmp_path, monkeypatch):
    """Let a study have words of its own."""

    def write(rows):
        (tmp_path / "data/raw").mkdir(parents=True)
        (tmp_path / "data/raw/words.csv").write_text(rows, encoding="utf-8")
        monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))

    return write


#: Some of them wrong.
ROWS = """\
key,en,da
column.share,part,del
figure.points,{points} points,{points} point
figure.footer,{confidence:percnet},{confidence:percnet}
funnel.title,{answered} in all,{answered} i alt
"""


def test_a_study_names_who_answered_once_and_every_word_and_sentence_says_so(of_a_study):
    before = say("sizes.share_axis", "da"), str(tell("shared", "waves", found={"waves": 0, "least": None}))
    of_a_study("key,en,da\nfirm.many,schools,skoler\nfirm.the_many,the schools,skolerne\n")
    after = say("sizes.share_axis", "da"), str(tell("shared", "waves", found={"waves": 0, "least": None}))
    assert [text.replace("virksomhederne", "skolerne").replace("firms", "schools") for text in before] == [*after]
    assert after[0] == "andel af skolerne i størrelsesklassen"


def test_a_study_names_a_column_and_its_cells_are_written_as_before(of_a_study):
    of_a_study(ROWS)
    assert localise(pd.DataFrame({"share": [0.25]}), "en").to_dict("list") == {"part": ["25.0\u00a0%"]}
    assert say("funnel.title", "da", answered=51, valid=48) == "51 i alt"


def test_a_blank_that_cannot_be_filled_or_does_not_say_rightly_how_decimals_are_written_is_an_error(of_a_study):
    of_a_study(ROWS)
    with pytest.raises(InputError, match=r"^words\.csv, funnel\.title: expected blanks among valid, found 'answered'$"):
        say("funnel.title", "en", valid=48)
    with pytest.raises(InputError, match=r"^words\.csv, figure\.points: expected .* found 'none' for 0\.25$"):
        say("figure.points", "en", points=0.25)
    with pytest.raises(InputError, match=r"^words\.csv, figure\.footer: .*found 'percnet' for 0\.9$"):
        say("figure.footer", "en", confidence=0.9)


def test_a_whole_number_is_written_as_it_is_also_where_others_beside_it_were_missing():
    assert say("needs.more", "en", tried=pd.Series([300, None])[0]) == "more than 300"


def test_what_a_study_leaves_empty_in_one_language_is_as_in_the_other(of_a_study):
    of_a_study("key,en,da\ncolumn.size,staff,\nstatus.a,,Bruger\n")
    assert (say("column.size", "da"), word("a", "en", "status")) == ("staff", "Bruger")


def test_words_of_a_study_may_stand_between_semicolons(of_a_study):
    of_a_study("key;en;da\nstatus.seldom;uses it, seldom;sjældent\n")
    assert word("seldom", "en", "status") == "uses it, seldom"
    assert say("against.size", "da") == "størrelse"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("theirs.nam,ours,vores", r"row 2, column key: expected .* found 'theirs.nam'; did you mean theirs.name\?$"),
        ("firm.a,a ward,en afdeling\nfirm.a,a school,en skole", r"row 3, column key: .* once, found 'firm.a' twice$"),
        ("stauts.user,uses it,bruger det", r"begins with one of status., .* found 'stauts.user'$"),
        ("status.user,uses it,daily,dagligt", r"row 2: expected 3 cells, as in row 1, found 4"),
    ],
)
def test_a_slip_in_the_words_of_a_study_is_told(of_a_study, row, told):
    of_a_study(f"key,en,da\n{row}\n")
    with pytest.raises(InputError, match=told):
        say("against.size", "en")


def test_each_column_that_a_notebook_leaves_has_a_word_in_both_languages(project):
    for path in (project / "data/processed").glob("*.csv"):
        for name in path.read_text(encoding="utf-8").split("\n", 1)[0].split(","):
            assert re.fullmatch(r"q\d+|firm", name) or say(f"column.{re.sub('_(en|da)$', '', name)}", "da")


@pytest.mark.parametrize(("value", "danish"), [(0.083333, "8,3 %"), (1.0, "100,0 %"), (float("nan"), "–")])
def test_danish_numbers_have_a_decimal_comma(value, danish):
    assert percent(value, "da").replace("\u00a0", " ") == danish
    assert "," not in percent(value, "en")


def test_an_open_end_is_written_as_infinite_and_lists_are_joined():
    assert number(float("inf"), "da") == "∞"
    assert join(["T"], "en") == "T"
    assert join(["T", "O", "E"], "en") == "T, O and E"
