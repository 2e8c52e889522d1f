"""Nothing of this study is typed again in code: another survey takes its place by its files alone."""

import ast
import json
import re

import pandas as pd
from this_study import PROJECT, STUDY

#: Exercises are written for this study, in Danish, for its readers.
ITS_OWN = ("teaching",)

#: English words that mean something else in code, or name a part of a table that any study has.
WORDS_OF_CODE = {"Other", "failed", "users", "sceptics"}


def names_of_this_study():
    """What stands in the study's files and must not stand in code."""
    answers = {option for question in STUDY.questionnaire for option in question.options}
    held = {name for one in STUDY.held for name in (one.baseline, one.claim)}
    claims = {status.claim for status in STUDY.statuses} | set(STUDY.claims.values())
    words = {"region midtjylland", "aarhus", "dania"}
    statuses = set(STUDY.status_names)
    return (answers | held | claims | words | statuses) - WORDS_OF_CODE


def constants(source):
    """The texts of a module or a cell, docstrings apart: what an example shows may be of this study."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def sources():
    for path in sorted((PROJECT / "src").rglob("*.py")):
        if path.parent.name not in ITS_OWN:
            yield path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells):
            if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", []):
                yield f"{path.name} [{number}]", "".join(cell["source"])


def test_no_question_answer_status_or_claim_of_this_study_is_typed_in_code():
    names = names_of_this_study()
    found = []
    for where, source in sources():
        for text in constants(source):
            is_example = re.search(r"\blike\b|\bexample\b", text) or where.endswith("/line.py")
            if text in names or (re.search(r"\bq\d\d\b", text) and not is_example):
                found.append(f"{where}: {text!r}")
            if any(word in text.casefold() for word in ("region midtjylland", "aarhus")):
                found.append(f"{where}: {text!r}")
    assert found == []


def test_the_search_would_find_what_it_looks_for():
    assert list(constants('"""Says q08."""\nask("q08")')) == ["q08"]
    assert {"Ja", "user", "q14: no"} - names_of_this_study() == {"q14: no"}


def test_figures_of_any_study_say_nothing_of_ai_unless_its_own_words_do():
    package = pd.read_csv(PROJECT / "src/toe_analysis/showing/words.csv", keep_default_na=False)
    group = package["key"].str.partition(".")[0]
    of_any = package[group.isin(["against", "column", "reason", "release", "sizes", "status", "sweep", "toe_meaning"])]
    assert not of_any[["en", "da"]].stack().str.contains(r"\bAI\b").any()
