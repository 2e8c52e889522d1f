import os
import subprocess
import sys
from pathlib import Path

import pytest

from toe_analysis.errors import InputError
from toe_analysis.survey.reading.files import MOST_BYTES, read_file


def refused(path):
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_is_read_whole_under_any_name_that_a_file_can_have(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("-x.csv", "--responses.csv", "æøå 1.CSV", ".csv.csv"):
        (tmp_path / name).write_bytes(b"a;b\n")
        for path in (tmp_path / name, (tmp_path / name).relative_to(tmp_path)):
            file = read_file(path)
            assert (file.name, file.ending, file.content) == (name, ".csv", b"a;b\n")


@pytest.mark.skipif(sys.platform == "win32", reason="these need no right here alone")
def test_what_is_no_file_ends_in_one_sentence_and_never_in_waiting(tmp_path):
    loop, pipe, device = (tmp_path / f"{name}.xlsx" for name in ("loop", "pipe", "device"))
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    assert "loop.xlsx, but it cannot be read (Too many levels of symbolic links); see whether" in refused(loop)
    assert refused(pipe).endswith("pipe.xlsx, but that is a pipe or a device; give the file itself")
    assert refused(device).endswith("device.xlsx, but that is a pipe or a device; give the file itself")


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="a file of the system that is read until somebody writes")
def test_a_file_of_the_system_that_looks_like_any_other_is_not_waited_for(tmp_path):
    (tmp_path / "messages.csv").symlink_to("/proc/kmsg")
    code = "import pathlib, toe_analysis.survey.reading.files as it; it.read_file(pathlib.Path('messages.csv'))"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False, timeout=20)


def test_names_that_no_file_can_have_and_signs_that_no_terminal_shows(tmp_path):
    assert "x.xlsx, but it cannot be read" in refused(tmp_path / ("x" * 300 + ".xlsx"))
    assert "there is no such file" in refused(tmp_path / "a\nb\x1b[31m\udcff.xlsx")


def test_a_link_to_a_folder_is_a_folder_and_one_to_nowhere_no_file(tmp_path):
    (tmp_path / "folder.xlsx").symlink_to(tmp_path)
    (tmp_path / "nowhere.xlsx").symlink_to(tmp_path / "gone.xlsx")
    assert "but that is a folder; add the name of the file in it" in refused(tmp_path / "folder.xlsx")
    assert "there is no such file" in refused(tmp_path / "nowhere.xlsx")


def test_a_file_that_is_larger_than_any_survey_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES * 100)
    assert "it has more than 67,108,864 bytes; copy the answers alone" in refused(path)
