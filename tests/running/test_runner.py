import json
import os
import re
import shutil
import sys

import pytest
from running.tiny import FOLDER, OUTPUT, WRITE, Project

from toe_analysis.running import sole_run
from toe_analysis.running.runner import undeclared_files
from toe_analysis.running.stages import with_parameters


@pytest.fixture
def tiny(tmp_path):
    return Project(tmp_path)


def test_what_a_run_is_given_is_put_there_while_no_other_run_is_at_work_and_before_changes_are_looked_for(tiny):
    tiny.add("01_made", FOLDER, WRITE, reads=["data/raw/given.csv"])
    given = tiny.root / "data/raw/given.csv"
    given.parent.mkdir(parents=True, exist_ok=True)

    def prepare():
        held = os.open(sole_run._lock_path(tiny.root), os.O_RDONLY)
        assert not sole_run._try(held)
        os.close(held)
        given.write_text("a\n1\n")

    assert tiny.run(prepare=prepare)
    assert tiny.run(prepare=prepare)
    assert tiny.ran() == []


def test_what_breaks_the_runner_itself_is_in_the_log(tiny):
    tiny.add("01_made", FOLDER, WRITE)
    path = tiny.notebooks / "01_made.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"nbformat": 7}), encoding="utf-8")
    assert not tiny.run()
    assert "the runner broke down" in tiny.outcomes["01_made"]
    assert "Traceback" in tiny.log("01_made")


def test_of_a_private_root_an_error_is_told_without_its_words_which_may_be_an_answers(tmp_path):
    project = Project(tmp_path / "private")
    project.add("01_made", "raise ValueError('Hansen A/S')")
    project.add("02_made", "from toe_analysis.errors import InputError\nraise InputError('meant for a person')")
    project.add("03_made")
    path = project.notebooks / "03_made.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"nbformat": "Hansen A/S"}))
    assert not project.run()
    more = "; the log, which is private too, says more"
    assert project.outcomes["01_made"] == f"cell [1]: ValueError{more}"
    assert project.outcomes["02_made"] == "cell [1]: meant for a person"
    assert re.fullmatch(rf"the runner broke down: \w+{more}", project.outcomes["03_made"])
    assert "Hansen A/S" in project.log("01_made")


def test_the_interpreter_that_runs_it_is_used_whatever_kernel_the_notebook_names(tiny):
    tiny.add("01_made", FOLDER, "import sys", WRITE.replace("'a\\n1\\n'", "sys.executable"), kernel="julia-1.9")
    assert tiny.run()
    assert (tiny.root / OUTPUT).read_text() == sys.executable


ENDINGS = {
    "an error": (("1 / 0",), "cell [1]: ZeroDivisionError: division by zero"),
    "an input error": (
        ("from toe_analysis.errors import InputError\nraise InputError('no such column\\nin the sheet')",),
        "cell [1]: no such column",
    ),
    "an error below a template, which is no Python": (
        (
            "from toe_analysis.showing.sentences import tell",
            "tell('responses', 'answer', rates=[{'base': 48}], valid={}, are_those=True, waves=1)",
        ),
        "cell [2]: words.csv, sentence.share: expected blanks among base, found 'count'",
    ),
    "an exit": ((FOLDER, WRITE, "import sys\nsys.exit(0)"), "cell [3]: the notebook ended itself with exit"),
    "an exit with a code": (("import sys\nsys.exit(3)",), "cell [1]: SystemExit: 3"),
    "a dead process": (("import os\nos._exit(1)",), "the notebook's Python process ended"),
    "a missing output": (("pass",), "it did not write data/processed/01_made.csv"),
    "an empty output": ((FOLDER, WRITE.replace("a\\n1\\n", "")), "it left data/processed/01_made.csv empty"),
    "an undeclared output": (
        (FOLDER, WRITE, WRITE.replace("01_made", "01_more")),
        "it wrote data/processed/01_more.csv, which the stage table does not list",
    ),
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory):
    """All endings in one run, a stage each, over results that are good."""
    tiny = Project(tmp_path_factory.mktemp("failures"))
    for number, (cells, _) in enumerate(ENDINGS.values(), start=1):
        name = f"{number:02d}_made"
        output = OUTPUT.replace("01_made", name)
        (tiny.root / "data/processed").mkdir(exist_ok=True)
        (tiny.root / output).write_text("last good")
        tiny.add(name, *[cell.replace("01_made", name) for cell in cells], writes=[output])
    assert not tiny.run()
    return tiny


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_stage_that_fails_says_why_in_one_line_and_keeps_the_last_good_result(failures, ending):
    name = f"{1 + list(ENDINGS).index(ending):02d}_made"
    assert failures.outcomes[name].startswith(ENDINGS[ending][1].replace("01_made", name))
    assert "\n" not in failures.outcomes[name]
    assert (failures.root / OUTPUT.replace("01_made", name)).read_text() == "last good"
    assert ("StageError" in failures.log(name)) == (ending != "a dead process")


