"""Counting a claim again in data, and what the count proves.

A condition names a column and its values: ``status=user``, ``size=10-20|21-30`` (either), ``q14~Selvlært`` (a list with
that item in it). Conditions are joined by `` & `` (both) and then by `` or `` (either); ``*`` holds for every row. The
base of a claim is the rows for which ``base_if`` holds, every row if it is empty.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.published.claims import Claim
from toe_analysis.statistics import Share
from toe_analysis.topics.audit.arithmetic import more_than
from toe_analysis.topics.audit.bases import prints_as
from toe_analysis.topics.audit.reasons import Reason

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
    absent : Reason or None
        Says which value of a condition no row has.
    """

    count: int
    base: int | None
    basis: str
    absent: Reason | None = None

    @property
    def share(self) -> Share | None:
        """The count as a part of its base, if it is one."""
        return Share(self.count, self.base) if self.base and self.count <= self.base else None


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
            both &= _cells(table, column, sign).isin(values).groupby(level=0).any()
        either |= both
    return either


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
    missing = _why_not_checkable(claim, found)
    if missing:
        return Recomputed(NOT_CHECKABLE, None, missing)
    counts = _same_counts(claim, found)
    if found.basis == "calibrated":
        return Recomputed(*((CALIBRATED, found, Reason("calibrated")) if counts else (DIFFERS, found, Reason("off"))))
    if not counts:
        return Recomputed(DIFFERS, found, Reason("other_count"))
    if claim.percentage and found.base and not prints_as(claim.percentage, found.count, found.base):
        values = {"share": found.count / found.base, "printed": claim.percentage}
        return Recomputed(DIFFERS, found, Reason("other_percentage", values))
    return Recomputed(REPRODUCED, found, found.absent or Reason(REPRODUCED))


def _why_not_checkable(claim: Claim, found: Recount | Reason) -> Reason | None:
    if isinstance(found, Reason):
        return found
    if claim.count is None and not claim.percentage:
        return Reason("mean_not_recounted" if claim.mean else "no_number")
    if found.absent and not (found.base != 0 and _same_counts(claim, found)):
        return found.absent
    if found.basis == "illustrative":
        return Reason("illustrative", {"respondents": claim.respondents})
    if found.base == 0:
        return Reason("nobody", {"cell": claim.cell("base_if")})
    return None


def _same_counts(claim: Claim, found: Recount) -> bool:
    if claim.more_than is not None and found.base:
        return more_than(claim, found.count, found.base)
    if None not in (claim.base, found.base) and claim.base != found.base:
        return False
    if claim.count is None:
        return bool(found.base) and prints_as(claim.percentage, found.count, found.base)
    return claim.count == found.count


def _parts(condition: str) -> list[list[tuple[str, str, list[str]]]]:
    """Return a condition as alternatives of tests that must all hold."""
    if condition in ("", "*"):
        return []
    return [[_test(text.strip()) for text in part.split(" & ")] for part in condition.split(" or ")]


def _test(text: str) -> tuple[str, str, list[str]]:
    found = _TEST.fullmatch(text)
    if not found:
        raise ValueError(f"expected a condition like 'status=user', found {text!r}")
    column, sign, values = found.groups()
    return column.strip(), sign, [value.strip() for value in values.split("|")]


def _cells(table: pd.DataFrame, column: str, sign: str) -> pd.Series:
    """Return what stands in a column, each item of a list by itself under the label of its row."""
    if column not in table.columns:
        raise ValueError(f"expected a column {column!r} in the data, found {', '.join(table.columns)}")
    cells = table[column].str.split(";").explode() if sign == "~" else table[column]
    return cells.str.strip()


def recount(
    claim: Claim, table: pd.DataFrame | None, basis: str, possible: Mapping[str, Iterable[str]] | None = None
) -> Recount | Reason:
    """Count a claim in a table of rows, as its conditions say.

    Parameters
    ----------
    claim : Claim
    table : pandas.DataFrame or None
        Text; None where there are no data.
    basis : str
        Of the data.
    possible : mapping of str to iterable of str, optional
        By column: values that a row can have, whether one has it or not. Any other value of a condition that no row
        has is told as absent, since it may be a slip of the pen.

    Raises
    ------
    InputError
        If a condition cannot be read, or names a column that the data lack; with the cell.

    Examples
    --------
    >>> firms = pd.DataFrame({"status": ["user", "sceptic", "sceptic"]})
    >>> recount(Claim("sceptics", "2 of 3", base=3, count_if="status=sceptic"), firms, "responses")
    Recount(count=2, base=3, basis='responses', absent=None)
    """
    if table is None:
        return Reason("no_data")
    if not claim.count_if:
        return Reason("no_recipe")
    rows, absent = [], []
    for column in ("count_if", "base_if"):
        try:
            rows.append(holds(table, getattr(claim, column)))
        except ValueError as error:
            raise InputError(f"{claim.cell(column)}: {error}") from error
        absent += _absent(claim, column, table, possible or {})
    counted, base = rows
    divided = claim.base is not None or claim.percentage or claim.base_if
    count = int((counted & base).sum())
    return Recount(count, int(base.sum()) if divided else None, basis, next(iter(absent), None))


def _absent(claim: Claim, column: str, table: pd.DataFrame, possible: Mapping[str, Iterable[str]]) -> list[Reason]:
    """Say of each value of a condition that no row has where it stands, and which there are, nearest first."""
    reasons = []
    for asked, sign, values in (test for part in _parts(getattr(claim, column)) for test in part):
        found = sorted(set(_cells(table, asked, sign)) - {""})
        for value in sorted(set(values) - set(found) - set(possible.get(asked, ())) - {""}):
            nearest = sorted(found, key=lambda one, wanted=value: -SequenceMatcher(None, one, wanted).ratio())
            told = {"cell": claim.cell(column), "asked": asked, "value": value, "values": tuple(nearest)}
            reasons.append(Reason("absent", told))
    return reasons
