"""From one master notebook to students' copies, a solution copy and a teacher's page: notebooks in, notebooks out."""

import ast
import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import nbformat

TAGS = ("solution", "mistakes", "teacher", "marking", "slide", "light", "full")
SOLUTION, MISTAKES, TEACHER, MARKING, SLIDE, LIGHT, FULL = TAGS
#: What a cell of a master may be tagged. `mistakes` locks the answer and the known mistakes; `teacher` and `marking`
#: are the teacher's page, `slide` the slides; `light` is in the step-by-step copy alone, `full` in the other alone.
_TEACHERS_OWN = (MISTAKES, TEACHER, MARKING, SLIDE)

#: From a master to the documents; in the copies they lie beside the notebook.
DOCUMENTS = "../../docs/da/"

_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_WIDGETS = "application/vnd.jupyter.widget-state+json"
_STUB = "# Skriv din løsning her: erstat ... med din egen kode."
_TEXT_STUB = "*Skriv dit svar her.*"
#: In a solution: what stands in the step-by-step copy instead of the next line.
_GAP = re.compile(r"^( *)# gap: (.*\n).*\n?", re.MULTILINE)
#: What the step-by-step copy adds to its heading.
STEPS_TITLE = " (trin for trin)"


def student_copy(master: nbformat.NotebookNode, light: bool = False) -> nbformat.NotebookNode:
    """Return the notebook without answers: a stub for each solution, and nothing that was only for the teacher.

    A stub holds the names that a later cell uses, each set to ``...``, so that the next check can say where the student
    has got to.

    Parameters
    ----------
    master : nbformat.NotebookNode
        Its cells may carry `TAGS`.
    light : bool
        Make the step-by-step copy: a solution with gaps is shown, and its gaps are left to fill in.
    """
    left_out = (*_TEACHERS_OWN, FULL if light else LIGHT)
    cells = []
    for place, cell in enumerate(master.cells):
        if any(_is(cell, tag) for tag in left_out):
            continue
        source = cell.source
        if _is(cell, SOLUTION):
            source = _stub(cell.source, master.cells[place + 1 :]) if cell.cell_type == "code" else _TEXT_STUB
            if light and _GAP.search(cell.source):
                source = _GAP.sub(r"\1\2", cell.source).rstrip()
        cells.append(_fresh(cell.cell_type, source))
    if light:
        cells[0].source = cells[0].source.replace("\n", f"{STEPS_TITLE}\n", 1)
    return _notebook(cells)


