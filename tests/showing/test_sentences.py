"""The sentences of every topic: their templates in each language, who calls them, and what is shown."""

import ast
import json

import pandas as pd
import pytest
from jinja2 import DictLoader, TemplateNotFound, UndefinedError, nodes

from toe_analysis.showing import words
from toe_analysis.showing.sentences import Sentence, environment, tell
from toe_analysis.statistics import Share


def macros(path):
    """The macros of a template with what each asks for, and those that other macros call."""
    parsed = environment("en").parse(path.read_text(encoding="utf-8"))
    asked = {macro.name: [argument.name for argument in macro.args] for macro in parsed.find_all(nodes.Macro)}
    called = {call.node.name for call in parsed.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
    return asked, called & asked.keys()


@pytest.fixture(scope="module")
def templates(project):
    """By topic: the path of the template in each language."""
    found: dict[str, dict[str, object]] = {}
    for path in (project / "src/toe_analysis/topics").rglob("sentences.*.md.j2"):
        found.setdefault(path.parent.name, {})[path.name.split(".")[1]] = path
    return found


@pytest.fixture(scope="module")
def calls(project):
    """Every call of ``tell`` in a notebook or a topic: topic, sentence, and the values that are given.

    A finding tells the sentence of its name, with a mapping of values.
    """
    codes = [path.read_text(encoding="utf-8") for path in (project / "src/toe_analysis/topics").rglob("*.py")]
    for path in (project / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        codes.append("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
    found = []
    for code in codes:
        for node in ast.walk(ast.parse(code)):
            match node:
                case ast.Call(ast.Name("tell"), [ast.Constant(topic), ast.Constant(sentence)]):
                    found.append((topic, sentence, {keyword.arg for keyword in node.keywords}))
                case ast.Call(ast.Name("finding"), [ast.Constant(name), *_]):
                    found.append(("findings", name, {None}))
    return found


def test_every_call_finds_its_sentence_and_gives_what_it_asks_for(templates, calls):
    for topic, sentence, given in calls:
        asked, _ = macros(templates[topic]["en"])
        named = given - {None}  # None stands for values that are handed on as a mapping
        assert named <= set(asked[sentence]) if None in given else named == set(asked[sentence]), (topic, sentence)


def test_every_sentence_is_told_somewhere(templates, calls):
    told = {(topic, sentence) for topic, sentence, _ in calls}
    for topic, paths in templates.items():
        asked, called = macros(paths["en"])
        assert {name for name in asked if (topic, name) not in told} <= called, topic


def test_every_language_has_the_same_sentences_that_ask_for_the_same(templates):
    for topic, paths in templates.items():
        assert set(paths) == set(words.LANGUAGES), topic
        for language, path in paths.items():
            assert macros(path)[0] == macros(paths["en"])[0], (topic, language)


ENGLISH = """
{% macro shares(rows, basis) %}
Of {{ rows | length }} shares:
{% for row in rows %}
{{ comma_and(loop) }}{{ "none" if row.share is missing else row.share | percent(0) }}
{%- endfor +%}
({{ basis | word("basis") }}).
{% endmacro %}
{% macro listed(share, names) %}
{{ say_share(share, "published") }}
goes on.

{% for name in names %}
- {{ name }}
{% endfor %}
{% endmacro %}
"""
DANISH = ENGLISH.replace("Of", "Af").replace("shares:", "andele:").replace("none", "ingen").replace("goes on", "videre")
ROWS = pd.DataFrame({"share": [0.25, float("nan"), 0.5]})


@pytest.fixture
def written(monkeypatch):
    """Let topics that are no folder have the templates above: ``both`` in two languages, ``english`` in one."""
    own = {"both/sentences.en.md.j2": ENGLISH, "both/sentences.da.md.j2": DANISH, "english/sentences.en.md.j2": ENGLISH}
    for language in words.LANGUAGES:
        monkeypatch.setattr(environment(language), "loader", DictLoader(own))


def test_english_is_shown_with_danish_hidden_beside_it_and_is_what_the_text_is(written):
    told = tell("both", "shares", rows=ROWS, basis="calibrated")
    assert str(told) == repr(told) == "Of 3 shares: 25\u00a0%, none and 50\u00a0% (calibrated)."
    assert told.markdown["da"] == "Af 3 andele: 25\u00a0%, ingen og 50\u00a0% (kalibreret)."
    english, danish = told._repr_html_().split("</div>")[:2]
    assert english.startswith('<div lang="en"><p>Of 3')
    assert danish.startswith('<div lang="da" hidden><p>Af 3')


def test_numbers_are_written_as_the_language_writes_them_and_items_stand_on_a_line_each(written):
    told = tell("both", "listed", share=Share(4, 48), names=["a", "b"]).markdown
    assert told["en"].replace("\u00a0", " ") == (
        "4 of 48 (8.3 %, 95 % interval 3.3 to 19.6 %, Wilson, computed from published numbers) goes on.\n\n- a\n- b"
    )
    assert "8,3" in told["da"]
    assert "<li>b</li>" in tell("both", "listed", share=Share(4, 48), names=["a", "b"])._repr_html_()


@pytest.mark.parametrize("lacking", ["english/sentences.da.md.j2", "nowhere/sentences.en.md.j2"])
def test_sentences_that_are_not_written_in_a_language_are_asked_for_by_their_file(written, lacking):
    with pytest.raises(TemplateNotFound, match=lacking):
        tell(lacking.partition("/")[0], "shares", rows=ROWS, basis="published")


def test_a_value_that_is_missing_or_not_asked_for_is_an_error(written):
    with pytest.raises(UndefinedError, match="basis"):
        tell("both", "shares", rows=ROWS)
    with pytest.raises(TypeError, match="alpha"):
        tell("both", "shares", rows=ROWS, basis="published", alpha=0.05)


def test_markup_in_an_answer_stays_text():
    shown = Sentence({"en": "**x** <script>alert(1)</script> [y](javascript:alert(1))"})._repr_html_()
    assert "<strong>x</strong>" in shown
    assert "<script" not in shown
    assert "javascript:" not in shown
