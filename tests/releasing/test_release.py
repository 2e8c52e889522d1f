"""The release of a private run, made from the committed results as if they were a private run's."""

import shutil

import pandas as pd
import pytest
from edits import contents

from toe_analysis.commands.line import main
from toe_analysis.paths import ROOT_VARIABLE
from toe_analysis.releasing.protection import LEAST_VALUES
from toe_analysis.releasing.tables import release_tables


@pytest.fixture(scope="module")
def released(project, tmp_path_factory):
    return _release(project, tmp_path_factory.mktemp("released"), "--public", "status")[1]


@pytest.fixture
def run(project, tmp_path, monkeypatch):
    """Release a few tables into a folder of one's own, without figures: `released` has all of both."""

    def few(*given, **options):
        tables, known = release_tables(*given, **options)
        return [table for table in tables if table.name in ("wave", "status", "size", "q36")], known

    monkeypatch.setattr("toe_analysis.releasing.release.release_tables", few)
    monkeypatch.setattr("toe_analysis.releasing.files.publish_figure", lambda *given: None)
    return lambda *words: _release(project, tmp_path, *words)


def _release(project, folder, *words):
    for name in ("data/raw", "data/processed"):
        shutil.copytree(project / name, folder / "private/ours" / name, dirs_exist_ok=True)
    (folder / "private/ours/pseudonym_key").write_text("secret\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", "")
        patch.setenv(ROOT_VARIABLE, "")
        return main(folder, ["release", *words]), folder / "private/ours/release"


def test_a_release_holds_the_declared_tables_with_their_figures_and_hides_small_counts(released):
    names = {path.stem for path in (released / "data/processed").iterdir()}
    assert {"status", "size", "size_by_status", "wave", "q35"} <= names
    for name in names:
        table = pd.read_csv(released / f"data/processed/{name}.csv")
        assert name == "status" or (table["count"].dropna() >= 5).all()
        assert (table["count"].isna() == (table["shown"] == "hidden")).all()
        assert table.loc[table["shown"] == "hidden", ["share", "lower", "upper"]].isna().all(axis=None)
        assert all((released / f"figures/{language}/{name}.svg").is_file() for language in ("en", "da"))
    assert not names & {"q02", "q04", "q05", "q07", "q38"}
    readme = (released / "README.md").read_text(encoding="utf-8")
    unnamed = readme.partition("or of too few:\n")[2].partition(".")[0].split(", ")
    left_out = readme.partition("could be shown: ")[2].partition(".")[0].split(", ")
    questions = {name for name in {*names, *(one.partition(":")[0] for one in left_out)} if name[0] == "q"}
    told = [*questions, *unnamed, "q03", "q08", "q20", "q33"]  # the last are what size and status come from
    assert sorted(told) == [f"q{number:02}" for number in range(1, 42)]


def test_a_question_of_which_only_those_not_asked_could_be_shown_is_named_as_left_out(run, capsys):
    code, folder = run("--minimum", "14")
    assert code == 0
    assert not (folder / "data/processed/q36.csv").exists()
    readme, said = (folder / "README.md").read_text(encoding="utf-8"), capsys.readouterr().out
    hidden = sum(path.read_text().count(",hidden,") for path in (folder / "data/processed").glob("*.csv"))
    assert f"in all, {hidden} counts are hidden" in said
    for told in (readme, said):
        named = told.partition("could be shown: ")[2].partition(".")[0].split(", ")
        assert "q36" in named
        assert len(set(named)) == len(named)
        assert not {name for name in named if (folder / f"data/processed/{name}.csv").exists()}


def test_what_stays_private_says_how_well_each_count_is_hidden(released):
    audit = pd.read_csv(released.parent / "build/release_audit.csv")
    assert (audit["largest"] - audit["smallest"] + 1 >= LEAST_VALUES).all()
    assert not list(released.rglob("*audit*"))


def test_the_counts_that_the_report_prints_may_be_declared_public(released):
    status = pd.read_csv(released / "data/processed/status.csv")
    assert status["count"].tolist() == [4, 2, 28, 14]
    assert "Known from the report already, and shown: status." in (released / "README.md").read_text(encoding="utf-8")


def test_the_same_run_gives_the_same_bytes_and_a_release_of_another_one_is_warned_of(run, tmp_path, capsys):
    first = contents(run("--public", "status")[1])
    (tmp_path / "private/wave_1/release").mkdir(parents=True)
    for path in (tmp_path / "private/ours/release").rglob("*.csv"):
        path.write_bytes(b"")  # so that what stands there afterwards is new
    assert contents(run("--public", "status")[1]) == first  # the very same release again is no other one
    assert "Warning: there is a release of wave_1 too" in capsys.readouterr().out


def test_claims_kept_with_semicolons_are_read_and_one_that_is_missing_is_printed_as_none(run, tmp_path, capsys):
    run("--run", "theirs")  # lays the files out
    path = tmp_path / "private/ours/data/raw/published_claims.csv"
    claims = pd.read_csv(path, dtype=str, keep_default_na=False)
    claims.to_csv(path, index=False, sep=";")
    assert main(tmp_path, ["release", "--public", "status"]) == 0
    claims[claims["claim"] != "users"].to_csv(path, index=False)
    assert main(tmp_path, ["release", "--public", "status"]) == 2
    assert "prints none for user" in capsys.readouterr().err


def test_counts_that_differ_from_the_printed_ones_are_not_public_and_not_told(run, tmp_path, capsys):
    run("--run", "theirs")  # lays the files out
    path = tmp_path / "private/ours/data/processed/01_clean_responses.csv"
    responses = pd.read_csv(path, dtype=str, keep_default_na=False)
    responses.loc[responses["status"] == "failed", "status"] = "user"
    responses.to_csv(path, index=False)
    assert main(tmp_path, ["release", "--public", "status"]) == 2
    assert "prints 4 for user, and this survey has another count" in capsys.readouterr().err
    assert not (path.parents[2] / "release").exists()


def test_wrong_usage_is_one_sentence(run, tmp_path, capsys):
    code, folder = run("--run", "theirs")
    assert code == 2
    assert "expected --run with one of ours, found theirs" in capsys.readouterr().err
    assert not folder.exists()
    with pytest.raises(SystemExit, match=r"^2$"):
        main(tmp_path, ["release", "--minimum", "2"])  # before any answer is read
    assert "--minimum: expected a number of at least 3, found '2'" in capsys.readouterr().err


def test_where_there_is_nothing_to_withdraw_it_is_told(run, capsys):
    assert run()[0] == run("--withdraw")[0] == 0
    assert capsys.readouterr().out.count("Nothing was withdrawn: no other release of these firms") == 1


@pytest.mark.parametrize("more", [(), ("--public", "status")])
def test_a_release_of_nothing_or_of_few_is_refused_and_not_kept_on_record(run, tmp_path, capsys, more):
    code, folder = run("--minimum", "49", *more)
    assert code == 2
    assert "found none: each would have to be hidden (answers: 48, --minimum 49)" in capsys.readouterr().err
    assert not folder.exists()
    assert not (tmp_path / "private/published.json").exists()


def test_what_is_still_a_guess_is_not_published(run, tmp_path, capsys):
    assert run()[0] == 0
    path = tmp_path / "private/ours/data/raw/questionnaire.csv"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join([f"{head},guess", f"{first},few answers", *(f"{row}," for row in rest)]), encoding="utf-8"
    )
    assert main(tmp_path, ["release"]) == 2
    assert "found a guess for q01; decide their privacy, type and options" in capsys.readouterr().err