def test_an_unknown_parameter_is_refused_with_those_there_are(tiny):
    tiny.add("01_made", FOLDER, WRITE, parameters="level: float = 0.95  # of intervals", given={"levle": 0.9})
    assert not tiny.run()
    assert tiny.outcomes["01_made"] == "its notebook has no parameter 'levle'; it has: level"


def test_a_parameter_reaches_the_notebook(tiny):
    tiny.add(
        "01_made", FOLDER, WRITE.replace("'a\\n1\\n'", "word"), parameters="word: str = 'x'  # one", given={"word": "y"}
    )
    tiny.stages = list(with_parameters(tiny.stages, {"word": "z", "other": 1}))
    assert tiny.run()
    assert (tiny.root / OUTPUT).read_text() == "z"


def test_a_notebook_that_is_not_there_is_named(tiny):
    tiny.add("01_made")
    (tiny.notebooks / "01_made.ipynb").unlink()
    assert not tiny.run()
    assert tiny.outcomes["01_made"] == "there is no notebook 01_made.ipynb"


def test_stages_wait_for_what_they_read_and_do_not_run_after_a_failure(tiny):
    second = "from toe_analysis.paths import Root\nroot = Root.current()\n"
    second += "root.to_process('02_x.csv').write_text((root.processed / '01_made.csv').read_text() + '2')"
    tiny.add("02_after", FOLDER, second, reads=[OUTPUT], writes=["data/processed/02_x.csv"])
    tiny.add("01_made", FOLDER, WRITE)
    tiny.add("03_alone", FOLDER, WRITE.replace("01_made", "03_y"), writes=["data/processed/03_y.csv"])
    assert tiny.run()
    assert (tiny.root / "data/processed/02_x.csv").read_text() == "a\n1\n2"
    shutil.rmtree(tiny.root / "data/processed")
    tiny.add("01_made", "raise ValueError('no')")
    tiny.stages.pop(1)
    assert not tiny.run(jobs=1)
    assert tiny.outcomes["02_after"] == "not run, because it reads from 01_made"
    assert tiny.outcomes["03_alone"] == ""


def test_an_executed_notebook_is_the_same_every_time_and_names_no_folder(tiny):
    tiny.add("01_made", FOLDER, WRITE, "import pandas as pd\npd.DataFrame({'a': [1]})", prose=["A table."])
    tiny.add("02_made", FOLDER, WRITE.replace("01", "02"), "print(1)", writes=["data/processed/02_made.csv"])
    kept = []
    for jobs in (1, 2):
        assert tiny.run(jobs=jobs, force=True)
        kept.append([tiny.executed(stage.name) for stage in tiny.stages])
    assert kept[0] == kept[1]
    assert str(tiny.root).encode() not in b"".join(kept[0])
    assert b"papermill" not in b"".join(kept[0])


def test_a_file_among_the_results_that_no_stage_makes_is_found(tiny):
    tiny.add("01_made", FOLDER, WRITE)
    for name in ("data/processed/01_made.csv", "data/processed/old.csv", "figures/en/README.md", "figures/en/old.svg"):
        (tiny.root / name).parent.mkdir(parents=True, exist_ok=True)
        (tiny.root / name).write_text("x")
    assert undeclared_files(tiny.stages, tiny.root) == ["data/processed/old.csv", "figures/en/old.svg"]
