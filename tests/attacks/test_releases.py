"""Somebody who has two releases subtracts one from the other, to learn what a firm answered that has withdrawn."""

import random
import re
import shutil

import pandas as pd
import pytest
from edits import contents

from toe_analysis.commands.line import main
from toe_analysis.paths import ROOT_VARIABLE, Root
from toe_analysis.releasing import files as released_files
from toe_analysis.releasing import release
from toe_analysis.releasing.tables import release_tables

RESPONSES = "data/processed/01_clean_responses"


@pytest.fixture(scope="module")
def survey(project, tmp_path_factory):
    """A private run of random firms, made from the committed ones; figures are not what is attacked here."""
    folder = tmp_path_factory.mktemp("survey")
    firms = pd.read_csv(project / f"{RESPONSES}.csv", dtype=str, keep_default_na=False, index_col="firm")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(released_files, "publish_figure", lambda *given: None)
        for name in ("PYTHONPATH", ROOT_VARIABLE):
            patch.setenv(name, "")

        def made(number, most=3):
            """Three tables have all that is on record; hiding in those by two columns takes ten times as long."""

            def few(*given, **options):
                tables, known = release_tables(*given, **options)
                return tables[:most], known

            patch.setattr(release, "release_tables", few)
            shutil.rmtree(folder / "private", ignore_errors=True)
            root = folder / "private/ours"
            shutil.copytree(project / "data/raw", root / "data/raw")
            (root / "data/processed").mkdir()
            shutil.copy(project / f"{RESPONSES}.json", root / "data/processed")
            (root / "pseudonym_key").write_text(f"secret {number}\n")
            draw = random.Random(number)
            chosen = firms.sample(draw.randint(35, 70), replace=True, random_state=number)
            return root, draw, chosen

        yield made


@pytest.fixture(scope="module")
def first_release(survey, tmp_path_factory):
    """A project with one private run that has been released, and its firms."""
    root, _, firms = survey(0)
    keep(root, firms)
    assert main(root.parents[1], ["release"]) == 0
    return shutil.copytree(root.parents[1], tmp_path_factory.mktemp("first") / "project"), firms


@pytest.fixture
def out(first_release, tmp_path):
    """A copy of it: the run's root and its firms."""
    project, firms = first_release
    return shutil.copytree(project, tmp_path / "project") / "private/ours", firms


def keep(root, firms):
    """Write the responses as stage 01 would, with pseudonyms that tell nothing of who is who."""
    table = firms.sample(frac=1, random_state=len(firms))
    table.index = pd.Index([f"F{place:02}" for place in range(1, len(table) + 1)], name="firm")
    table.to_csv(root / f"{RESPONSES}.csv")


def changed(draw, firms):
    """Take out one to three firms; sometimes another one comes, or changes an answer."""
    left = firms.reset_index(drop=True)
    left = left.drop(index=draw.sample(list(left.index), draw.randint(1, 3)))
    if draw.random() < 0.3:
        left = pd.concat([left, firms.sample(1, random_state=draw.randint(0, 999))])
    return left


def counts(folder):
    """Every count that a reader finds, by table and row."""
    found = {}
    for path in (folder / "data/processed").glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        by = [name for name in ("wave", "status", "size", "option") if name in table]
        found |= {(path.stem, *row[by]): row for _, row in table.iterrows()}
    return found


@pytest.mark.parametrize("pairs", [1, pytest.param(12, marks=pytest.mark.attack)])
def test_no_pair_of_releases_gives_a_withdrawn_firm_away(survey, pairs, capsys, record_property):
    for number in range(pairs):
        root, draw, firms = survey(number, {0: 3, 1: None}.get(number, 6))
        keep(root, firms)
        assert main(root.parents[1], ["release"]) == 0
        first, earlier = contents(root / "release"), counts(root / "release")
        keep(root, changed(draw, firms))
        assert main(root.parents[1], ["release"]) == 2
        said = capsys.readouterr().err
        assert "--shared" in said
        assert "--withdraw" in said
        assert "--replace" in said
        assert contents(root / "release") == first
        # In a folder of another name, with a key of its own, the firms are known again.
        shutil.copytree(root, root.with_name("theirs"), ignore=shutil.ignore_patterns("release"))
        (root.with_name("theirs") / "pseudonym_key").write_text("another\n")
        assert main(root.parents[1], ["release", "--run", "theirs"]) == 2
        shutil.rmtree(root.with_name("theirs"))
        # What may be published follows from the earlier release and two numbers: it tells a reader of both nothing.
        assert main(root.parents[1], ["release", "--shared"]) == 0
        told = (root / "release/README.md").read_text(encoding="utf-8")
        gone, came = map(int, re.search(r"Since then (\d+) have gone.* (\d+) have come", told, re.DOTALL).groups())
        assert gone >= 1
        now = counts(root / "release")
        assert now.keys() == earlier.keys()
        for place, row in now.items():
            count = earlier[place]["count"]
            expected = (str(max(int(count) - gone, 0)), str(int(count) + came)) if count else ("", "")
            assert (row["smallest"], row["largest"]) == expected
    record_property("pairs of releases attacked", pairs)


