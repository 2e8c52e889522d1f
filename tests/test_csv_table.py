import os
import re
import sys
from pathlib import Path

import pytest

from toe_analysis.csv_table import WHOLE, one_of, read_csv_table
from toe_analysis.errors import InputError


@pytest.mark.parametrize(
    "text", ["a,b\n1,NA\n\n , \n,2\n", "\ufeffa; b\n1;NA\n\n ; \n;2\n\n", "a\tb\n1\tNA\n\n\n\t2\n"]
)
def test_rows_keep_their_number_in_the_file_and_cells_their_text(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    assert read_csv_table(path, ["b"]).to_dict("index") == {2: {"a": "1", "b": "NA"}, 5: {"a": "", "b": "2"}}


def test_what_cannot_be_read_is_told_without_the_folder(tmp_path):
    for name, content, message in (
        ("latin.csv", b"a\n" * 300_000 + "ø\n".encode("latin-1"), "line 300001 is not; save it as 'CSV UTF-8'"),
        ("quote.csv", b'a,b\n1,2\n3,"4\n', "a quotation mark in row 3 is never closed"),
        ("words.csv", b'a,b\n1,"so" they say\n', "a quotation mark in row 2 ends a cell that goes on; put two where"),
        ("blank.csv", b"\na,b\n1,2\n", "but row 1 names no columns"),
        ("empty.csv", b"", "but it is empty"),
        ("sep.csv", b"sep=;\r\na;b\r\n1;2\r\n", "row 1: expected the names of the columns, found 'sep=;', .* delete"),
        ("long.csv", b"a,b\n1,2,3\n", "row 2"),
        ("none.csv", None, "there is no such file"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=message) as caught:
            read_csv_table(tmp_path / name)
        assert str(caught.value).startswith(name)
        assert tmp_path.name not in str(caught.value)


def test_a_row_with_too_many_cells_is_told_with_the_mark_that_cut_one_of_them(tmp_path):
    for text, found in (("claim,printed\nq1,4 (8,3 %)\n", "row 2: .* comma"), ("a;b\n1;2\n\n1;2;\n", "row 4: .* semi")):
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=rf"^t\.csv, {found}"):
            read_csv_table(tmp_path / "t.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such file")
def test_a_device_which_may_have_no_end_is_not_read():
    with pytest.raises(InputError, match=r"^null: .* but that is a pipe or a device; give the file itself$"):
        read_csv_table(Path(os.devnull))


def test_a_folder_and_a_file_that_may_not_be_read_are_told_without_the_number_of_an_error(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="but that is a folder; add the name of the file in it"):
        read_csv_table(tmp_path)
    (tmp_path / "t.csv").write_text("a\n1\n")

    def refuse(*given, **options):
        raise PermissionError(13, "Permission denied", "t.csv")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"^t\.csv: .* cannot be read \(Permission denied\); see whether .* read it$"):
        read_csv_table(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("yes,two", "t.csv, row 3, column units: expected a whole number of at most 9 digits, found 'two'"),
        ("yes,-2", "t.csv, row 3, column units: expected a whole number of at most 9 digits, found '-2'"),
        ("maybe,2", "t.csv, row 3, column said: expected one of yes, nothing, found 'maybe'"),
    ],
)
def test_a_cell_that_is_no_known_code_or_whole_number_is_named_by_row_and_column(tmp_path, cells, message):
    path, holds = tmp_path / "t.csv", {"said": one_of(("yes", "")), "units": WHOLE}
    path.write_text("said,units\n,1\nyes,2\n", encoding="utf-8")
    assert read_csv_table(path, holds=holds)["units"].tolist() == ["1", "2"]
    path.write_text(f"said,units\n,1\n{cells}\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_csv_table(path, holds=holds)
