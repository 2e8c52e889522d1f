import pytest

from toe_analysis.statistics import adjust_p_values


def test_benjamini_and_hochberg_by_hand():
    assert adjust_p_values([0.01, 0.04, 0.03], method="fdr_bh").tolist() == pytest.approx([0.03, 0.04, 0.04])


def test_holm_never_falls_in_the_order_of_the_p_values():
    assert adjust_p_values([0.03, 0.02, 0.5], method="holm").tolist() == pytest.approx([0.06, 0.06, 0.5])


def test_a_single_number_is_refused_by_name():
    with pytest.raises(ValueError, match=r"p must be a sequence, got 0\.5"):
        adjust_p_values(0.5, method="holm")


def test_no_tests_need_no_adjustment():
    assert adjust_p_values([], method="holm").tolist() == []


@pytest.mark.parametrize("method", ["bonferroni", "bh", None])
def test_an_unknown_method_is_refused_by_name(method):
    with pytest.raises(ValueError, match=f"method.*{method}"):
        adjust_p_values([0.1], method=method)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), None, "0.1", True])
def test_a_p_value_that_is_none_is_refused_by_name(value):
    with pytest.raises(ValueError, match=rf"p\[1\].*{value}"):
        adjust_p_values([0.1, value], method="holm")
