"""Our side of each comparison: from the report's printed numbers, or from the responses of a real export."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toe_analysis.published.baselines import SMALL, size_range
from toe_analysis.published.claims import Claim, printed
from toe_analysis.statistics import Share, feasible_shares
from toe_analysis.survey import STATUSES, Responses

_COUNTS = ("valid_answers", "users", "failed_attempts", "optimists", "sceptics")
_SMALL_CLAIM = "not_expecting_under20"
_EXPECTATION = ("Ja", "Nej")


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


def own_shares(
    responses: Responses, claims: Mapping[str, Claim], *, size: str = "10-200", small_size: str = "10-20"
) -> dict[str, OwnShares]:
    """Return our side of every comparison.

    Synthetic answers prove nothing about a difference, so for them our side is what the report prints.

    Parameters
    ----------
    responses : Responses
    claims : mapping of str to Claim
        The report's printed numbers.
    size, small_size : str
        The size class of all firms, and the one that stands for "under 20 employees".

    Returns
    -------
    dict of str to OwnShares
        For ``uses``, ``uses_or_expects``, ``does_not_expect`` and `SMALL`.
    """
    if responses.source.kind == "responses":
        return shares_from_responses(responses.table, size=size, small_size=small_size)
    return shares_from_claims(claims, size=size, small_size=small_size)


def shares_from_claims(
    claims: Mapping[str, Claim], *, size: str = "10-200", small_size: str = "10-20"
) -> dict[str, OwnShares]:
    """Return every share that fits what the report prints.

    The report does not say what the firms expect that tried AI and gave up, so between none and all of them may join
    the sceptics. For the small firms it prints a percentage only: every count and base that print so are kept.

    Raises
    ------
    InputError
        If a number that this needs is not printed.

    Examples
    --------
    >>> counts = {"valid_answers": 3, "users": 1, "failed_attempts": 1, "optimists": 0, "sceptics": 1}
    >>> claims = {name: Claim(name, str(count), count=count) for name, count in counts.items()}
    >>> claims["not_expecting_under20"] = Claim("not_expecting_under20", "50 %", percentage="50")
    >>> found = shares_from_claims(claims)
    >>> found["does_not_expect"].all
    (Share(count=1, base=3), Share(count=2, base=3))
    >>> found["does_not_expect_small"].shares
    (Share(count=1, base=2),)
    """
    firms, users, failed, optimists, sceptics = (printed(claims, claim) for claim in _COUNTS)
    percentage = printed(claims, _SMALL_CLAIM, "percentage")
    candidates = feasible_shares(percentage, largest_base=firms, largest_count=sceptics + failed)
    more = tuple(Share(sceptics + joined, firms) for joined in range(1, failed + 1))
    return {
        "uses": OwnShares((Share(users, firms),), (), size, "published"),
        "uses_or_expects": OwnShares((Share(users + optimists, firms),), (), size, "published"),
        "does_not_expect": OwnShares((Share(sceptics, firms),), more, size, "published"),
        SMALL: OwnShares(tuple(Share(*pair) for pair in candidates), (), small_size, "published"),
    }


def shares_from_responses(
    table: pd.DataFrame, *, size: str = "10-200", small_size: str = "10-20"
) -> dict[str, OwnShares]:
    """Count our shares among the firms of a real export.

    A firm does not expect AI if it is a sceptic, or gave up and answers *Nej* to q26. A firm that gave up and has no
    answer there (skipped, routed past, ...), or that has no status of the four, is in no base of that share.

    Examples
    --------
    Of three small firms one is a sceptic, one gave up without saying what it expects, and one uses AI:

    >>> answers = ["not_shown", "skipped", "not_shown"]
    >>> firms = pd.DataFrame({"status": ["sceptic", "failed", "user"], "size": "10-20", "q26": answers})
    >>> found = shares_from_responses(firms)["does_not_expect_small"]
    >>> found.shares, found.left_out
    ((Share(count=1, base=2),), 1)
    """
    table = table.reindex(columns=["status", "size", "q26"])
    status = table["status"]
    gave_up = status == "failed"
    known = status.isin(STATUSES) & (~gave_up | table["q26"].isin(_EXPECTATION))
    expects_not = (status == "sceptic") | (gave_up & (table["q26"] == "Nej"))
    everyone, small = pd.Series(True, index=table.index), table["size"] == small_size

    def own(has: pd.Series, asked: pd.Series, label: str, left_out: int = 0) -> OwnShares:
        share = Share(int((has & asked).sum()), int(asked.sum()))
        return OwnShares((share,) if share.base else (), (), label, "responses", left_out)

    return {
        "uses": own(status == "user", everyone, size),
        "uses_or_expects": own(status.isin(["user", "optimist"]), everyone, size),
        "does_not_expect": own(expects_not, known, size, int((~known).sum())),
        SMALL: own(expects_not, known & small, small_size, int((~known & small).sum())),
    }


def own_table(own: Mapping[str, OwnShares], *, confidence: float = 0.95) -> pd.DataFrame:
    """Return our side as a table: a row a share that fits, with interval, firms left out, and basis."""
    parts = []
    for group, side in own.items():
        for share in side.all:
            start = pd.DataFrame({"measure": [group], "size": side.size})
            rest = share.to_frame(confidence=confidence)
            parts.append(pd.concat([start, rest], axis=1).assign(left_out=side.left_out, basis=side.basis))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["measure", "basis"])


def own_group(measure: str, their_size: str, small_size: str = "10-20") -> str:
    """Tell which of our shares a baseline is held against: that of the small firms if its own are as small.

    >>> own_group("does_not_expect", "under 20"), own_group("does_not_expect", "20+")
    ('does_not_expect_small', 'does_not_expect')
    """
    small = measure == "does_not_expect" and size_range(their_size).largest <= size_range(small_size).largest
    return SMALL if small else measure


def reverse_reading(count: int, sceptics: int, firms: int) -> tuple[Share, ...]:
    """Return what the share among small firms may be if the printed percentage is of the sceptics instead.

    If `count` of the sceptics are small firms, then the small firms are at least these, and at most these and everyone
    who is no sceptic.

    >>> reverse_reading(1, 2, 4)
    (Share(count=1, base=1), Share(count=1, base=2), Share(count=1, base=3))
    """
    return tuple(Share(count, base) for base in range(count, firms - (sceptics - count) + 1))
