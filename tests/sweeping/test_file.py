import re

import pytest
from this_study import PROJECT

from toe_analysis.errors import InputError
from toe_analysis.running.stages import STAGES
from toe_analysis.statistics import Share
from toe_analysis.statistics.planning.power import Design
from toe_analysis.survey.synthetic.world import read_worlds
from toe_analysis.sweeping.file import read_sweep

STUDY_WORLDS = read_worlds(PROJECT / "data/raw")


@pytest.fixture
def read(tmp_path, project):
    def read(text):
        (tmp_path / "mine.csv").write_text(text, encoding="utf-8")
        return read_sweep(tmp_path / "mine.csv", STAGES, project / "notebooks", STUDY_WORLDS)

    return read


def told(variant):
    return {stage.name[:2]: dict(stage.parameters) for stage in variant.stages}


def test_a_parameter_goes_to_every_notebook_that_has_it_and_one_with_a_number_to_that_alone(read):
    found = read("name,alpha,05.alpha,world,dont_know\none,0.1,0.01,9/14,as_no\ntwo,,,,\n")
    expected = {
        "01": {"wave_cutoff": "", "dont_know": "as_no"},
        **{"02": {}, "03": {}, "04": {"alpha": 0.1}, "05": {"alpha": 0.01}},
        **{"06": {"coder_b": ""}, "07": {}, "08": {}, "09": {"alpha": 0.1}, "10": {"alpha": 0.1}},
    }
    assert expected.items() <= told(found["one"]).items()
    assert (found["one"].world, found["two"].world) == ("9/14", "")
    assert found["two"].stages == STAGES


def test_a_row_is_named_by_its_place_in_the_file_also_below_empty_lines(read):
    with pytest.raises(InputError, match="row 5, column 'alpha': expected a number"):
        read("name,alpha\n\none,0.1\n,\ntwo,much\n")


def test_a_damaged_notebook_is_named(tmp_path):
    (tmp_path / "mine.csv").write_text("name,alpha\na,0.1\n")
    (tmp_path / f"{STAGES[0].name}.ipynb").write_text("{")
    with pytest.raises(InputError, match=r"01_clean_responses\.ipynb is damaged"):
        read_sweep(tmp_path / "mine.csv", STAGES, tmp_path)


def test_types_are_those_of_the_notebooks_and_a_danish_spreadsheet_may_have_written_the_file(read):
    found = read("\ufeffname;smallest;show_texts;coder_b;grouping\none;12;true;b.csv;10-49,50-200\n")["one"]
    assert told(found)["01"]["smallest"] == 12
    assert told(found)["03"]["show_texts"] is True
    assert told(found)["04"]["grouping"] == "10-49,50-200"
    assert "data/raw/b.csv" in found.stages[5].may_read


def test_a_file_with_a_baseline_holds_designs(read):
    found = read("name,true_share,baseline_share,baseline_base,response\na,0.64,0.4,168,51/778\nb,0.64,0.4,,\n")
    assert found == {"a": Design(0.64, 0.4, 168, response=Share(51, 778)), "b": Design(0.64, 0.4)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mine.csv: expected a CSV file in UTF-8, but it is empty"),
        ("alpha\n0.1\n", "mine.csv, row 1: expected the columns name, found alpha"),
        ("name,alpha,alpha\na,1,1\n", "row 1: expected each column once, found 'alpha' twice"),
        ("name,alpha\n", "a row for each run"),
        ("name,alpha\na,0,1\n", "mine.csv, row 2: expected 2 cells, as in row 1, found 3"),
        ("name\n../a\n", "mine.csv, row 2, column 'name': expected letters"),
        ("name\na\nA\n", "row 3, column 'name'"),
        ("name\nbasis\n", "row 2, column 'name'"),
        ("name,alhpa\na,1\n", "column 'alhpa': expected 'world' or a parameter"),
        ("name,02.alpha\na,1\n", "column '02.alpha'"),
        ('name,alpha\na,0.1\nb,"0,1"\n', "row 3, column 'alpha': expected a number with a decimal point"),
        ("name,alpha\na,nan\n", "row 2, column 'alpha'"),
        ("name,smallest\na,9.5\n", "expected a whole number, found '9.5'"),
        ("name,show_texts\na,1\n", "expected True or False, found '1'"),
        ("name,world\na,1/2\n", "column 'world': expected one of none, 7/11"),
        ("name,true_share,baseline_share,world\na,0.5,0.4,none\n", "column 'world': expected a field of a design"),
        ("name,true_share,baseline_share\na,1.5,0.4\n", "mine.csv, row 2: true_share"),
        ("name,baseline_share\na,0.4\n", "row 2, column true_share: expected a share like 0.64, found nothing"),
        ("name,true_share,baseline_share\na,0.64,\n", "row 2, column baseline_share: expected a share like 0.64"),
        ("name,true_share,baseline_share,response\na,0.5,0.4,51\n", "expected answers of invitations, like 51/778"),
    ],
)
def test_what_cannot_be_used_is_named_by_row_and_column(read, text, message):
    with pytest.raises(InputError, match=re.escape(message)):
        read(text)


def test_the_examples_of_the_page_can_be_read(read, project):
    text = (project / "docs/many-runs.md").read_text(encoding="utf-8")
    runs, designs = re.findall(r"```\n(name,.*?)```", text, re.DOTALL)
    assert len(read(runs)) == 4
    assert all(isinstance(design, Design) for design in read(designs).values())
