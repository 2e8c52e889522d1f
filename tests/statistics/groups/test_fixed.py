"""Over a range of fixed shares the p-value is extreme at an end or where `turning_shares` says."""

import numpy as np
import pytest
from scipy.stats import binom

from toe_analysis.statistics import compare_to_fixed, turning_shares


def _p_values(count, base, shares):
    """Sum the chances of the counts no likelier than the one seen, as the definition of the test says."""
    chances = binom.pmf(np.arange(base + 1), base, shares[:, None])
    return np.where(chances <= chances[:, [count]] * (1 + 1e-9), chances, 0).sum(axis=1)


@pytest.mark.parametrize(("count", "base"), [(0, 1), (1, 1), (4, 48), (16, 25), (0, 30), (77, 200)])
@pytest.mark.parametrize(("low", "high"), [(0.195, 0.205), (0.3, 0.36), (0.555, 0.565), (0.0, 1.0)])
def test_no_share_of_a_range_has_a_p_value_beyond_those_that_are_tried(count, base, low, high):
    turns = turning_shares((count, base))
    tried = [low, *turns[(turns > low) & (turns < high)], high]
    found = [compare_to_fixed((count, base), share).p_value for share in tried]
    everywhere = _p_values(count, base, np.linspace(low, high, 10_001))
    assert min(found) <= everywhere.min() + 1e-12
    assert max(found) >= everywhere.max() - 1e-12
    # Nor is any of theirs far from all.
    assert (min(found), max(found)) == pytest.approx((everywhere.min(), everywhere.max()), abs=2e-3)


def test_nobody_has_a_p_value_that_turns():
    assert not turning_shares((0, 0)).size
    assert compare_to_fixed((0, 0), 0.3).p_value == 1
