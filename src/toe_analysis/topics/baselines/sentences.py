"""The sentences that read the comparisons with other surveys, filled from the results."""

from collections.abc import Sequence

import pandas as pd

from toe_analysis.showing.words import computed, join, p_phrase, p_text, percent, say
from toe_analysis.statistics import Share
from toe_analysis.topics.baselines.comparisons import fisher_grid
from toe_analysis.topics.baselines.ours import OwnShares, reverse_reading

_NOTHING = "There is no share of our own here, so nothing can be compared."


def p_range(low: float, high: float) -> str:
    r"""Write a p-value, or the range that fits.

    >>> p_range(0.01, 0.2).replace("\u00a0", " "), p_range(0.2, 0.2).replace("\u00a0", " ")
    ('p from 0.010 to 0.200', 'p = 0.200')
    """
    if p_phrase(low, "en") == p_phrase(high, "en"):
        return p_phrase(low, "en")
    return f"p from {p_text(low, 'en')} to {p_text(high, 'en')}"


def claims_text(claims: pd.DataFrame) -> str:
    """Read the verdicts of the report's own comparisons, a line a claim."""
    lines = []
    for row in claims.itertuples():
        numbers = say(f"numbers.{row.numbers}", "en")
        if row.depends_on:
            numbers += f" ({say(f'because.{row.depends_on}', 'en')})"
        verdict = say(f"verdict.{row.verdict}", "en")
        if row.because:
            verdict += f" ({say(f'because.{row.because}', 'en')})"
        if row.numbers != "cannot_compute":
            numbers += f"; {p_range(row.p_smallest, row.p_largest)} over all that fits"
        claim = say(f"claim.{row.claim}", "en")
        lines.append(f"- {claim}: **{verdict}**. As numbers: {numbers} ({computed(row.basis)}).")
    return "\n".join(lines) or _NOTHING


def readings_text(readings: pd.DataFrame, alpha: float) -> str:
    """Say for which readings of the small firms' share p is below `alpha`."""
    if readings.empty:
        return "There is no firm of the small size class, so its share cannot be compared."
    parts = []
    for row in readings.itertuples():
        always = "" if pd.isna(row.below_above) else f", always above a base of {row.below_above:.0f}"
        spread = p_range(row.p_smallest, row.p_largest)
        parts.append(f"{row.our_count}/{row.our_base} for {row.below} of {row.pairs} ({spread}{always})")
    decided = readings["below"].eq(readings["pairs"]).all() or not readings["below"].any()
    end = "whatever fits gives the same answer" if decided else "what is printed does not settle it"
    return f"Below {alpha:g}: {'; '.join(parts)}. **As numbers, {end}** ({computed(readings['basis'].iloc[0])})."


def edge_text(edge: pd.DataFrame, alpha: float) -> str:
    """Say what one firm with exactly 20 employees would change."""
    parts = []
    for name, rows in edge.groupby("edge", sort=False):
        if name != "none":
            counts = join([f"{row.our_count}/{row.our_base} ({row.below})" for row in rows.itertuples()], "en")
            parts.append(f"if it is {say(f'edge.{name}', 'en')}: {counts}")
    if not parts:
        return "There is no firm of the small size class, so nothing changes with its edge."
    return f"One firm with exactly 20 employees, taken out, {'; '.join(parts)}. In brackets: readings below {alpha:g}."


def reverse_text(own: OwnShares, everyone: OwnShares, theirs: Share) -> str:
    """Say what a printed share of small firms would mean if it were of the sceptics instead.

    Parameters
    ----------
    own, everyone : OwnShares
        Those who do not expect AI among the small firms, and among all.
    theirs : Share
        What the share is held against.
    """
    if own.basis != "published" or not everyone.shares:
        return "The share is counted, not printed, so it has no reverse reading."
    sceptics = everyone.shares[0]
    fits = [share for share in own.shares if share.base == sceptics.count]
    if not fits:
        return "No reading of the printed share has the sceptics as its base."
    shares = reverse_reading(fits[0].count, sceptics.count, sceptics.base)
    p_values = fisher_grid(shares, [theirs])
    return (
        f"**Read the other way round**, {fits[0].count}/{fits[0].base} is the part of the {sceptics.count} sceptics "
        f"that is small. Then the share of small firms that do not expect AI may be anything from "
        f"{_fraction(shares[-1])} to {_fraction(shares[0])}: {p_range(p_values.min(), p_values.max())} against "
        f"{theirs.count}/{theirs.base} (published). It would be no comparison with DI at all."
    )


