import re

import nbformat
import pytest
from teaching.conftest import MASTERS, read_master

from toe_analysis.teaching import exercises
from toe_analysis.teaching.teach import POOL


@pytest.fixture(scope="module")
def masters():
    return {name: read_master(name) for name in MASTERS}


def tags(cell):
    return cell.metadata.get("tags", [])


def tagged(cell, *names):
    cell.metadata["tags"] = list(names)
    return cell


def test_masters_are_kept_clean_and_tagged_with_known_words(masters):
    assert len(masters) == 8
    for name, master in masters.items():
        assert [cell.id for cell in master.cells] == [f"cell-{place:02d}" for place in range(len(master.cells))], name
        for cell in master.cells:
            assert set(cell.metadata) <= {"tags"}, name
            assert set(tags(cell)) <= set(exercises.TAGS), name
            if cell.cell_type == "code":
                assert cell.outputs == [], name
                assert cell.execution_count is None, name
                assert "mistakes" in tags(cell) or len(cell.source.splitlines()) <= 15, (name, cell.source)


def test_every_question_is_solved_then_locked_then_checked(masters):
    for name, master in masters.items():
        cells = master.cells
        locked = [place for place, cell in enumerate(cells) if "mistakes" in tags(cell)]
        assert len(locked) >= 5, name
        for place in locked:
            assert "solution" in tags(cells[place - 1]), name
            number = re.search(r'laas\(\s*"(\w+)"', cells[place].source)[1]
            assert re.match(rf'(if )?tjek\("{number}", svar_{number}\)', cells[place + 1].source), name
            assert any(f"**{number}.**" in cell.source for cell in cells[:place]), name


def test_every_master_is_danish_and_has_goals_a_time_a_reflection_and_says_what_its_data_are(masters):
    for name, master in masters.items():
        prose = "\n".join(cell.source for cell in master.cells if cell.cell_type == "markdown")
        opening = master.cells[0].source + master.cells[1].source
        assert "**Du lærer** at" in opening, name
        assert 30 <= int(re.search(r"\*\*Tid:\*\* (\d+) minutter", opening)[1]) <= 60, name
        assert re.search(
            "syntetiske data: siger intet om|siger intet om virkelige|intet siger om|ingen syntetiske", prose, re.I
        )
        assert "## Til eftertanke" in prose, name
        assert "ordliste.md" in opening, name
        assert sum("teacher" in tags(cell) for cell in master.cells) == 1, name
        assert sum("marking" in tags(cell) for cell in master.cells) == 1, name
        assert 3 <= sum("slide" in tags(cell) for cell in master.cells) <= 5, name
        assert not re.search(r"\b(the|and|which|with|from|is)\b", re.sub(r"`[^`]*`|\[.*?\]\(.*?\)", "", prose)), name
        assert not re.search(r"\d\.\d(?!\d*\*)", re.sub(r"`[^`]*`|\$.*?\$", "", prose).replace("3.000", "")), name


def test_every_opening_says_what_it_takes_and_its_steps_are_counted_right(masters):
    for name, master in masters.items():
        opening = master.cells[0].source
        assert "**Forudsætter:**" in opening, name
        assert "**Alene eller i klassen:**" in opening, name
        assert re.search(r"ellers omkring \d+|, 45, hvis alt er nyt", opening), name
        solutions = [cell.source for cell in master.cells if cell.cell_type == "code" and "solution" in tags(cell)]
        lines = sum(not line.strip().startswith("# gap") for source in solutions for line in source.splitlines())
        locked = sum("mistakes" in tags(cell) for cell in master.cells)
        assert f"**Trin:** {locked} svar, {lines} linjer kode." in opening, (name, locked, lines)


def test_every_question_of_the_closing_reflection_has_an_answer_and_a_row_for_marking(masters):
    for name, master in masters.items():
        asked, answered, marked = (
            re.findall(pattern, text, re.MULTILINE)
            for pattern, text in (
                (r"^(\d)\. ", next(cell.source for cell in master.cells if "## Til eftertanke" in cell.source)),
                (r"^(\d)\. ", next(cell.source for cell in master.cells[::-1] if "solution" in tags(cell))),
                (r"^\| (\d) \|", next(cell.source for cell in master.cells if "marking" in tags(cell))),
            )
        )
        assert asked == answered == marked, name


def test_every_word_of_the_glossary_is_used_and_every_term_in_it_has_its_english(masters, project):
    text = "\n".join(cell.source for master in masters.values() for cell in master.cells).casefold()
    text += "".join(cell.source for cell in read_master(POOL).cells).casefold()
    rows = (project / "docs/da/ordliste.md").read_text(encoding="utf-8").splitlines()[6:]
    terms = [[re.sub("<.*?>", "", part).strip() for part in row.strip("|").split("|")] for row in rows]
    assert all(len(term) == 3 and all(term) for term in terms)
    # The first letters of each word, because endings change with the sentence: forventet, forventede.
    words = {danish: re.split(r"[ -]", danish.split(" (")[0].casefold()) for danish, _, _ in terms}
    assert [danish for danish, parts in words.items() if not all(part[:8] in text for part in parts)] == []


