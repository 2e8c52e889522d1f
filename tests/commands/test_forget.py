import os
import stat
from types import SimpleNamespace

import pytest

from toe_analysis.commands.forget import forget
from toe_analysis.errors import InputError
from toe_analysis.releasing.record import PastRelease, read_record, write_record


def test_a_run_is_deleted_with_what_the_record_knows_of_its_firms_and_nothing_else_is(tmp_path, capsys):
    for name in ("north", "south"):
        (tmp_path / "private" / name / "data/raw").mkdir(parents=True)
        (tmp_path / "private" / name / "pseudonym_key").write_text("secret")
        (tmp_path / "private" / name / "data/raw/survey_export.xlsx").write_bytes(b"12345")
    write_record(tmp_path, [PastRelease(name, "k", ("f",), ("r",), {}, {"status": []}) for name in ("north", "south")])
    assert forget(tmp_path, SimpleNamespace(name="north")) == 0
    said = capsys.readouterr().out
    assert "Deleted private/north and all that was in it: 2 files, 11 bytes" in said
    assert "Beyond its reach" in said
    assert said.splitlines()[-1].startswith("The release that was made from it stays on record")
    assert sorted(path.name for path in (tmp_path / "private").iterdir()) == ["published.json", "south"]
    if os.name != "nt":  # the record that is left is for its owner alone
        assert stat.S_IMODE((tmp_path / "private/published.json").stat().st_mode) == 0o600
    one, other = read_record(tmp_path)
    assert (one.run, one.key, one.firms, one.rows, one.tables) == ("", "", (), (), {})
    assert other.run == "south"
    assert other.firms == ("f",)


def test_a_run_that_was_never_released_is_not_told_to_be_on_record(tmp_path, capsys):
    for name in ("north", "south"):
        (tmp_path / "private" / name).mkdir(parents=True)
    write_record(tmp_path, [PastRelease("south", "k", ("f",), ("r",), {}, {"status": []})])
    assert forget(tmp_path, SimpleNamespace(name="north")) == 0
    said = capsys.readouterr().out
    assert "Beyond its reach" in said
    assert "record" not in said


@pytest.mark.parametrize("name", ["", ".", "..", "../docs", "nobody", "link", "published.json"])
def test_what_is_no_run_is_not_deleted(tmp_path, name):
    (tmp_path / "docs").mkdir()
    (tmp_path / "private/north").mkdir(parents=True)
    (tmp_path / "private/published.json").touch()
    if name == "link":
        (tmp_path / "private/link").symlink_to(tmp_path / "docs")
    with pytest.raises(InputError, match="expected the name of a folder under private/ "):
        forget(tmp_path, SimpleNamespace(name=name))
    assert (tmp_path / "docs").is_dir()
    assert (tmp_path / "private/north").is_dir()
