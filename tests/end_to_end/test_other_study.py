"""Another survey takes this one's place, by name, and inherits none of its facts."""

import json
import re
import tomllib

import pandas as pd
import pytest
from edits import edit
from end_to_end.conftest import Copy
from survey.reading.workbooks import write_sheets

from toe_analysis.running.stages import STAGES

#: What only this study's files say. The first are its printed numbers of invited firms.
OF_THIS_STUDY = ("778", "317", "Danish Industry", "Dansk Industri", "Midtjylland", "Aarhus", "Dania")
OF_FIRMS = re.compile(r"(?i).{,40}(?:firm|virksomhed|employee|ansat)\w*")
WITHOUT_A_REPORT = ("01_clean_responses", "02_classify_firms", "03_describe_toe", "04_size_by_status")
PLACE = "build/studies/fjord"


@pytest.fixture(scope="module")
def fjord(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("fjord"))
    copy.ended = copy.run("--study", "fjord")
    return copy


def test_the_second_study_runs_and_says_what_is_left_out_and_why(fjord):
    assert fjord.ended.returncode == 0, fjord.ended.stdout + fjord.ended.stderr
    assert fjord.ended.stderr == ""
    left = re.findall(r"^Notebook (\w+) is left out, since study\.toml names no", fjord.ended.stdout, re.MULTILINE)
    assert [*WITHOUT_A_REPORT, *left] == [stage.name for stage in STAGES]
    assert "Responses received: 40, analysed: 39." in fjord.ended.stdout
    assert "real firms" in fjord.ended.stdout.splitlines()[-1]


def test_nothing_of_this_study_stands_in_its_results_or_notebooks(fjord):
    files = fjord.files(f"{PLACE}/data/processed", f"{PLACE}/figures", f"{PLACE}/build/notebooks")
    assert {name.split("/")[-1][:2] for name in files} == {name[:2] for name in WITHOUT_A_REPORT}
    for name, content in files.items():
        text = content.decode("utf-8")
        if name.endswith(".ipynb"):  # the sources are the same for every study, and its pictures are looked at apart
            cells = json.loads(text)["cells"]
            text = json.dumps([cell["source"] for cell in cells if cell["cell_type"] == "markdown"])
            text += re.sub(r"base64,[^\"]*", "", json.dumps([cell.get("outputs", []) for cell in cells]))
        if not name.endswith(".svg"):
            assert [word for word in OF_THIS_STUDY if re.search(rf"\b{word}\b", text)] == [], name


def test_the_project_itself_is_left_as_it_was(fjord, project):
    for folder in ("data/processed", "figures"):
        for path in (project / folder).rglob("*.*"):
            assert (fjord.path / path.relative_to(project)).read_bytes() == path.read_bytes()


def test_its_rates_sizes_scales_and_numbers_are_its_own(fjord):
    processed = fjord.path / PLACE / "data/processed"
    rates = pd.read_csv(processed / "01_clean_responses_rates.csv")
    assert rates[["count", "base"]].to_numpy().tolist() == [[40, 412]]
    assert pd.read_csv(processed / "02_classify_firms.csv")["status"].tolist() == [
        *("daily", "sometimes", "testing", "considering", "no_plans")
    ]
    levels = pd.read_csv(processed / "03_describe_toe_levels.csv")
    assert levels.groupby("question")["count"].sum().to_dict() == dict.fromkeys(levels["question"].unique(), 39)
    trends = pd.read_csv(processed / "04_size_by_status_trends.csv")
    assert set(trends["against"]) == {"size", "status"}
    assert (trends["p_holm"] >= trends["p_value"]).all()


def test_nothing_of_a_study_without_a_report_is_called_published(fjord):
    for path in (fjord.path / PLACE / "data/processed").iterdir():
        assert not re.search(r"\bpublished\b", path.read_text(encoding="utf-8")), path.name


