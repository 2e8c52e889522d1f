import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from toe_analysis.statistics import feasible_counts, fisher_p_values
from toe_analysis.statistics.groups import comparisons


@given(cells=st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=8))
def test_p_values_are_those_of_scipy(cells):
    found = fisher_p_values(*np.transpose(cells))
    assert found == pytest.approx([fisher_exact(np.reshape(cell, (2, 2))).pvalue for cell in cells], rel=1e-10)


@pytest.mark.parametrize("cells", [(1203, 4021, 988, 4377), (4, 44, 2661, 6979), (300, 5, 20, 100000), (0, 9, 0, 4)])
def test_large_and_empty_tables_are_those_of_scipy(cells):
    assert fisher_p_values(*cells) == pytest.approx(fisher_exact(np.reshape(cells, (2, 2))).pvalue, rel=1e-9)


def test_many_blocks_give_what_one_gives(monkeypatch):
    cells = np.random.default_rng(1).integers(0, 30, (4, 200))
    whole = fisher_p_values(*cells)
    monkeypatch.setattr(comparisons, "_CELLS_AT_ONCE", 50)
    assert fisher_p_values(*cells) == pytest.approx(whole, rel=1e-12)


def test_cells_are_broadcast():
    assert fisher_p_values([[1], [2]], 3, [4, 5, 6], 7).shape == (2, 3)


def test_no_tables_give_no_p_values():
    assert fisher_p_values([], [], [], []).shape == (0,)


@pytest.mark.parametrize(
    ("count", "base", "below", "always_above"),
    [(7, 11, 0, None), (9, 14, 0, None), (14, 22, 812, 168), (16, 25, 894, 77)],
)
def test_small_sceptics_against_every_baseline_that_prints_as_40_percent(count, base, below, always_above):
    pairs = np.array([(found, size) for size in range(20, 430) for found in feasible_counts("40", size)])
    assert len(pairs) == 920
    p_values = fisher_p_values(count, base - count, pairs[:, 0], pairs[:, 1] - pairs[:, 0])
    assert (p_values < 0.05).sum() == below
    if always_above:
        assert pairs[p_values >= 0.05, 1].max() == always_above


@pytest.mark.parametrize(("count", "base", "smallest"), [(7, 11, 0.126), (9, 14, 0.091)])
def test_smallest_p_of_the_small_readings(count, base, smallest):
    pairs = np.array([(found, size) for size in range(20, 430) for found in feasible_counts("40", size)])
    p_values = fisher_p_values(count, base - count, pairs[:, 0], pairs[:, 1] - pairs[:, 0])
    assert round(p_values.min(), 3) == smallest
