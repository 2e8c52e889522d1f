import json

import nbformat
from nbformat import v4

from toe_analysis.publishing.reading_copies import fingerprint, read_prose, reading_copy, untranslated
from toe_analysis.running.notebooks import joined
from toe_analysis.showing.sentences import Sentence
from toe_analysis.showing.tables import Bilingual


def executed(*outputs):
    prose, code = v4.new_markdown_cell("# Who?", id="cell-00"), v4.new_code_cell("1", id="cell-01")
    code.outputs = [v4.new_output("display_data", {"text/html": output._repr_html_()}) for output in outputs]
    return v4.new_notebook(cells=[prose, code])


def translated(path, *sections):
    path.write_text("".join(f"<!-- {cell} {mark} -->\n{text}\n\n" for cell, mark, text in sections), encoding="utf-8")
    return read_prose(path)


def test_each_language_gets_its_own_prose_and_results_alone(tmp_path):
    prose = translated(tmp_path / "a.md", ("cell-00", fingerprint("# Who?"), "# Hvem er de 8 %?"))
    notebook = executed(
        Sentence({"en": "Four of *48*", "da": "Fire af *48*"}), Bilingual({"en": "<p>yes</p>", "da": "<p>ja</p>"})
    )
    danish = reading_copy(notebook, "da", prose)
    assert danish.cells[0].source == "# Hvem er de 8\u00a0%?"
    shown = [output.data["text/html"] for output in danish.cells[1].outputs]
    assert "Fire af <em>48</em>" in shown[0]
    assert "<p>ja</p>" in shown[1]
    assert not any(word in "".join(shown) for word in ("Four", "yes", "<summary>", "hidden"))
    english = reading_copy(notebook, "en", {})
    assert english.cells[0].source == "# Who?"
    assert "ja" not in english.cells[1].outputs[1].data["text/html"]
    assert nbformat.validator.isvalid(danish)


def test_what_says_nothing_in_a_language_stays_as_it_is():
    notebook = executed(Sentence({"en": "Only English"}))
    (output,) = reading_copy(notebook, "da", {}).cells[1].outputs
    assert output == notebook.cells[1].outputs[0]


def test_a_translation_is_complete_only_with_every_cell_of_today(tmp_path):
    notebook = executed()
    line = f"<!-- cell-00 {fingerprint('# Who?')} -->"
    lacking = untranslated(notebook, read_prose(tmp_path / "none.md"))
    assert lacking == [f"expected {line}, found no such section"]
    good = translated(tmp_path / "a.md", ("cell-00", fingerprint("# Who?\n"), "# Hvem?"))
    assert untranslated(notebook, good) == []
    old = translated(tmp_path / "b.md", ("cell-00", "00000000", "# Hvem?"), ("cell-09", "00000000", "Mere"))
    assert untranslated(notebook, old) == [f"expected {line}, found 00000000", "cell-09 is no cell"]


def test_an_executed_notebook_keeps_the_names_of_its_cells_so_that_their_translation_is_found():
    code = {"cell_type": "code", "id": "cell-42", "source": ["1"], "metadata": {"tags": ["parameters"]}, "outputs": []}
    prose = {"cell_type": "markdown", "id": "cell-07", "source": ["# Who?"], "metadata": {}}
    injected = code | {"id": "a1b2", "metadata": {"tags": ["injected-parameters"]}}
    source = {"cells": [code, prose], "metadata": {}}
    executed = {"cells": [code, injected, prose], "metadata": {}}
    cells = json.loads(joined(source, executed))["cells"]
    assert [cell["id"] for cell in cells] == ["cell-42", "cell-injected", "cell-07"]