def bridge_text(bridge: pd.DataFrame, alpha: float) -> str:
    """Read the first row of the bridge, and count on which side of the bridged shares ours lies."""
    if bridge.empty:
        return _NOTHING
    first = bridge.iloc[0]
    shown = bridge[bridge["p_bridged"] < alpha]
    under = int(((bridge["p_value"] < alpha) & (bridge["our_share"] < bridge["their_share"])).sum())
    above = int((shown["our_share"] > shown["bridged"]).sum())
    spread = f"{percent(first['bridged_lower'], 'en')} to {percent(first['bridged_upper'], 'en')}"
    return (
        f"{first['our_count']}/{first['our_base']} against {percent(first['their_share'], 'en')} for any use gives "
        f"{p_phrase(first['p_value'], 'en')}. Bridged to production that share is {percent(first['bridged'], 'en')} "
        f"({spread}), and {p_phrase(first['p_bridged'], 'en')} "
        f"({p_range(first['p_bridged_smallest'], first['p_bridged_largest'])} over the range). Of the {len(bridge)} "
        f"shares, ours lies under {under} for any use. Bridged, it lies under {len(shown) - above} and "
        f"over {above} at {alpha:g} ({computed(first['basis'])}). **So the answer turns on what is measured**, and the "
        f"bridge itself proves nothing: it is one rounded share of Danish firms of all industries in 2025."
    )


def verdict_text(comparisons: pd.DataFrame, alpha: float) -> str:
    """Count the verdicts over the family of all comparisons."""
    one_each = comparisons.drop_duplicates("comparison")
    verdicts = one_each["verdict"].value_counts()
    told = join([f"{count} {say(f'verdict.{name}', 'en')}" for name, count in verdicts.items()], "en")
    least, most = (int((one_each[name] < alpha).sum()) for name in ("holm_largest", "holm_smallest"))
    return (
        f"The family is all {len(one_each)} comparisons of this notebook. As numbers, between {least} and {most} of "
        f"them stay below {alpha:g} after Holm's adjustment, depending on what is not printed. As comparisons: "
        f"**{told}** ({computed(one_each['basis'].iloc[0])})."
    )


def _fraction(share: Share) -> str:
    return f"{share.count}/{share.base} ({percent(share.value, 'en', 0)})"


def intervals_text(comparisons: pd.DataFrame, sources: Sequence[str]) -> str:
    """Read difference and odds ratio, with intervals, for the comparisons of some baselines."""
    parts = []
    for row in comparisons[comparisons["comparison"].isin(sources)].itertuples():
        if pd.isna(row.p_value):
            parts.append(f"- {say(f'measure.{row.measure}', 'en')}: cannot be computed.")
            continue
        counts = f"{row.our_count:.0f}/{row.our_base:.0f} against {row.their_count:.0f}/{row.their_base:.0f}"
        limits = f"{100 * row.difference_lower:+.1f} to {100 * row.difference_upper:+.1f}"
        odds = f"odds ratio {row.odds_ratio:.2f} ({row.odds_ratio_lower:.2f} to {row.odds_ratio_upper:.2f})"
        parts.append(
            f"- {say(f'measure.{row.measure}', 'en')}, {counts}: difference {100 * row.difference:+.1f} points "
            f"({limits}), {odds}, Fisher {p_phrase(row.p_value, 'en')}, Boschloo {p_phrase(row.boschloo_p, 'en')} "
            f"({computed(row.basis)})."
        )
    return "\n".join(parts) or _NOTHING
