import pytest

from toe_analysis.statistics import adjust_p_values


def test_benjamini_and_hochberg_by_hand():
    assert adjust_p_values([0.01, 0.04, 0.03], method="fdr_bh").tolist() == pytest.approx([0.03, 0.04, 0.04])


def test_holm_never_falls_in_the_order_of_the_p_values_and_answers_in_the_order_given():
    assert adjust_p_values([0.5, 0.03, 0.02], method="holm").tolist() == pytest.approx([0.5, 0.06, 0.06])


def test_no_tests_need_no_adjustment():
    assert adjust_p_values([], method="holm").tolist() == []
