"""Counting a claim again in data, and what the count proves.

A condition names a column and its values: ``status=user``, ``size=10-20|21-30`` (either), ``q14~Selvlært`` (a list with
that item in it). Conditions are joined by `` & `` (both) and then by `` or `` (either); ``*`` holds for every row. The
base of a claim is the rows for which ``base_if`` holds, every row if it is empty.
"""

import re
from dataclasses import dataclass

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.published.claims import Claim
from toe_analysis.statistics import Share
from toe_analysis.topics.audit.arithmetic import Reason, more_than, prints_as

REPRODUCED, CALIBRATED, DIFFERS = "reproduced", "calibrated", "differs"
NOT_CHECKABLE, EXTERNAL = "not checkable", "external"

_TEST = re.compile(r"([^=~]+)([=~])(.*)")


@dataclass(frozen=True)
class Recount:
    """A claim as the data give it.

    Parameters
    ----------
    count : int
    base : int or None
        None where nothing is divided.
    basis : str
        Of the data.
    """

    count: int
    base: int | None
    basis: str


@dataclass(frozen=True)
class Recomputed:
    """What data say about a claim.

    Parameters
    ----------
    verdict : str
        `REPRODUCED`, `CALIBRATED`, `DIFFERS`, `NOT_CHECKABLE` or `EXTERNAL`.
    value : Recount or None
        The count; None where it must not be taken for anything.
    reason : Reason
    """

    verdict: str
    value: Recount | None
    reason: Reason


def columns_of(condition: str) -> set[str]:
    """Return the columns that a condition looks at.

    >>> sorted(columns_of("size=10-20 & status=sceptic or q26=Nej"))
    ['q26', 'size', 'status']
    """
    return {column for part in _parts(condition) for column, _, _ in part}


def holds(table: pd.DataFrame, condition: str) -> pd.Series:
    """Say for each row whether a condition holds.

    Raises
    ------
    ValueError
        If the condition cannot be read, or the table lacks a column.

    Examples
    --------
    >>> firms = pd.DataFrame({"status": ["user", "user"], "how": ["advice;self-taught", "advice"]})
    >>> holds(firms, "status=user & how~self-taught").tolist()
    [True, False]
    """
    either = pd.Series(not condition or condition == "*", index=table.index)
    for part in _parts(condition):
        both = pd.Series(True, index=table.index)
        for column, sign, values in part:
            if column not in table.columns:
                raise ValueError(f"expected a column {column!r} in the data, found {', '.join(table.columns)}")
            cells = table[column].str.split(";") if sign == "~" else table[column].map(lambda cell: [cell])
            both &= cells.map(lambda items, wanted=values: any(item.strip() in wanted for item in items)).astype(bool)
        either |= both
    return either


def count_where(table: pd.DataFrame, count_if: str, base_if: str = "") -> Share:
    """Count the rows of the base for which a condition holds.

    >>> firms = pd.DataFrame({"status": ["user", "sceptic", "sceptic"]})
    >>> count_where(firms, "status=sceptic")
    Share(count=2, base=3)
    """
    base = holds(table, base_if)
    return Share(int((holds(table, count_if) & base).sum()), int(base.sum()))


def compare_claim(claim: Claim, found: Recount | Reason) -> Recomputed:
    """Hold a claim against a count from data, or against the reason why there is none.

    Synthetic answers prove nothing: where they were made to match a number the claim is `CALIBRATED`, and where they
    were not it cannot be checked, whatever value they happen to give.

    Examples
    --------
    >>> users = Claim("users", "4 (8,3 %)", percentage="8,3", count=4, base=48)
    >>> [compare_claim(users, Recount(4, 48, basis)).verdict for basis in ("responses", "calibrated", "illustrative")]
    ['reproduced', 'calibrated', 'not checkable']
    """
    if claim.recompute_from == "external":
        return Recomputed(EXTERNAL, None, Reason("external"))
    if isinstance(found, Reason):
        return Recomputed(NOT_CHECKABLE, None, found)
    if claim.count is None and not claim.percentage:
        return Recomputed(NOT_CHECKABLE, None, Reason("no_number"))
    if found.basis == "illustrative":
        return Recomputed(NOT_CHECKABLE, None, Reason("illustrative"))
    if found.base == 0:
        return Recomputed(NOT_CHECKABLE, None, Reason("nobody"))
    counts = _same_counts(claim, found)
    if found.basis == "calibrated":
        return Recomputed(*((CALIBRATED, found, Reason("calibrated")) if counts else (DIFFERS, found, Reason("off"))))
    if not counts:
        return Recomputed(DIFFERS, found, Reason("other_count"))
    if claim.percentage and found.base and not prints_as(claim.percentage, found.count, found.base):
        values = {"share": found.count / found.base, "printed": claim.percentage}
        return Recomputed(DIFFERS, found, Reason("other_percentage", values))
    return Recomputed(REPRODUCED, found, Reason(REPRODUCED))


def _same_counts(claim: Claim, found: Recount) -> bool:
    if claim.more_than is not None and found.base:
        return more_than(claim, found.count, found.base)
    if claim.count is None:
        return bool(found.base) and prints_as(claim.percentage, found.count, found.base)
    return claim.count == found.count and (None in (claim.base, found.base) or claim.base == found.base)


def _parts(condition: str) -> list[list[tuple[str, str, list[str]]]]:
    """Return a condition as alternatives of tests that must all hold."""
    if condition in ("", "*"):
        return []
    parts = []
    for alternative in condition.split(" or "):
        tests = [(text, _TEST.fullmatch(text.strip())) for text in alternative.split(" & ")]
        for text, found in tests:
            if not found:
                raise ValueError(f"expected a condition like 'status=user', found {text.strip()!r}")
        parts.append(
            [(found[1].strip(), found[2], [value.strip() for value in found[3].split("|")]) for _, found in tests]
        )
    return parts


def recount(claim: Claim, table: pd.DataFrame | None, basis: str) -> Recount | Reason:
    """Count a claim in a table of rows, as its conditions say.

    Raises
    ------
    InputError
        If a condition cannot be read, or names a column that the data lack.
    """
    if table is None:
        return Reason("no_data")
    if not claim.count_if:
        return Reason("no_recipe")
    try:
        share = count_where(table, claim.count_if, claim.base_if)
    except ValueError as error:
        raise InputError(f"claim {claim.name}, count_if or base_if: {error}") from error
    divided = claim.base is not None or claim.percentage or claim.base_if
    return Recount(share.count, share.base if divided else None, basis)