def copies(name: str, master: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    """Return the notebooks that students get of a master, by name: its copy, and the one step by step if it has any."""
    made = {name: student_copy(master)}
    if has_steps(master):
        made[f"{name[:3]}trin_for_trin_{name[3:]}"] = student_copy(master, light=True)
    return made


def has_steps(master: nbformat.NotebookNode) -> bool:
    """Return whether a master can be made into a step-by-step copy: whether any of its solutions has a gap."""
    return any(_GAP.search(cell.source) for cell in master.cells if _is(cell, SOLUTION))


def solution_copy(executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the executed master without the cells that lock the answers and without the teacher's page.

    The same run leaves the same bytes: widgets are named by their place instead of at random.
    """
    notebook = copy.deepcopy(executed)
    notebook.cells = [cell for cell in notebook.cells if not any(_is(cell, tag) for tag in (*_TEACHERS_OWN, LIGHT))]
    count = 0
    for place, cell in enumerate(notebook.cells):
        cell.id = f"cell-{place:02d}"
        cell.source = re.sub(r"(?m)^ *# gap: .*\n", "", cell.source.replace(DOCUMENTS, ""))
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
    return _with_named_widgets(notebook)


def locks(executed: nbformat.NotebookNode) -> list[dict]:
    """Return what the `mistakes` cells of an executed master printed: question, answer, mistakes and lock of each."""
    printed = "".join(
        output.text
        for cell in executed.cells
        if _is(cell, MISTAKES)
        for output in cell.outputs
        if output.get("name") == "stdout"
    )
    return [json.loads(line) for line in printed.splitlines()]


@dataclass(frozen=True)
class Exercise:
    """An exercise, as far as an overview needs it.

    Parameters
    ----------
    title : str
    questions : tuple of str
        Their numbers, in order.
    mistakes : str
        All that is told to known mistakes, as one text: other hints are for answers that nobody foresaw.
    voluntary : tuple of str
        The questions that nobody lacks who left them out.
    handed_out : mapping of str to tuple of str
        The cells of each notebook that students got, by its name.
    """

    title: str
    questions: tuple[str, ...]
    mistakes: str
    voluntary: tuple[str, ...] = ()
    handed_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def exercise_of(name: str, master: nbformat.NotebookNode, common: str) -> Exercise:
    """Return what an overview needs to know of a master's exercise, with the code that holds hints common to all."""
    mistakes = "\n".join(cell.source for cell in master.cells if _is(cell, MISTAKES))
    left_out = "\n".join(cell.source for cell in master.cells if _is(cell, FULL))
    return Exercise(
        title(master),
        tuple(re.findall(r'laas\(\s*"(\w+)"', mistakes)),
        common + mistakes,
        tuple(re.findall(r'\btjek\(\s*"(\w+)"', left_out)),
        {copy: tuple(cell.source for cell in notebook.cells) for copy, notebook in copies(name, master).items()},
    )


def title(master: nbformat.NotebookNode) -> str:
    """Return the heading of a notebook."""
    return master.cells[0].source.splitlines()[0].removeprefix("# ")


def teacher_page(master: nbformat.NotebookNode, questions: Sequence[dict]) -> str:
    """Return the teacher's page as Markdown: goals, timing, what to ask, and the answers and mistakes in `locks`."""
    goals = master.cells[0].source.split("\n", 1)[1].replace(DOCUMENTS, "").strip()
    advice = "\n\n".join(cell.source for cell in master.cells if _is(cell, TEACHER))
    parts = [f"# Lærerside: {title(master)}", "*Indeholder facit: del den ikke ud.*", goals, "## I timen", advice]
    parts.append("## Facit og hyppige fejl")
    for question in questions:
        parts.append(f"**{question['opgave']}.** Facit: {question['svar'] or '(tom liste)'}")
        parts.append("\n".join(f"- {wrong}: {hint}" for hint, wrong in _by_hint(question["fejl"]).items()))
    closing = [cell.source for cell in master.cells if _is(cell, SOLUTION) and cell.cell_type == "markdown"]
    parts += ["## Til eftertanke: forslag til svar", *closing] if closing else []
    marking = [cell.source for cell in master.cells if _is(cell, MARKING)]
    parts += ["## Til eftertanke: vejledning i bedømmelsen", *marking] if marking else []
    return "\n\n".join(filter(None, parts)) + "\n"


def _by_hint(mistakes: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return what earns each hint; of many, the first and the last."""
    wrongs: dict[str, list[str]] = {}
    for wrong, hint in mistakes:
        wrongs.setdefault(hint, []).append(wrong or "(tom liste)")
    return {
        hint: " / ".join(given) if len(given) < 4 else f"{given[0]} til {given[-1]}" for hint, given in wrongs.items()
    }


def _is(cell: nbformat.NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", ())


def _with_named_widgets(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Name each widget by its place, in the order in which the cells show them and they refer to each other."""
    states = notebook.metadata.get("widgets", {}).get(_WIDGETS, {}).get("state", {})
    names: list[str] = []

    def visit(name: str) -> None:
        if name in states and name not in names:
            names.append(name)
            for other in re.findall(r'"IPY_MODEL_(\w+)"', json.dumps(states[name]["state"], sort_keys=True)):
                visit(other)

    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            visit(output.get("data", {}).get(_WIDGET_VIEW, {}).get("model_id", ""))
    text = nbformat.writes(notebook)
    for place, name in enumerate(names):
        text = text.replace(name, f"{place:032x}")
    return nbformat.reads(text, as_version=4)


def _fresh(cell_type: str, source: str) -> nbformat.NotebookNode:
    make = nbformat.v4.new_code_cell if cell_type == "code" else nbformat.v4.new_markdown_cell
    return make(source.replace(DOCUMENTS, ""))


def _notebook(cells: list[nbformat.NotebookNode]) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=cells)
    for place, cell in enumerate(cells):
        cell.id = f"cell-{place:02d}"
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return notebook


def _stub(solution: str, later: Sequence[nbformat.NotebookNode]) -> str:
    """Set what the solution sets, and a later cell of the student's uses, to ``...``."""
    used: set[str] = set()
    for cell in later:
        if cell.cell_type == "code" and not _is(cell, MISTAKES):
            used |= {node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}
    names = []
    for statement in ast.parse(solution).body:
        for target in statement.targets if isinstance(statement, ast.Assign) else ():
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            names += [ast.unparse(part) for part in parts if re.match(r"\w+", ast.unparse(part))[0] in used]
    return "\n".join([_STUB, *(f"{name} = ..." for name in dict.fromkeys(names))])
