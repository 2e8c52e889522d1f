"""Our side of each comparison: from the report's printed numbers, or from the responses of a real export."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toe_analysis.published.baselines import SMALL, shares_of_small, size_range
from toe_analysis.published.claims import Claim, printed
from toe_analysis.statistics import Share
from toe_analysis.statistics.shares import SHARE_COLUMNS
from toe_analysis.survey import Responses, Study
from toe_analysis.survey.facts.study import Measure


@dataclass(frozen=True)
class OwnShares:
    """What our survey says about one measure.

    Parameters
    ----------
    shares : tuple of Share
        What is printed or counted. Several if a percentage is printed without its base: one of them is true, and
        nothing says which. Empty if the share cannot be formed.
    others : tuple of Share
        Further shares that fit, because a detail of the definition is not printed.
    size : str
        The size class of the firms.
    basis : str
    left_out : int
        Firms of that size whose answer is not known; they are in no base.
    """

    shares: tuple[Share, ...]
    others: tuple[Share, ...]
    size: str
    basis: str
    left_out: int = 0

    @property
    def all(self) -> tuple[Share, ...]:
        """Every share that may be the true one."""
        return self.shares + self.others


def own_shares(responses: Responses, claims: Mapping[str, Claim], *, small: str = "") -> dict[str, OwnShares]:
    """Return our side of every comparison: for each measure of the study, and `SMALL`.

    Synthetic answers prove nothing about a difference, so for them our side is what the report prints. `small` is the
    size class that stands for "under 20 employees"; the study's own where nothing is said.
    """
    if responses.source.kind == "responses":
        return shares_from_responses(responses.table, responses.study, small=small)
    return shares_from_claims(claims, responses.study, small=small)


def shares_from_claims(claims: Mapping[str, Claim], study: Study, *, small: str = "") -> dict[str, OwnShares]:
    """Return every share that fits what the report prints.

    The report does not say what the firms expect that tried AI and gave up, so between none and all of them may join
    the sceptics. For the small firms it prints a percentage only: every count and base that print so are kept.

    Raises
    ------
    InputError
        If a number that this needs is not printed.
    """
    firms = printed(claims, study.claims["valid"])
    found = {}
    for measure in study.measures:
        counts = {name: printed(claims, study.status(name).claim) for name in _of_measure(measure)}
        surely = sum(counts[name] for name in measure.statuses)
        besides = counts[measure.some.status] if measure.some else 0
        # A report may print more than answered: notebook 8 says so, and here nothing fits.
        fit = tuple(Share(count, firms) for count in range(surely, min(surely + besides, firms) + 1))
        found[measure.name] = OwnShares(fit[:1], fit[1:], _everyone(study), "published")
        if measure.held_small:
            found[SMALL] = OwnShares(shares_of_small(claims, study), (), small or study.sizes.small, "published")
    return found


def shares_from_responses(table: pd.DataFrame, study: Study, *, small: str = "") -> dict[str, OwnShares]:
    """Count our shares among the firms of a real export.

    A firm that would count with one answer, and gave none (skipped it, was routed past, ...), is in no base of that
    measure; nor is a firm without a status.
    """
    small = small or study.sizes.small
    found = {}
    for measure in study.measures:
        has, known = _counted(table, measure, study)
        found[measure.name] = _own(has, known, _everyone(study))
        if measure.held_small:
            is_small = table["size"] == small
            found[SMALL] = _own(has[is_small], known[is_small], small)
    return found


def shares_by_wave(
    responses: Responses, own: Mapping[str, OwnShares], *, small: str = ""
) -> dict[tuple[str], dict[int, Share]]:
    """Return our share of each measure of `own` in each wave, counted from the answers at hand, whatever they are."""
    counted = {
        wave: shares_from_responses(part, responses.study, small=small)
        for wave, part in responses.table.groupby("wave")
    }
    return {
        (name,): {wave: next(iter(sides[name].shares), Share(0, 0)) for wave, sides in counted.items()} for name in own
    }


def _of_measure(measure: Measure) -> tuple[str, ...]:
    return (*measure.statuses, measure.some.status) if measure.some else measure.statuses


def _everyone(study: Study) -> str:
    return f"{study.sizes.smallest}-{study.sizes.largest}"


def _counted(table: pd.DataFrame, measure: Measure, study: Study) -> tuple[pd.Series, pd.Series]:
    """Return which firms count, and of which it is known."""
    status = table["status"]
    has = status.isin(measure.statuses)
    if not measure.some:
        return has, pd.Series(True, index=table.index)
    partly, known = status == measure.some.status, status.isin(study.status_names)
    when = measure.some.when
    if when is None:
        return has, known & ~partly
    answered = table[when.question].isin(study.questionnaire[when.question].options)
    return has | (partly & when.holds(table)), known & (~partly | answered)


def _own(has: pd.Series, known: pd.Series, size: str) -> OwnShares:
    share = Share(int((has & known).sum()), int(known.sum()))
    return OwnShares((share,) if share.base else (), (), size, "responses", int((~known).sum()))


def own_table(own: Mapping[str, OwnShares], *, confidence: float = 0.95) -> pd.DataFrame:
    """Return our side as a table: a row a share that fits, with its exact interval, firms left out, and basis."""
    rows = [
        {"measure": group, "size": side.size}
        | share.to_row(confidence=confidence, method="clopper_pearson")
        | {"left_out": side.left_out, "basis": side.basis}
        for group, side in own.items()
        for share in side.all
    ]
    return pd.DataFrame(rows, columns=["measure", "size", *SHARE_COLUMNS, "left_out", "basis"])


def own_group(measure: str, their_size: str, small_size: str) -> str:
    """Tell which of our shares a baseline is held against: that of the small firms if its own are as small.

    >>> own_group("does_not_expect", "under 20", "10-20"), own_group("does_not_expect", "20+", "10-20")
    ('does_not_expect_small', 'does_not_expect')
    """
    small = measure == "does_not_expect" and size_range(their_size).largest <= size_range(small_size).largest
    return SMALL if small else measure
