"""The reference says what Python's own `help` would, for every name that others may call."""

import inspect

import pytest

from toe_analysis import statistics
from toe_analysis.publishing.reference import reference_files


@pytest.fixture(scope="module")
def pages():
    return {name.rsplit("/", 1)[1]: content.decode() for name, content in reference_files().items()}


def test_every_name_that_statistics_offers_is_there_with_its_parameters(pages):
    page = pages["statistics.md"]
    for name, offered in vars(statistics).items():
        if name.startswith("_") or inspect.ismodule(offered):
            continue
        entry = page.split(f"\n### {name}\n", 1)[1].split("\n### ", 1)[0]
        for parameter in inspect.signature(offered).parameters.values():
            if not parameter.name.startswith("_"):
                assert parameter.name in entry.split("```")[1], name
        assert inspect.getdoc(offered).splitlines()[0] in entry


def test_keywords_defaults_and_results_stand_as_they_are_written(pages):
    assert "adjust_p_values(p: object, *, method: str) -> np.ndarray" in pages["statistics.md"]


def test_the_audit_begins_with_how_it_is_called_and_what_a_claims_file_holds(pages):
    page = pages["audit.md"]
    assert page.index("CLAIMS.csv") < page.index("### audit_files") < page.index("- ``printed``: the text as printed")


def test_nothing_of_numpydoc_is_left_and_every_example_stands_between_fences(pages):
    for page in pages.values():
        assert "\n----" not in page
        assert "math:" not in page
        outside = page.split("```")[::2]
        assert page.count("```") % 2 == 0
        assert not any(">>>" in text for text in outside)