def test_every_link_to_a_word_finds_it_in_the_glossary(masters, project):
    anchors = re.findall(r'<a id="([\w-]+)"></a>', (project / "docs/da/ordliste.md").read_text(encoding="utf-8"))
    assert len(set(anchors)) == len(anchors)
    for name, master in masters.items():
        links = [link for cell in master.cells for link in re.findall(r"ordliste\.md#([\w-]+)", cell.source)]
        assert links, name
        assert set(links) <= set(anchors), name


@pytest.fixture
def master():
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# 1. Prøve\n\nLæs [ordlisten](../../docs/da/ordliste.md)."),
            tagged(nbformat.v4.new_markdown_cell("KANARIE for læreren"), "teacher"),
            tagged(
                nbformat.v4.new_code_cell("KANARIE = 7\ntabel['ny'], rest = KANARIE, 1\nsvar_1a = KANARIE"), "solution"
            ),
            tagged(nbformat.v4.new_code_cell("laas('1a', svar_1a, 'KANARIE')"), "mistakes"),
            nbformat.v4.new_code_cell("tjek('1a', svar_1a)\ntabel.head()"),
            tagged(nbformat.v4.new_markdown_cell("KANARIE i tekst"), "solution"),
        ]
    )


def test_a_students_copy_keeps_no_trace_of_a_solution_in_text_metadata_or_outputs(master):
    master.cells[4].outputs = [nbformat.v4.new_output("stream", name="stdout", text="KANARIE")]
    master.cells[4].metadata["kanarie"] = "KANARIE"
    master.metadata["kanarie"] = "KANARIE"
    copy = exercises.student_copy(master)
    assert "kanarie" not in nbformat.writes(copy).casefold()
    assert [cell.cell_type for cell in copy.cells] == ["markdown", "code", "code", "markdown"]
    assert copy.cells[0].source.endswith("[ordlisten](ordliste.md).")


def test_a_step_by_step_copy_shows_a_solution_with_gaps_and_only_what_is_meant_for_it(master):
    solution = "for n in range(3):\n    # gap: rest = n + ...\n    rest = n + KANARIE\nsvar_1a = rest"
    master.cells[2].source = solution
    master.cells.insert(1, tagged(nbformat.v4.new_markdown_cell("Et skridt ad gangen."), "light"))
    master.cells.append(tagged(nbformat.v4.new_markdown_cell("Frivillig."), "full"))
    assert exercises.has_steps(master)
    full, light = exercises.student_copy(master), exercises.student_copy(master, light=True)
    assert [cell.source for cell in full.cells if cell.cell_type == "markdown"][1:] == [
        "*Skriv dit svar her.*",
        "Frivillig.",
    ]
    assert light.cells[0].source.startswith("# 1. Prøve (trin for trin)\n")
    assert light.cells[1].source == "Et skridt ad gangen."
    assert light.cells[2].source == "for n in range(3):\n    rest = n + ...\nsvar_1a = rest"
    assert "kanarie" not in nbformat.writes(light).casefold()
    assert solution.replace("    # gap: rest = n + ...\n", "") in [
        cell.source for cell in exercises.solution_copy(master).cells
    ]


def test_a_stub_sets_what_later_cells_use_and_nothing_else(master):
    lines = exercises.student_copy(master).cells[1].source.splitlines()
    assert lines[0].startswith("# Skriv din løsning her")
    assert lines[1:] == ["tabel['ny'] = ...", "svar_1a = ..."]


def executed_with(names):
    """A notebook whose kernel gave these names to two widgets."""
    box, output = names
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": box}}
    outputs = [nbformat.v4.new_output("display_data", data=view)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("skyder()", outputs=outputs)])
    states = {output: {"state": {"value": 7}}, box: {"state": {"children": [f"IPY_MODEL_{output}"]}}}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": states}}
    notebook.cells[0].id = "any"
    return notebook


def test_a_solution_copy_is_the_same_whatever_the_widgets_are_called():
    first, second = executed_with(["a" * 32, "b" * 32]), executed_with(["d" * 32, "c" * 32])
    assert nbformat.writes(exercises.solution_copy(first)) == nbformat.writes(exercises.solution_copy(second))


def test_locks_are_read_even_when_the_kernel_cut_them_in_the_middle():
    cell = tagged(nbformat.v4.new_code_cell("laas()"), "mistakes")
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text=piece) for piece in ('{"opgave"', ': "1a"}', "\n")
    ]
    assert exercises.locks(nbformat.v4.new_notebook(cells=[cell])) == [{"opgave": "1a"}]


def test_the_teachers_page_holds_goals_advice_answer_and_mistakes(master):
    questions = [{"opgave": "1a", "svar": "7", "fejl": [["8", "Du har talt overskriften med."]], "laas": {}}]
    page = exercises.teacher_page(master, questions)
    for part in (
        "# Lærerside: 1. Prøve",
        "KANARIE for læreren",
        "**1a.** Facit: 7",
        "- 8: Du har talt overskriften med.",
        "## Til eftertanke: forslag til svar\n\nKANARIE i tekst",
    ):
        assert part in page


def test_many_mistakes_with_one_hint_take_one_line_of_the_teachers_page(master):
    questions = [{"opgave": "1a", "svar": "7", "fejl": [[str(few), "For få."] for few in range(1, 7)]}]
    assert "- 1 til 6: For få." in exercises.teacher_page(master, questions)
