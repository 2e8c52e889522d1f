import numpy as np
import pytest
from scipy.stats import fisher_exact

from toe_analysis.statistics import fisher_p_values
from toe_analysis.statistics.groups import comparisons


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
