import pytest
from scipy.stats import binom, fisher_exact

from toe_analysis.statistics import power_of_comparison


@pytest.mark.parametrize(("share", "power"), [(0.10, 0.97), (0.15, 0.78), (0.20, 0.45)])
def test_power_at_48_against_429(share, power):
    assert round(power_of_comparison(48, 429, share, 1 / 3), 2) == power


def test_power_is_the_sum_over_every_pair_of_counts():
    wanted = sum(
        binom.pmf(a, 9, 0.2) * binom.pmf(c, 14, 0.7)
        for a in range(10)
        for c in range(15)
        if fisher_exact([[a, 9 - a], [c, 14 - c]]).pvalue <= 0.05
    )
    assert power_of_comparison(9, 14, 0.2, 0.7) == pytest.approx(wanted, rel=1e-10)


def test_swapping_the_groups_keeps_power():
    assert power_of_comparison(20, 35, 0.2, 0.5) == pytest.approx(power_of_comparison(35, 20, 0.5, 0.2), rel=1e-10)


def test_size_stays_below_alpha():
    assert power_of_comparison(48, 429, 1 / 3, 1 / 3, alpha=0.1) <= 0.1


def test_nobody_asked_finds_nothing():
    assert power_of_comparison(0, 20, 0.1, 0.9) == 0


def test_a_certain_difference_is_found():
    assert power_of_comparison(10, 10, 0, 1) == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((-1, 4, 0.1, 0.2), "n_sample.*-1"),
        ((4, 2.5, 0.1, 0.2), r"n_baseline.*2\.5"),
        ((4, 4, 10, 0.2), "share_sample.*10"),
        ((4, 4, 0.1, float("nan")), "share_baseline.*nan"),
    ],
)
def test_a_wrong_design_is_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=named):
        power_of_comparison(*arguments)


@pytest.mark.parametrize("alpha", [0, 1, 5])
def test_a_wrong_level_is_refused_by_name(alpha):
    with pytest.raises(ValueError, match=f"alpha.*{alpha}"):
        power_of_comparison(4, 4, 0.1, 0.2, alpha=alpha)
