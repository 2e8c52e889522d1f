"""A file is read by a process of its own: what hangs, grows or falls there costs that process alone."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from survey.reading.workbooks import message

from toe_analysis.survey import read_export
from toe_analysis.survey.reading import kinds, tables


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("import time; time.sleep(60)", "takes more than 1 seconds; copy the answers alone"),
        ("import os; os.abort()", "of memory or breaks down; copy the answers alone"),
        ("import os; os._exit(3)", "of memory or breaks down; copy the answers alone"),
    ],
)
def test_a_reading_process_that_hangs_or_falls_ends_in_one_message(
    script, told, good, questionnaire, tmp_path, monkeypatch
):
    started = tmp_path / "started"
    (tmp_path / "kinds.py").write_text(f"open({str(started)!r}, 'a').write('once')\n{script}")
    monkeypatch.setattr(kinds, "__file__", str(tmp_path / "kinds.py"))
    monkeypatch.setattr(tables, "SECONDS", 1)
    for name, content in {"export.xlsx": good, "export.csv": b"a;b,c\td|e\n"}.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert told in message(path, questionnaire)
        assert started.read_text() == "once"  # and not once for each separator
        started.unlink()


def test_a_fault_of_our_own_in_the_reading_process_is_not_blamed_on_the_file(
    good, questionnaire, tmp_path, monkeypatch
):
    path = tmp_path / "export.xlsx"
    path.write_bytes(good)
    (tmp_path / "kinds.py").write_text("import no_such_module")
    monkeypatch.setattr(kinds, "__file__", str(tmp_path / "kinds.py"))
    with pytest.raises(RuntimeError, match="No module named 'no_such_module'"):
        read_export(path, questionnaire)


def test_a_fault_within_the_excel_reader_ends_in_one_message(good, questionnaire, tmp_path, monkeypatch):
    (tmp_path / "python_calamine.py").write_text(
        "class CalamineError(Exception): pass\n"
        "class PanicException(BaseException): pass\n"  # as pyo3 raises one
        "class CalamineWorkbook:\n"
        "    def from_filelike(file): raise PanicException('index out of bounds')\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = tmp_path / "export.xlsx"
    path.write_bytes(good)
    assert "reading stopped at: index out of bounds; open it in Excel" in message(path, questionnaire)


@pytest.mark.skipif(sys.platform != "linux", reason="no limit on memory here, a clock alone")
def test_the_system_ends_a_reading_process_that_takes_too_much():
    script = "import kinds, time; kinds.limit({}); held = []\nwhile {}: held.append(bytes(2**26))"
    for seconds, grows in ((100, True), (1, False)):
        code = script.format(seconds, grows) + ("" if grows else "\nwhile True: pass")
        done = subprocess.run([sys.executable, "-c", code], cwd=Path(kinds.__file__).parent, capture_output=True)
        assert b"MemoryError" in done.stderr if grows else done.returncode == -signal.SIGXCPU


@pytest.mark.parametrize("ending", [".xlsx", ".parquet"])
def test_the_reading_process_loads_little_so_that_it_starts_soon(ending, good):
    content = good
    if ending == ".parquet":
        times = pd.DataFrame({"Start time": pd.to_datetime(["2025-02-03T08:00:00.123456789"]).as_unit("ns")})
        content = times.to_parquet()
    words = [sys.executable, "-P", "-X", "importtime", kinds.__file__, ending, "9", ""]
    done = subprocess.run(words, input=content, capture_output=True, check=True)
    assert b"refused" not in done.stdout
    assert b"calamine" in done.stderr or ending == ".parquet"
    assert not {b"pandas", b"toe_analysis", b"matplotlib"} & set(re.findall(rb"\| +(\w+)", done.stderr))
