import nbformat
import pytest
from survey.reading.workbooks import packed

from toe_analysis.teaching import handins
from toe_analysis.teaching.handins import read_handins, students_of

NOTEBOOK = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('tjek("1a", svar_1a)')])).encode()


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


PACKED = packed({"01.ipynb": NOTEBOOK})


def whose(folder):
    found, problems = read_handins(folder)
    assert problems == []
    return [handin.student for handin in found]


def test_canvas_moodle_and_folders_are_told_apart_and_belong_to_their_students(tmp_path):
    canvas = {"jensenmette_4711_9902_01_fra_eksport-1.ipynb": NOTEBOOK, "øali_LATE_12_9_01 (2).ipynb": NOTEBOOK}
    moodle = {"Bo B. Birk_815_assignsubmission_file_/min opgave 1.ipynb": NOTEBOOK}
    folders = {"Camilla Ærø 2/ai-opgaver/01.ipynb": NOTEBOOK, "Dan/uge 3/opgaver/01.ipynb": NOTEBOOK}
    assert whose(write(tmp_path, canvas | moodle | folders)) == [
        *("Bo B. Birk", "Camilla Ærø 2", "Dan", "jensenmette (4711)", "øali (12)")
    ]


def test_two_students_of_one_name_stay_two_and_one_who_handed_in_twice_stays_one():
    same = [f"Mette Jensen_{number}_assignsubmission_file_/01.ipynb" for number in (815, 816)]
    assert students_of(same) == ["Mette Jensen (815)", "Mette Jensen (816)"]
    assert students_of([f"uge {week}/{path}" for week, path in enumerate(same)]) == ["Mette Jensen"] * 2


def test_who_handed_in_something_else_is_named_unless_there_is_a_notebook_too(tmp_path):
    files = {"Ali/01.ipynb": NOTEBOOK, "Ali/tjek.py": b"", "Ali/kom-i-gang.html": b"", "Mads/01.html": b"<html>"}
    found, problems = read_handins(write(tmp_path, files))
    assert [handin.student for handin in found] == ["Ali"]
    assert problems == ["Mads/01.html: er ikke en notebook (.ipynb) og tæller ikke med. Bed om notebooken."]


@pytest.mark.parametrize("name", ["01.ipynb.txt", "01.txt", "01.IPYNB.json", "01.png", "a.rar", "a.7z", "a.tar.gz"])
def test_what_a_notebook_may_be_hidden_in_is_named_and_not_passed_over(tmp_path, name):
    found, problems = read_handins(write(tmp_path, {"Ali/01.ipynb": NOTEBOOK, f"Bo/{name}": NOTEBOOK}))
    assert [handin.student for handin in found] == ["Ali"]
    assert problems == [f"Bo/{name}: er ikke en notebook (.ipynb) og tæller ikke med. Bed om notebooken."]


def test_a_name_is_one_student_whether_its_rings_and_dots_are_apart_or_not():
    assert len(set(students_of([f"hold/{name}/01.ipynb" for name in ("Bo", "\u00c5se", "A\u030ase")]))) == 2


@pytest.mark.parametrize("outside", ["", "aflevering 1/", "download/aflevering 1/"])
def test_folders_that_all_share_are_nobodys(outside):
    assert students_of([f"{outside}Mette/a.ipynb", f"{outside}Ali/b/a.ipynb"]) == ["Mette", "Ali"]


def test_one_students_folder_is_still_that_students():
    assert students_of(["Mette/ai-opgaver/01.ipynb", "Mette/ai-opgaver/02.ipynb"]) == ["Mette", "Mette"]
    assert students_of(["Mette/01.ipynb", "Mette/uge 3/02.ipynb"]) == ["Mette", "Mette"]
    assert students_of(["Mette/01.ipynb", "Mette/uge 3/02.ipynb", "info.html"])[:2] == ["Mette", "Mette"]


@pytest.mark.parametrize("loose", ["02_regler - Eva.ipynb", "eva_4711_9902_02_regler.ipynb"])
def test_a_loose_file_beside_the_students_folders_makes_no_one_student_of_the_class(loose):
    class_ = ["uge 2/Ali/01.ipynb", "uge 2/Bo/01.ipynb", f"uge 2/{loose}"]
    assert [name.split(" ")[0].casefold() for name in students_of(class_)] == ["ali", "bo", "eva"]
    assert students_of(
        ["uge 2/jensenmette_4711_9902_01.ipynb", "uge 2/øali_12_9_01.ipynb", "uge 2/02 - Eva.ipynb"]
    ) == [*("jensenmette (4711)", "øali (12)", "02 - Eva")]


