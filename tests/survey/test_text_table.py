import pytest

from toe_analysis.errors import InputError
from toe_analysis.survey.text_table import read_text_table


@pytest.mark.parametrize("text", ["a,b\n1,NA\n\n , \n,2\n", "\ufeffa; b\n1;NA\n\n ; \n;2\n\n"])
def test_rows_keep_their_number_in_the_file_and_cells_their_text(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    assert read_text_table(path, ["b"]).to_dict("index") == {2: {"a": "1", "b": "NA"}, 5: {"a": "", "b": "2"}}


def test_what_cannot_be_read_is_told_without_the_folder(tmp_path):
    for name, content, message in (
        ("latin.csv", "a\nø\n".encode("latin-1"), "save it as 'CSV UTF-8'"),
        ("long.csv", b"a,b\n1,2,3\n", "line 2"),
        ("none.csv", None, "there is no such file"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=message) as caught:
            read_text_table(tmp_path / name)
        assert str(caught.value).startswith(name)
        assert tmp_path.name not in str(caught.value)
