"""Whether two shares are alike, up to a margin: "not shown to differ" is not "alike"."""

from dataclasses import dataclass

from toe_analysis.statistics._chances import binomial, p_values
from toe_analysis.statistics._checks import probability
from toe_analysis.statistics._ties import settled
from toe_analysis.statistics.groups import _unconditional
from toe_analysis.statistics.groups.comparisons import LARGEST_PAIRS_OF_INTERVAL
from toe_analysis.statistics.shares import Interval, Result, Share, as_share


@dataclass(frozen=True)
class Equivalence(Result):
    """Result of `equivalent_shares`.

    Parameters
    ----------
    sample : Share
    baseline : Share or float
        The other share, or a fixed one.
    margin : float
        The difference that does not matter.
    p_value : float
        The larger of the two below: at most alpha where the shares are alike up to the margin.
    p_lower, p_upper : float
        One-sided, against a difference of minus the margin or less, and of the margin or more.
    difference : float
        Sample share less the other.
    interval : Interval
        Exact interval for the difference at 1 - 2 alpha: where it lies within the margins, p <= alpha. The converse
        need not hold in small groups (see Notes of the function).
    method : str
    """

    sample: Share
    baseline: Share | float
    margin: float
    p_value: float
    p_lower: float
    p_upper: float
    difference: float
    interval: Interval
    method: str

    def to_row(self) -> dict[str, object]:
        """Return shares, margin, p-values and interval; ``their_share`` is that of the group, or the fixed one."""
        fixed = isinstance(self.baseline, float)
        row = {"count": self.sample.count, "base": self.sample.base, "share": self.sample.value}
        row["their_share"] = self.baseline if fixed else self.baseline.value
        row |= {name: getattr(self, name) for name in ("margin", "p_value", "p_lower", "p_upper", "difference")}
        row |= {"lower": self.interval.lower, "upper": self.interval.upper, "confidence": self.interval.confidence}
        return row | {"method": self.method}


def equivalent_shares(sample: Share, baseline: Share | float, margin: float, *, alpha: float = 0.05) -> Equivalence:
    """Test whether two shares are alike up to a margin, by two one-sided exact tests.

    Parameters
    ----------
    sample : Share or pair of int
        The group.
    baseline : Share, pair of int, or float
        An independent group, or a share taken as known.
    margin : float
        Largest difference that does not matter, strictly between 0 and 1; to be fixed before looking.
    alpha : float
        Level of the test, strictly between 0 and 1/2, for the interval that goes with it.

    Raises
    ------
    ValueError
        If an argument is no share or out of its range, a group is empty, or pairs of counts are above 100 million.

    Notes
    -----
    Alike is what is left when both "lower by the margin or more" and "higher by the margin or more" are rejected, each
    at alpha (Schuirmann). Against a group each p-value is the largest chance, over the pairs of shares that differ by
    the margin and that the data leave possible, of a score statistic at least as large (Chan 1998), found to within
    1e-6, and the 1e-6 that is left out. Pairs that differ by more make those tables rarer still, but order them anew:
    so the interval may hold such a difference although the margin is ruled out. Against a fixed share each is binomial.

    References
    ----------
    Schuirmann DJ (1987). A comparison of the two one-sided tests procedure and the power approach for assessing the
    equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.
    Chan ISF (1998). Exact tests of equivalence and efficacy with a non-zero lower bound for comparative studies.
    Statistics in Medicine 17, 1403-1413.

    Examples
    --------
    Two of 4 firms, where half are expected, are not shown to be alike up to 0.4: if one in 10 had it, two or more of 4
    would have it with a chance of 1 - 0.9 ** 4 - 4 * 0.1 * 0.9 ** 3 = 0.0523.

    >>> found = equivalent_shares((2, 4), 0.5, 0.4)
    >>> round(found.p_lower, 4), round(found.p_value, 4)
    (0.0523, 0.0523)
    """
    sample, margin = as_share(sample, "sample"), probability(margin, "margin", open_ends=True)
    alpha = probability(alpha, "alpha", open_ends=True)
    if not 1e-15 <= alpha < 0.5:
        raise ValueError(f"alpha must be below 1/2 and at least 1e-15, got {alpha}")
    if not isinstance(baseline, Share | tuple | list):
        baseline = probability(baseline, "baseline")
        return _against_fixed(sample, baseline, margin, alpha)
    baseline = as_share(baseline, "baseline")
    pairs = (sample.base + 1) * (baseline.base + 1)
    if not (sample.base and baseline.base) or pairs > LARGEST_PAIRS_OF_INTERVAL:
        raise ValueError(
            f"sample and baseline must hold firms, and at most {LARGEST_PAIRS_OF_INTERVAL} pairs of counts, "
            f"got bases of {sample.base} and {baseline.base}"
        )
    orders = (sample, baseline), (baseline, sample)
    sides = [float(settled(_unconditional.upper_tail(*groups, -margin))) for groups in orders]
    limits = _unconditional.limits(sample, baseline, alpha)
    method = "two one-sided exact unconditional tests, score statistic"
    interval = Interval(*limits, 1 - 2 * alpha, "chan_zhang")
    difference = sample.value - baseline.value
    return Equivalence(sample, baseline, margin, max(sides), *sides, difference, interval, method)


def _against_fixed(sample: Share, baseline: float, margin: float, alpha: float) -> Equivalence:
    if not sample.base:
        raise ValueError("sample must hold firms, got a base of 0")
    # A share below 0 or above 1 is ruled out without a test.
    sides = [
        p_values(binomial(sample.base, edge), sample.count, side)[0].item() if 0 <= edge <= 1 else 0.0
        for edge, side in ((baseline - margin, "greater"), (baseline + margin, "less"))
    ]
    limits = sample.interval(confidence=1 - 2 * alpha, method="clopper_pearson")
    interval = Interval(limits.lower - baseline, limits.upper - baseline, limits.confidence, limits.method)
    method = "two one-sided exact binomial tests"
    difference = sample.value - baseline
    return Equivalence(sample, baseline, margin, max(sides), *sides, difference, interval, method)