def test_a_name_written_on_to_the_exercises_own_is_whole():
    written = ["00_python_paa_30_minutter_Mads Hansen.ipynb", "00_python_paa_30_minutter_Ida Hansen (1).ipynb"]
    assert students_of(written) == ["Mads Hansen", "Ida Hansen"]
    small = ["lars Hansen", "ida Hansen", "hansen_lars", "nielsen_lars"]
    exercises = ["00_python_paa_30_minutter", "01_fra_eksport_til_tabel"]
    paths = [f"{exercise}_{name}.ipynb" for exercise in exercises for name in small]
    assert students_of(paths, exercises) == [*small, *small]


@pytest.mark.parametrize("loose", ["info.html", "karakterer.csv", "02_regler - Eva.ipynb"])
def test_a_loose_file_above_the_class_makes_no_one_student_of_it(loose):
    assert students_of(["uge 2/Ali/01.ipynb", "uge 2/Bo/01.ipynb", loose])[:2] == ["Ali", "Bo"]


def test_zip_files_are_read_as_folders_also_inside_each_other_and_as_the_whole_class(tmp_path):
    hers = packed({"ai-opgaver/01.ipynb": NOTEBOOK, "ai-opgaver/.ipynb_checkpoints/01.ipynb": NOTEBOOK})
    whole = packed({"Mette Jensen/opgaver.zip": hers, "__MACOSX/._01.ipynb": b"", "Ali/01.ipynb": NOTEBOOK})
    (tmp_path / "submissions.zip").write_bytes(whole)
    assert whose(tmp_path) == ["Ali", "Mette Jensen"]
    assert whose(tmp_path / "submissions.zip") == ["Ali", "Mette Jensen"]


def test_a_cell_without_an_id_does_no_harm_and_is_not_spoken_of(tmp_path, recwarn):
    without = b"\n".join(line for line in NOTEBOOK.splitlines() if b'"id"' not in line)
    assert whose(write(tmp_path, {"Bo/01.ipynb": without})) == ["Bo"]
    assert [str(one.message) for one in recwarn] == []


def test_a_students_sheets_come_along_under_their_own_names(tmp_path):
    write(tmp_path, {"jensenmette_4711_9_05.ipynb": NOTEBOOK, "jensenmette_4711_10_kodeark_Mette.xlsx": b"her sheet"})
    write(tmp_path, {"Ali_1_2_05.ipynb": NOTEBOOK})
    found, _ = read_handins(tmp_path)
    assert {handin.student: handin.sheets for handin in found} == {
        "Ali (1)": {},
        "jensenmette (4711)": {"kodeark_Mette.xlsx": b"her sheet"},
    }


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("Bo/01.ipynb", b"{not json", "ikke en hel notebook"),
        ("Bo/01.ipynb", b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "ikke en hel notebook"),
        ("Bo/01.ipynb", b"\xff\xfe", "ikke en hel notebook"),
        ("Bo/01.ipynb", NOTEBOOK.replace(b'"nbformat_minor": 5', b'"nbformat_minor": "5"'), "ikke en hel notebook"),
        ("Bo/01.ipynb", b"[" * 100_000, "ikke en hel notebook"),
        ("Bo/01.zip", b"PK damaged", "ikke en zip-fil"),
        ("Bo/01.zip", PACKED[:60] + bytes(20) + PACKED[80:], "ikke en zip-fil"),
        ("Bo/1.zip", packed({"2.zip": packed({"3.zip": packed({"4.ipynb": NOTEBOOK})})}), "ligger for dybt"),
    ],
    ids=[  # a zip's bytes hold the time
        *("no JSON", "no cells", "no text", "a version in quotes", "too deep"),
        *("no zip", "a damaged zip", "a zip too deep"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_read(tmp_path, name, content, word):
    found, problems = read_handins(write(tmp_path, {name: content, "Ali/01.ipynb": NOTEBOOK}))
    assert [handin.student for handin in found] == ["Ali"]
    assert len(problems) == 1
    assert problems[0].startswith(name.removesuffix(".zip"))
    assert word in problems[0]


def test_files_and_classes_beyond_the_bounds_are_named_and_not_kept(tmp_path, monkeypatch):
    write(
        tmp_path, {"Ali/01.ipynb": NOTEBOOK, "Bo/big.zip": packed({"01.ipynb": b" " * 5000}), "Dan/01.ipynb": NOTEBOOK}
    )
    monkeypatch.setattr(handins, "LARGEST_FILE", 2000)
    monkeypatch.setattr(handins, "LARGEST_CLASS", len(NOTEBOOK) + 1)
    found, problems = read_handins(tmp_path)
    assert [handin.student for handin in found] == ["Ali"]
    assert [problem.split(":")[0] for problem in problems] == ["Bo/big/01.ipynb", "Dan/01.ipynb"]
