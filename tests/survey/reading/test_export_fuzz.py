"""Damaged files by the dozen, an attack by the hundred: each is read whole, or refused in one message, nothing written.

TOE_ANALYSIS_FUZZ=10000 tries that many, different ones each time, and prints what came of them.
"""

import csv
import io
import os
import shutil
import sys
import time
from collections import Counter

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey.reading.workbooks import BYTES, SECONDS, SHEET, packed, parts, peak, sheet_of, write_sheets

from toe_analysis.errors import InputError
from toe_analysis.privacy import root as prepare
from toe_analysis.survey.synthetic.world import synthetic_answers

WANTED = os.environ.get("TOE_ANALYSIS_FUZZ", "")
INPUTS = int(WANTED or 50)
WORDS = [
    b'r="XFD1048576"',
    b'r="A1"',
    b'r="ZZZZ9"',
    b"<row>",
    b"</row>",
    b"<c><v>1</v></c>",
    b't="s"',
    b't="str"',
    b't="inlineStr"',
    b"<is><t>Ja</t></is>",
    b"<v>",
    b"</v>",
    b"99999999999",
    b"-1",
    b"1e400",
    b"&amp;",
    b"&#0;",
    b"<![CDATA[",
    b"<!--",
    b"<?x?>",
    b"<!DOCTYPE a>",
    b"</sheetData>",
    b"</worksheet>",
    b'xmlns:x="y"',
    b"x:c",
    b"rId1",
    b"../../../",
    b"\xff\xfe",
    b"\0",
    b'"',
    b";",
    b"\n",
]


@pytest.fixture(scope="module")
def project(tmp_path_factory, questionnaire):
    """A project with nothing but the questionnaire."""
    from conftest import PROJECT

    raw = tmp_path_factory.mktemp("project") / "data" / "raw"
    raw.mkdir(parents=True)
    shutil.copyfile(PROJECT / "data/raw/questionnaire.csv", raw / "questionnaire.csv")
    return raw.parents[1]


@pytest.fixture(scope="module")
def originals(questionnaire, tmp_path_factory, recipe):
    """Small good exports by ending."""
    folder = tmp_path_factory.mktemp("originals")
    rows = sheet_of(questionnaire, synthetic_answers(recipe)[:4])
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    pd.DataFrame(rows[1:], columns=rows[0]).to_parquet(folder / "export.parquet")
    return {
        ".xlsx": write_sheets(folder / "export.xlsx", {"Sheet1": rows}).read_bytes(),
        ".csv": text.getvalue().encode(),
        ".parquet": (folder / "export.parquet").read_bytes(),
    }


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["set", "insert", "delete", "repeat", "cut"]),
        st.floats(0, 1, exclude_max=True),
        st.one_of(st.sampled_from(WORDS), st.binary(min_size=1, max_size=8)),
        st.integers(1, 200),
    ),
    min_size=1,
    max_size=6,
)


def changed(content, changes):
    """Change bytes at places told as a share of the length, so that they fall anywhere in any file."""
    for kind, share, piece, length in changes:
        place = int(share * len(content))
        if kind == "set":
            content = content[:place] + piece + content[place + len(piece) :]
        elif kind == "insert":
            content = content[:place] + piece + content[place:]
        elif kind == "delete":
            content = content[:place] + content[place + length :]
        elif kind == "repeat":
            content = content[:place] + content[place : place + length] * 50 + content[place:]
        elif length > 190:
            content = content[:place]
    return content


def with_changed_part(content, share, changes):
    """Change one part and pack the zip anew, so that its checksums hold and the damage is found by what reads it."""
    found = parts(content)
    names = [*found, *[SHEET] * len(found)]
    name = names[int(share * len(names))]
    return packed(found | {name: changed(found[name], changes)})


@pytest.mark.parametrize("inputs", [INPUTS, pytest.param(400, marks=pytest.mark.attack)])
def test_a_damaged_file_is_read_or_refused_in_one_message(
    project, originals, tmp_path, study, monkeypatch, capsys, inputs, record_property
):
    monkeypatch.setattr(prepare, "read_study", lambda raw: study)  # once is enough, and quicker
    ended: Counter[str] = Counter()
    slowest = 0.0

    @settings(max_examples=inputs, derandomize=not WANTED, suppress_health_check=list(HealthCheck))
    @given(
        ending=st.sampled_from([".xlsx", ".xlsx", ".xlsx", ".csv", ".parquet"]),
        inside=st.booleans(),
        share=st.floats(0, 1, exclude_max=True),
        changes=CHANGES,
    )
    def attempt(ending, inside, share, changes):
        nonlocal slowest
        content = originals[ending]
        if inside and ending == ".xlsx":
            content = with_changed_part(content, share, changes)
        else:
            content = changed(content, changes)
        path = tmp_path / f"export{ending}"
        path.write_bytes(content)
        started = time.monotonic()
        try:
            prepare.private_root(project, project / "data/raw", prepare.read_own([path]), "")
            ended[f"{ending} read"] += 1
            shutil.rmtree(project / "private")
        except InputError as error:
            ended[f"{ending} refused"] += 1
            first = str(error).splitlines()[0]
            assert "expected" in first
            assert "Traceback" not in first
            assert not (project / "private").exists()
        slowest = max(slowest, time.monotonic() - started)
        assert slowest < SECONDS

    attempt()
    record_property("files tried", ended.total())
    own, child = peak()
    assert max(own, child) < BYTES  # and not their sum, since other tests have filled this process
    assert sum(ended.values()) >= INPUTS * 0.9
    if WANTED:
        with capsys.disabled():
            sys.stdout.write(
                f"\n{dict(sorted(ended.items()))}, slowest {slowest:.2f} s, "
                f"at most {own / 2**20:.0f} MiB and {child / 2**20:.0f} MiB apart\n"
            )
