"""The sentences that read size against AI status; each carries the basis of what it says."""

import pandas as pd

from toe_analysis.showing.words import p_phrase, p_text, say
from toe_analysis.statistics import Association
from toe_analysis.survey import Source


def effect_note(source: Source) -> str:
    """Say what size by status rests on, and whether an effect was planted in the answers.

    >>> effect_note(Source("synthetic", "none")).split(":")[0]
    'Size by status is **illustrative**'
    """
    basis = say(f"basis.{source.basis(['size', 'status'])}", "en")
    if source.kind == "responses":
        because = "size and status are the firms' own answers"
    elif source.world == "none":
        because = (
            "in the bundled answers size was drawn apart from status, so **no effect is planted**. Whatever the tests "
            "find, a small p-value included, is chance and says nothing about real firms"
        )
    elif source.world == "unknown":
        because = "the answers are made up, and whether an effect is planted is not known"
    else:
        because = (
            f"an effect is planted in these made-up answers on purpose (sceptics among small firms: {source.world})"
        )
    return f"Size by status is **{basis}**: {because}."


def chi_square_note(found: Association, basis: str) -> str:
    """Say why chi-square is not used, or that there is nothing to compare.

    >>> from toe_analysis.statistics import association
    >>> chi_square_note(association([[3, 0], [4, 0]]), "responses")
    'Nothing can be compared: all firms are in one size class, or all have one status (responses).'
    """
    word = say(f"basis.{basis}", "en")
    if not found.degrees_of_freedom:
        return f"Nothing can be compared: all firms are in one size class, or all have one status ({word})."
    numbers = (
        f"Chi-square is {found.chi_square:.1f} on {found.degrees_of_freedom} degrees of freedom "
        f"({p_phrase(found.p_value, 'en')}), and its smallest expected count is {found.smallest_expected:.2f} ({word})."
    )
    if found.smallest_expected < 5:
        return (
            f"{numbers} **It is not used**: its p-value is an approximation that is trusted from an expected count of "
            "about 5, and no approximation is needed when every table can be counted."
        )
    return f"{numbers} That is large enough for chi-square, but the exact tests need no such rule and are used."


def family_note(family: pd.DataFrame, alpha: float, basis: str) -> str:
    """Say whether any way to form size classes changes the conclusion, before and after Holm's adjustment.

    Parameters
    ----------
    family : pandas.DataFrame
        As `toe_analysis.statistics.exact_family` makes it, with ``grouping`` and ``among``.
    alpha : float
    basis : str
    """
    word, limit = say(f"basis.{basis}", "en"), f"{alpha:g}"
    computed = family.dropna(subset="p_value")
    if computed.empty:
        return (
            "**No test can be computed**: for that at least two size classes and at least two statuses need a firm "
            f"({word})."
        )
    low, held = computed[computed["p_value"] < alpha], int((computed["p_holm"] < alpha).sum())
    first = computed.loc[computed["p_value"].idxmin()]
    test, among = say(f"statistic.{first['statistic']}", "en"), say(f"among.{first['among']}", "en")
    smallest = (
        f"The smallest p is {p_text(first['p_value'], 'en')} ({test}, {among}, size classes {first['grouping']}), "
        f"after Holm {p_text(first['p_holm'], 'en')}."
    )
    if low.empty:
        verdict = f"**No way to form size classes changes the conclusion**: none of {len(computed)} is below {limit}."
    elif not held:
        verdict = (
            f"**{len(low)} of {len(computed)} p-values are below {limit}, and after Holm none is.** Someone who chose "
            f"size classes by their result could report an effect; with all tests counted there is no sign of one."
        )
    else:
        verdict = f"**{len(low)} of {len(computed)} p-values are below {limit}, and {held} still are after Holm.**"
    drawn = int((computed["how"] == "random_tables").sum())
    how = f"{drawn} p-values come from random tables, since the exact test would take too much work." if drawn else ""
    return " ".join(part for part in (verdict, smallest, how, f"All of this is {word}.") if part)
