"""The release of a private run, made from the committed results as if they were a private run's."""

import shutil

import pandas as pd
import pytest

from toe_analysis.reporting.disclosure import LEAST_VALUES
from toe_analysis.workflow.command import main


@pytest.fixture
def run(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "")
    for name in ("data/raw", "data/processed"):
        shutil.copytree(project / name, tmp_path / "private/ours" / name)

    def release(*words):
        return main(tmp_path, ["release", *words]), tmp_path / "private/ours/release"

    return release


def test_a_release_holds_the_declared_tables_with_their_figures_and_hides_small_counts(run):
    code, folder = run()
    assert code == 0
    names = {path.stem for path in (folder / "data/processed").iterdir()}
    assert {"status", "size", "size_by_status", "wave"} <= names
    for name in names:
        table = pd.read_csv(folder / f"data/processed/{name}.csv")
        assert (table["count"].dropna() >= 5).all()
        assert (table["count"].isna() == (table["shown"] == "hidden")).all()
        assert table.loc[table["shown"] == "hidden", ["share", "lower", "upper"]].isna().all(axis=None)
        assert all((folder / f"figures/{language}/{name}.svg").is_file() for language in ("en", "da"))
    assert not set(names) & {"q02", "q04", "q05", "q07", "q38"}


def test_what_stays_private_says_how_well_each_count_is_hidden(run):
    _, folder = run("--public", "status")
    audit = pd.read_csv(folder.parent / "build/release_audit.csv")
    assert (audit["largest"] - audit["smallest"] + 1 >= LEAST_VALUES).all()
    assert not list(folder.rglob("*audit*"))


def test_the_counts_that_the_report_prints_may_be_declared_public(run):
    _, folder = run("--public", "status")
    status = pd.read_csv(folder / "data/processed/status.csv")
    assert status["count"].tolist() == [4, 2, 28, 14]
    assert "Known from the report already, and shown: status." in (folder / "README.md").read_text(encoding="utf-8")


def test_counts_that_differ_from_the_printed_ones_are_not_public_and_not_told(run, tmp_path, capsys):
    path = tmp_path / "private/ours/data/processed/01_clean_responses.csv"
    responses = pd.read_csv(path, dtype=str, keep_default_na=False)
    responses.loc[responses["status"] == "failed", "status"] = "user"
    responses.to_csv(path, index=False)
    code, folder = run("--public", "status")
    assert code == 2
    assert "prints 4 for user, and this survey has another count" in capsys.readouterr().err
    assert not folder.exists()


def test_the_same_run_gives_the_same_bytes(run):
    _, folder = run("--public", "status")
    first = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    run("--public", "status")
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == first


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--minimum", "2"], "--minimum of at least 3, found 2"),
        (["--run", "theirs"], "expected --run with one of ours, found theirs"),
    ],
)
def test_wrong_usage_is_one_sentence(run, words, message, capsys):
    code, folder = run(*words)
    assert code == 2
    assert message in capsys.readouterr().err
    assert not folder.exists()
