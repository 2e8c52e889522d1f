import pytest

from toe_analysis.errors import InputError
from toe_analysis.exchange.refi_writing import refi_project
from toe_analysis.exchange.second_coder import read_second_coder
from toe_analysis.interviews import blank_sheet
from toe_analysis.paths import Root


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data/raw").mkdir(parents=True)
    return Root.at(tmp_path)


def test_a_project_and_a_sheet_with_the_same_codes_read_alike(codings, root):
    (root.raw / "class.QDPX").write_bytes(refi_project(codings))
    blank_sheet(codings).assign(toe=codings["toe"]).to_csv(root.raw / "class.csv", index=False)
    from_project, from_sheet = (read_second_coder(root, f"class.{ending}", codings) for ending in ("QDPX", "csv"))
    assert from_project.to_list() == from_sheet.to_list() == codings["toe"].to_list()
    assert from_project.name == from_sheet.name


def test_a_project_that_cannot_be_read_is_called_by_its_name_and_not_its_path(codings, root):
    (root.raw / "class.qdpx").write_bytes(b"no zip")
    with pytest.raises(InputError, match=r"^class\.qdpx: cannot read the \.qdpx file: File is not a zip") as caught:
        read_second_coder(root, "class.qdpx", codings)
    assert str(root.path) not in str(caught.value)