@pytest.mark.attack
def test_the_attack_does_learn_something_where_somebody_releases_all_the_same(out, capsys):
    root, firms = out
    earlier = counts(root / "release")
    keep(root, firms.iloc[1:])
    assert main(root.parents[1], ["release", "--replace"]) == 0
    assert "WARNING: whoever has the earlier release as well can subtract" in capsys.readouterr().out
    now = counts(root / "release")
    shown = [(earlier[place]["count"], now[place]["count"]) for place in earlier.keys() & now.keys()]
    assert any(before and after and before != after for before, after in shown)


def test_a_release_that_reached_nobody_can_be_withdrawn(out):
    root, firms = out
    keep(root, firms.iloc[1:])
    assert main(root.parents[1], ["release", "--withdraw"]) == 0
    assert main(root.parents[1], ["release"]) == 0  # the very same one again
    assert main(root.parents[1], ["release", "--minimum", "6"]) == 2  # what one hides the other may show


def test_every_earlier_release_is_named_before_all_are_withdrawn_and_none_is_shared_alone(out, capsys):
    root, firms = out
    project, theirs = root.parents[1], root.with_name("theirs")
    keep(root, firms.iloc[1:])
    shutil.copytree(root, theirs, ignore=shutil.ignore_patterns("release"))
    assert main(project, ["release", "--run", "theirs", "--replace"]) == 0
    keep(theirs, firms.iloc[2:])
    capsys.readouterr()
    assert [main(project, ["release", "--run", "theirs", *words]) for words in ([], ["--shared"])] == [2, 2]
    refused, shared = capsys.readouterr().err.splitlines()
    assert "there are 2 releases of such firms, those of ours, theirs" in refused
    assert "--withdraw takes all of them back, if none has reached anybody" in refused
    assert "--shared publishes" not in refused
    assert shared.endswith("expected one earlier release of these firms, found those of ours, theirs")
    assert (root / "release").is_dir()
    assert main(project, ["release", "--run", "theirs", "--withdraw"]) == 0
    assert "Withdrawn, so that it must reach nobody any more: ours, theirs." in capsys.readouterr().out
    assert not (root / "release").exists()


def test_ranges_are_refused_where_how_many_firms_differ_is_the_count_of_a_class(out, capsys):
    root, firms = out
    keep(root, firms[firms["size"] != "100-150"])
    cleaned = root / f"{RESPONSES}.json"
    cleaned.write_text(cleaned.read_text().replace('"largest": 200', '"largest": 99'))
    capsys.readouterr()
    assert main(root.parents[1], ["release", "--shared"]) == 2
    assert "as those of the earlier release, found largest changed: how many firms differ" in capsys.readouterr().err


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_what_another_run_shares_of_a_release_is_withdrawn_with_it(out, is_forgotten, capsys):
    root, firms = out
    project, theirs, others = root.parents[1], root.with_name("theirs"), root.with_name("others")
    keep(root, firms.iloc[1:])
    for copy in (theirs, others):
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("release"))
    assert main(project, ["release", "--run", "theirs", "--shared"]) == 0
    assert not is_forgotten or main(project, ["forget", "ours"]) == 0
    capsys.readouterr()
    assert main(project, ["release", "--run", "others", "--withdraw"]) == 0
    ours = "a run that was forgotten" if is_forgotten else "ours"
    assert f"Withdrawn, so that it must reach nobody any more: {ours}, theirs." in capsys.readouterr().out
    assert not (theirs / "release").exists()


def test_after_the_run_is_forgotten_a_release_is_refused_since_nobody_can_tell_whose_it_was(out, capsys):
    root, _ = out
    shutil.copytree(root, root.with_name("theirs"), ignore=shutil.ignore_patterns("release"))
    assert main(root.parents[1], ["forget", "ours"]) == 0
    capsys.readouterr()
    assert main(root.parents[1], ["release", "--run", "theirs"]) == 2
    assert "a run that was forgotten was released before" in capsys.readouterr().err


def test_a_run_on_changed_answers_marks_the_old_release_and_one_on_the_same_takes_the_mark_away(out):
    root, firms = out
    assert release.mark_release(Root.at(root)) == ""
    keep(root, firms.iloc[1:])
    assert "private/ours/release/ is out of date" in release.mark_release(Root.at(root))
    assert (root / "release" / release.OUT_OF_DATE).is_file()
    keep(root, firms)
    assert release.mark_release(Root.at(root)) == ""
    assert not (root / "release" / release.OUT_OF_DATE).exists()