def test_its_shares_are_weighted_to_the_sizes_of_its_frame(fjord):
    processed = fjord.path / PLACE / "data/processed"
    firms = pd.read_csv(processed / "01_clean_responses.csv")
    frame = tomllib.loads((fjord.path / "data/studies/fjord/study.toml").read_text(encoding="utf-8"))["frame"]["size"]
    classes = firms["size"].replace({"1-4": "1-19", "5-19": "1-19"})
    sizes = {label: int((classes == label).sum()) for label in frame}
    kept = json.loads((processed / "02_classify_firms.json").read_text(encoding="utf-8"))["weighted"]
    assert sum(frame.values()) == 412
    assert sum(sizes.values()) == len(firms) == 39
    for status, row in kept.items():
        of_it = {label: int(((classes == label) & (firms["status"] == status)).sum()) for label in frame}
        assert (row["count"], row["base"]) == (sum(of_it.values()), 39)
        weighted = sum(there * of_it[label] / sizes[label] for label, there in frame.items()) / 412
        assert row["weighted_share"] == pytest.approx(weighted)
        squares = sum(there**2 / sizes[label] for label, there in frame.items())
        assert row["effective_base"] == pytest.approx(412**2 / squares)
    assert list(kept) == pd.read_csv(processed / "02_classify_firms.csv")["status"].tolist()
    assert sum(row["weighted_share"] for row in kept.values()) == pytest.approx(1)


def test_a_second_run_has_nothing_to_do_also_while_an_editor_has_a_file_open(fjord):
    (fjord.path / "data/studies/fjord/.#study.toml").symlink_to("somebody@somewhere.1234")  # as Emacs locks a file
    again = fjord.run("--study", "fjord")
    assert [line.split()[1:] for line in again.stdout.splitlines()[:4]] == [["up", "to", "date"]] * 4


def test_a_study_begins_from_its_export_once_and_has_no_other_beside_it(fjord, told):
    export = fjord.path / "data/studies/fjord/survey_export.xlsx"
    code, begun, errors = told(fjord.path, "new-study", export, "--name", "north")
    assert code == 0, errors
    assert "Then: python run_all.py --study north" in begun
    assert "Eksempelbedrift" not in begun  # no answer is shown
    code, again, errors = told(fjord.path, "new-study", export, "--name", "north")
    assert (code, again) == (2, "")
    assert "nothing in it is overwritten" in errors
    (fjord.path / "private/north/data/raw/survey_export.csv").write_text("a newer one\n", encoding="utf-8")
    code, _, errors = told(fjord.path, "--study", "north")
    assert code == 2
    assert "north/data/raw: expected one export, found survey_export.xlsx and survey_export.csv; take out" in errors


def test_a_study_whose_one_number_is_the_size_has_no_trend_to_test(fjord, told, tmp_path):
    rows = [[4 + 7 * n, ("Use it", "Plan to")[n % 3 == 0]] for n in range(24)]
    export = write_sheets(tmp_path / "sizes.xlsx", {"Sheet1": [["How many employees?", "Do you use AI?"], *rows]})
    assert told(fjord.path, "new-study", export, "--name", "sizes")[0] == 0
    raw = fjord.path / "private/sizes/data/raw"
    asked = pd.read_csv(raw / "questionnaire.csv", dtype=str)
    asked.loc[0, ["role", "options"]] = ["size", "0-49;50+"]
    asked.to_csv(raw / "questionnaire.csv", index=False)
    edit(raw / "study.toml", 'groups = "1-9,10+"', 'groups = "0-49,50+"')
    code, said, errors = told(fjord.path, "--study", "sizes", "--only", "04")
    assert code == 0, said + errors
    assert pd.read_csv(fjord.path / "private/sizes/data/processed/04_size_by_status_trends.csv").empty


