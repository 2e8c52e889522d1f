"""The tables of the plan for a next wave: how precise, how many answers, how many invitations, what silence hides."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from math import ceil, nan

import pandas as pd

from toe_analysis.statistics import Share, plan_answers, response_interval, sample_for_half_width, tipping_point
from toe_analysis.survey import weakest
from toe_analysis.topics.planning.questions import PlannedQuestion

_MID_P = "_mid_p"
#: Shares closer than this are one: they are rounded to six digits before they are planned for.
_SAME = 1e-6

_PLAN = (
    *("measure", "comparison", "function", "true_share", "their_share", "their_base", "test", "alternative", "alpha"),
    *("target", "first", "enough", "tried", "power", "actual_size", "basis"),
)
_TIPPING = (
    *("status", "count", "base", "share", "comparison", "function", "their_share", "unseen", "population"),
    *("unseen_share", "possible", "response_ratio"),
)
_INVITATIONS = (
    *("measure", "comparison", "function", "true_share", "their_base", "test", "target", "enough", "part", "answers"),
    *("invitations", "invitations_lower", "invitations_upper", "beyond", "basis"),
)


def precision_table(
    shares: Mapping[str, Share], basis: str, *, population: int = 0, wanted: float, confidence: float = 0.95
) -> pd.DataFrame:
    """Return how wide each share's interval is, and how many answers would make it as narrow as wanted.

    Parameters
    ----------
    shares : mapping of str to Share
        By AI status.
    basis : str
        Of the shares; the number of invited firms is published.
    population : int
        Firms that were invited; 0 where that is not known, and then nothing is said of them.
    wanted : float
        Half the width that is wanted; Wilson's interval does not lie evenly around the share.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        Width by Wilson, by Clopper and Pearson (``width_exact``), and exactly if the firms are a random draw from the
        population (``width_finite``); and the answers needed for the wanted width, without and with the population.

    Examples
    --------
    >>> table = precision_table({"user": Share(4, 48)}, "calibrated", population=778, wanted=0.05)
    >>> table[["width", "width_exact", "width_finite"]].round(3).values.tolist()
    [[0.163, 0.177, 0.17]]
    >>> table[["needed", "needed_finite"]].values.tolist()
    [[122, 106]]
    """
    rows = []
    for status, share in shares.items():
        row = share.to_row(confidence=confidence)
        exact = share.interval(confidence=confidence, method="clopper_pearson")
        needed = partial(sample_for_half_width, share.value, wanted, confidence=confidence)
        row |= {"status": status, "width": row["upper"] - row["lower"], "width_exact": exact.upper - exact.lower}
        row |= {"half_width": wanted, "needed": needed()}
        if population:
            finite = response_interval(share, population, confidence=confidence)
            row |= {"width_finite": finite.upper - finite.lower, "population": population}
            row |= {"needed_finite": needed(population=population)}
        rows.append(row)
    order = ["status", "count", "base", "share", "lower", "upper", "width", "width_exact", "width_finite"]
    order += ["population", "half_width", "needed", "needed_finite", "confidence", "method"]
    return pd.DataFrame(rows, columns=order).assign(basis=basis)


def plan_table(questions: Sequence[PlannedQuestion]) -> pd.DataFrame:
    """Return the answers that each question needs, a row a question: first, enough, power and true level."""
    return _table(questions, [question.basis for question in questions])[list(_PLAN)]


def by_base(table: pd.DataFrame, true_share: float, target: float) -> list[dict[str, object]]:
    """Return, for each base that was tried, the rows of a `plan_table` at one true share and one power.

    Returns
    -------
    list of dict
        ``base`` (NaN where their share is taken as fixed), and the rows of the ``exact`` test and of its ``mid_p``.
    """
    rows = _at(table[table["target"] == target], true_share)
    found = []
    for base, part in rows.groupby("their_base", sort=False, dropna=False):
        exact, mid_p = (part[part["test"].str.endswith(_MID_P) == is_mid_p].iloc[0] for is_mid_p in (False, True))
        found.append({"base": base, "exact": exact.to_dict(), "mid_p": mid_p.to_dict()})
    return found


def false_alarms(table: pd.DataFrame, alpha: float) -> dict[str, object]:
    """Return how often the tests of a `plan_table` find a difference where there is none.

    Returns
    -------
    dict
        The smallest and the largest true level of the ``exact`` tests and of their ``mid_p``; how many of its
        ``designs`` are ``above`` the limit; and ``basis``. Empty where no number of answers that was tried is enough.
    """
    is_mid_p = table["test"].str.endswith(_MID_P)
    exact, mid_p = (table.loc[is_mid_p == wanted, "actual_size"].dropna() for wanted in (False, True))
    if exact.empty or mid_p.empty:
        return {}
    ranges = {"exact": (exact.min(), exact.max()), "mid_p": (mid_p.min(), mid_p.max())}
    return ranges | {"above": int((mid_p > alpha).sum()), "designs": len(mid_p), "basis": table["basis"].iloc[0]}


def invitation_table(questions: Sequence[PlannedQuestion]) -> pd.DataFrame:
    """Return the invitations that bring so many answers, and whether there are as many firms; a row a question."""
    bases = [weakest([question.basis, question.reach_basis]) for question in questions]
    table = _table(questions, bases)
    return table[table["invitations"].notna()][list(_INVITATIONS)].reset_index(drop=True)


def planned_invitations(table: pd.DataFrame, function: str, true_share: float) -> dict[str, object] | None:
    """Return the row of an `invitation_table` of a plan that is made, with the fewest invitations; None without one."""
    rows = _at(table[table["function"] == function], true_share)
    return None if rows.empty else rows.loc[rows["invitations"].idxmin()].to_dict()


def least_invitations(needs: Mapping[str, object], part: float, response: Share) -> int:
    """Return how many invitations bring the answers of `needs_at`, at the response rate so far.

    Where none of the numbers that were tried is enough at every base, as many as bring the largest of them.

    Examples
    --------
    At a rate of one in 10, and if half of the answers are of small firms, 5 answers of theirs take 100 invitations:

    >>> least_invitations({"not_enough": 0, "most": 5, "tried": 9}, 0.5, Share(4, 40))
    100
    """
    small = int(needs["tried"] if needs["not_enough"] else needs["most"])
    answers = ceil(round(small / part, 6))  # as in plan_answers: 55 / (11 / 48) is 240
    return ceil(Fraction(answers * response.base, response.count))


def _table(questions: Sequence[PlannedQuestion], bases: Sequence[str]) -> pd.DataFrame:
    rows = []
    for question, basis in zip(questions, bases, strict=True):
        plan = plan_answers(question.design)
        told = {"measure": question.measure, "comparison": question.comparison, "function": question.function}
        row = plan.to_row()
        row |= {"their_share": row["baseline_share"], "their_base": row["baseline_base"], "test": row["method"]}
        row |= {"actual_size": row["size"], "beyond": "yes" if plan.beyond else "no", "basis": basis}
        rows.append(told | row)
    return pd.DataFrame(rows, columns=list(dict.fromkeys((*_PLAN, *_INVITATIONS))))


def _at(table: pd.DataFrame, true_share: float) -> pd.DataFrame:
    """Return the rows of one true share."""
    return table[(table["true_share"] - true_share).abs() < _SAME]


def curve_table(questions: Sequence[PlannedQuestion], largest: int) -> pd.DataFrame:
    """Return the exact power of each question at every number of answers up to the largest."""
    rows = []
    for question in questions:
        design = question.design
        told = {"measure": question.measure, "comparison": question.comparison, "true_share": design.true_share}
        told |= {"their_share": design.baseline_share, "test": design.method, "basis": question.basis}
        told["their_base"] = nan if design.baseline_base is None else design.baseline_base
        # Digits past the twelfth are of outcomes that the enumeration leaves out.
        rows += [told | {"firms": firms, "power": round(design.power_at(firms), 12)} for firms in range(1, largest + 1)]
    order = ["measure", "comparison", "true_share", "their_share", "their_base", "test", "firms", "power", "basis"]
    return pd.DataFrame(rows, columns=order)


def needs_at(table: pd.DataFrame, true_share: float) -> dict[str, object]:
    """Return how many answers a true share needs over the bases of theirs in a `plan_table`.

    Returns
    -------
    dict
        ``least`` and ``most`` over the bases at which some number that was tried is enough; how many ``bases`` there
        are, the ``first_base`` and the ``last_base``, and at how many none is enough, ``not_enough``; ``tried``, the
        largest number, and the best ``power`` where none is enough (NaN if each is). Apart from them ``fixed``, what it
        takes if their share is taken as exact (NaN if no number that was tried is enough).

    Examples
    --------
    >>> rows = {"true_share": 0.5, "their_base": [429, nan], "enough": [nan, 206], "tried": 300, "power": [0.76, 0.81]}
    >>> found = needs_at(pd.DataFrame(rows), 0.5)
    >>> found["not_enough"], found["bases"], int(found["fixed"])
    (1, 1, 206)
    """
    rows = _at(table, true_share)
    based = rows[rows["their_base"].notna()]
    open_rows = based[based["enough"].isna()]
    return {
        "true_share": true_share,
        "least": based["enough"].min(),
        "most": based["enough"].max(),
        "bases": len(based),
        "first_base": based["their_base"].min(),
        "last_base": based["their_base"].max(),
        "not_enough": len(open_rows),
        "tried": int(rows["tried"].max()),
        "power": open_rows["power"].max(),
        "fixed": rows.loc[rows["their_base"].isna(), "enough"].max(),
    }


def user_needs(table: pd.DataFrame, function: str, smallest: float, seen: float) -> dict[str, object]:
    """Return what it takes to tell the users from one share, over all shares of theirs that are plausible.

    Parameters
    ----------
    table : pandas.DataFrame
        A `plan_table` of one test and one power, with a row a true share.
    function : str
        What the other survey's share counts.
    smallest, seen : float
        The true shares at the smallest difference that matters, and as it was seen; both are in the table.

    Returns
    -------
    dict
        The rows ``smallest`` and ``seen``, and ``hopeless``, the true shares at which none of up to ``tried`` answers
        is enough. Empty where the other survey has no such share.
    """
    rows = table[table["function"] == function]
    if rows.empty:
        return {}
    return {
        "smallest": _at(rows, smallest).iloc[0].to_dict(),
        "seen": _at(rows, seen).iloc[0].to_dict(),
        "hopeless": rows.loc[rows["enough"].isna(), "true_share"].tolist(),
        "tried": rows["tried"].max(),
    }


def tipping_table(
    shares: Mapping[str, Share],
    against: Sequence[tuple[str, str, str, float]],
    basis: str,
    *,
    population: int = 0,
) -> pd.DataFrame:
    """Return what the firms of which nothing is known would have to be like for the share of all to equal a baseline.

    Parameters
    ----------
    shares : mapping of str to Share
        By AI status, among the firms analysed.
    against : sequence of tuple
        AI status, baseline, what its share counts (`toe_analysis.published.baselines.ANY_USE` or the like), and that
        share, which is to be reached.
    basis : str
        Of the shares.
    population : int
        Firms that were invited. Of all that are not analysed nothing is known, whether they were silent or their answer
        could not be used. 0 where it is not known how many there were: then there is no row.

    Examples
    --------
    >>> against = [("user", "di_2025_uses", "any_use", 1 / 3)]
    >>> table = tipping_table({"user": Share(4, 48)}, against, "calibrated", population=778)
    >>> table[["unseen_share", "response_ratio"]].round(3).values.tolist()
    [[0.35, 0.182]]
    """
    rows = []
    for status, comparison, function, theirs in against if population else ():
        unseen = population - shares[status].base
        found = tipping_point(shares[status], unseen, theirs)
        row = {"status": status, **vars(shares[status]), "share": shares[status].value, "comparison": comparison}
        row |= {"function": function, "their_share": theirs}
        row |= {"unseen": unseen, "population": population, "unseen_share": found.share}
        row |= {"possible": "yes" if found.possible else "no"}
        rows.append(row | {"response_ratio": found.response_ratio})
    return pd.DataFrame(rows, columns=list(_TIPPING)).assign(basis=basis)