def test_what_a_survey_of_schools_shows_and_releases_speaks_of_schools(fjord, told, tmp_path):
    titles = ["How many pupils has your school?", "Where do you stand with AI?", "AI saves time", "What do you use?"]
    titles.append("Name of your school")
    sizes, stands, scale = ("10-99", "100-499"), ("Use it", "Plan to"), ("Disagree", "Neither", "Agree")
    used = ("Chat", "Chat;Tests", "")
    rows = [[sizes[n // 6 % 2], stands[n % 2], scale[n % 3], used[n % 3], f"Hill {n}"] for n in range(48)]
    export = write_sheets(tmp_path / "schools.xlsx", {"Sheet1": [titles, *rows]})
    assert told(fjord.path, "new-study", export, "--name", "schools")[0] == 0
    place = fjord.path / "private/schools"
    words = (place / "data/raw/words.csv").read_text("utf-8").replace("respondenter", "skoler")
    words = words.replace("en respondent", "en skole").replace("respondenten", "skolen").replace("respondent", "school")
    (place / "data/raw/words.csv").write_text(words, "utf-8")
    asked = pd.read_csv(place / "data/raw/questionnaire.csv", dtype=str).assign(guess="", toe=["", "", "T", "O", ""])
    asked.loc[3, "options"] = "Chat"
    asked.to_csv(place / "data/raw/questionnaire.csv", index=False)
    study = (place / "data/raw/study.toml").read_text("utf-8").replace("# [invited]", "[invited]")
    (place / "data/raw/study.toml").write_text(study.replace("# 1 = NUMBER", "1 = 80"), "utf-8")
    once, again = ("release", "--run", "schools"), ("release", "--run", "schools", "--minimum", "6")
    ways = [("--study", "schools"), once, again, (*again, "--shared"), (*once, "--withdraw"), (*again, "--replace")]
    said = {}
    for command in ways:
        code, output, errors = told(fjord.path, *command)
        said[command] = output + errors
        assert code == (2 if command == again else 0), said[command]
        assert {*OF_FIRMS.findall(said[command])} <= {"02_classify_firms"}  # a notebook's name
    assert "its tables may identify schools." in said[ways[0]]
    assert "not decided yet: 10 lines of study.toml with GUESS" in said[ways[0]].splitlines()[-2]
    assert "Guessed" not in fjord.ended.stdout
    assert (place / "data/processed/03_describe_toe_levels.csv").is_file()
    assert not [path for path in (place / "data/processed").iterdir() if "Hill" in path.read_text("utf-8")]
    assert "Not usable in q04, the school gave an answer" in said[ways[0]]
    assert "released before from the same schools" in said[again]
    shown = {}
    for path in place.rglob("*.*"):
        if path.match("figures/*/*.csv") or path.name == "README.md":
            shown[path.name] = path.read_text("utf-8")
        elif path.suffix == ".svg":
            shown[path.name] = re.search("<metadata>.*</metadata>", path.read_text("utf-8"), re.DOTALL)[0]
        elif path.suffix == ".ipynb":
            outputs = [cell.get("outputs", []) for cell in json.loads(path.read_text("utf-8"))["cells"]]
            shown[path.name] = re.sub(r"base64,[^\"]*", "", json.dumps(outputs, ensure_ascii=False))
    assert {name: found for name, text in shown.items() if (found := OF_FIRMS.findall(text))} == {}
    assert "48 of 80 invited schools answered" in shown["01_clean_responses.ipynb"]
    assert "Counts of 48 schools." in shown["README.md"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--study", "../data/studies/fjord"), "expected a folder with study.toml under private/ or data/studies/"),
        (("--study", "south"), "expected a folder with study.toml under private/ or data/studies/ (fjord"),
        (
            ("--study", "fjord", "--only", "06"),
            "06_code_interviews cannot be run, since study.toml names no report.toml",
        ),
        (("new-study", "README.md", "--name", "x"), "README.md: expected an Excel workbook"),
        (("new-study", "data/studies/fjord/survey_export.xlsx", "--name", "../x"), "expected small letters"),
    ],
)
def test_a_slip_is_one_sentence_and_nothing_is_made(fjord, told, monkeypatch, words, message):
    monkeypatch.chdir(fjord.path)
    before = set(fjord.files("private"))
    code, _, errors = told(fjord.path, *words)
    assert code == 2
    assert message in errors
    assert errors.count("\n") == 1
    assert set(fjord.files("private")) == before
