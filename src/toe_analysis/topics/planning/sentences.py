"""The sentences of the plan for a next wave, filled from its tables."""

import pandas as pd

from toe_analysis.showing.words import baseline_word, computed, join, number, percent, say
from toe_analysis.statistics import sample_for_half_width
from toe_analysis.topics.planning.results import ANY_USE, PRODUCTION

_MID_P = "_mid_p"


def precision_text(table: pd.DataFrame) -> str:
    """Say how wide the intervals are, and what the population of invited firms changes."""
    first, widest, most = table.iloc[0], table.loc[table["width"].idxmax()], table.loc[table["needed"].idxmax()]
    status = say(f"status.{widest['status']}", "en")
    return (
        f"At n = {first['base']} the interval of “{status}” is the widest: {_points(widest['width'])} points. That "
        f"only {first['population']} firms were invited hardly helps: its exact width goes from "
        f"{_points(widest['width_exact'])} to {_points(widest['width_finite'])} points. If the "
        f"shares stay as they are, it takes **{most['needed']} answers** for every interval to be at most "
        f"{_points(2 * first['half_width'], 0)} points wide ({most['needed_finite']} if only the invited firms are "
        f"meant) ({first['basis']})."
    )


def small_firms_text(table: pd.DataFrame, true_share: float, target: float) -> str:
    """Say how many small firms settle their share against the baseline, for every base that was tried."""
    rows = table[(table["true_share"] == true_share) & (table["target"] == target)]
    parts = []
    for base, part in rows.groupby("their_base", sort=False, dropna=False):
        exact, mid_p = (part[part["test"].str.endswith(_MID_P) == mid].iloc[0] for mid in (False, True))
        name = "their share taken as fixed" if pd.isna(base) else f"a base of {base:.0f}"
        parts.append(f"- {name}: **{_enough(exact)}** by the exact test, {_enough(mid_p)} by its mid-p")
    theirs = percent(rows["their_share"].iloc[0], "en", 0)
    return (
        f"If {percent(true_share, 'en', 0)} of the small firms do not expect AI, and {theirs} of theirs, then for "
        f"{percent(target, 'en', 0)} power it takes ({computed(rows['basis'].iloc[0])}):\n\n" + "\n".join(parts)
    )


def levels_text(table: pd.DataFrame, alpha: float) -> str:
    """Say how often the exact tests and their mid-p raise a false alarm in the designs of a table."""
    mid = table["test"].str.endswith(_MID_P)
    exact, mid_p = table.loc[~mid, "actual_size"].dropna(), table.loc[mid, "actual_size"].dropna()
    if exact.empty or mid_p.empty:
        return "No number of answers that was tried is enough, so there is no level to report."
    return (
        f"Without any difference the exact tests find one in at most {_span(exact)} of studies, never above "
        f"{percent(alpha, 'en', 0)}. Their mid-p does so in at most {_span(mid_p)}, and above "
        f"{percent(alpha, 'en', 0)} in {int((mid_p > alpha).sum())} of {len(mid_p)} designs: it needs fewer answers "
        f"because it promises less ({computed(table['basis'].iloc[0])})."
    )


def users_text(rows: pd.DataFrame, target: float, firms: int) -> str:
    """Say how many answers tell the users from a baseline, as it stands and converted to production.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `toe_analysis.topics.planning.results.plan_table`: one baseline, one test and one power.
    target : float
        That power.
    firms : int
        Firms that were analysed.
    """
    comparison, rows = rows["comparison"].iloc[0], rows.set_index("function")
    any_use, theirs = rows.loc[ANY_USE], percent(rows.loc[ANY_USE, "their_share"], "en")
    text = (
        f"If {percent(any_use['true_share'], 'en')} use AI in production, it takes {_enough(any_use)} to find that "
        f"this is not {baseline_word(comparison, 'en')}'s {theirs} with {percent(target, 'en', 0)} power. Whether "
        f"the {firms} differ is a matter for the p-value in notebook 5, not for power. **And {theirs} counts any use, "
        f"and no number of answers settles a comparison of two different things.**"
    )
    if PRODUCTION in rows.index:
        bridged = rows.loc[PRODUCTION]
        theirs = percent(bridged["their_share"], "en")
        text += f" Converted to production it is {theirs}, and then it takes **{_enough(bridged)}**"
    return f"{text} ({any_use['basis']})."


def power_text(curves: pd.DataFrame, firms: int) -> str:
    """Say how likely the study that was made was to find the difference, for other true shares."""
    rows = curves[curves["firms"] == firms]
    if rows.empty:
        return ""
    theirs = f"{percent(rows['their_share'].iloc[0], 'en')} of {rows['their_base'].iloc[0]:.0f} firms"
    parts = [f"{percent(row.power, 'en', 0)} at a true {percent(row.true_share, 'en', 0)}" for row in rows.itertuples()]
    return f"With {firms} answers against {theirs}, power was {join(parts, 'en')} ({rows['basis'].iloc[0]})."


def invitations_text(table: pd.DataFrame, response: str, population: int) -> str:
    """Say how many invitations bring the answers, row by row, and how many designs ask for too many.

    Parameters
    ----------
    table : pandas.DataFrame
        From `toe_analysis.topics.planning.results.invitation_table`.
    response : str
        The response rate as it stands in a sentence.
    population : int
        Firms invited so far.
    """
    if table.empty:
        return "There is no number of answers to invite for."
    beyond = int((table["beyond"] == "yes").sum())
    fewest = table.loc[table["invitations"].idxmin()]
    return (
        f"At the response rate so far, {response}, the designs of this table take from "
        f"{_invited(fewest)} upwards, and {beyond} of {len(table)} take **more than the {population} that were invited "
        f"in all** ({table['basis'].iloc[0]})."
    )


def tipping_text(table: pd.DataFrame) -> str:
    """Say what would make the share of all equal to theirs, and how unevenly the firms would have had to answer."""
    lines = []
    for row in table.itertuples():
        theirs = f"{baseline_word(row.comparison, 'en')} ({say(f'function.{row.function}', 'en')})"
        start = f"- {say(f'status.{row.status}', 'en')}, {row.count} of {row.base} against {theirs}, "
        start += f"{percent(row.their_share, 'en')}: "
        if row.possible == "no":
            lines.append(f"{start}whatever the {row.unseen} are like, the share of all cannot be the same.")
            continue
        equal = (
            f"the share of all is the same if **{percent(row.unseen_share, 'en')} of the {row.unseen}** are such firms"
        )
        if pd.notna(row.response_ratio) and row.response_ratio > 0:
            often = f"{number(row.response_ratio, 'en', 2)} times as often as the others"
            equal += f"; such firms would then have answered {often}"
        lines.append(f"{start}{equal}.")
    return "\n".join(lines) + f"\n\nAll of this list is {table['basis'].iloc[0]}."


def conclusions_text(small: pd.DataFrame, users: pd.DataFrame, precision: pd.DataFrame, tipping: pd.DataFrame) -> str:
    """Say which conclusions the plan supports, and which it cannot.

    Parameters
    ----------
    small, users : pandas.DataFrame
        Rows of `toe_analysis.topics.planning.results.plan_table`, one test and one power: small firms at every base,
        and the users against one baseline, as it stands and converted.
    precision, tipping : pandas.DataFrame
    """
    held = users.set_index("function")
    silent = tipping.iloc[0]
    wanted, confidence = precision[["half_width", "confidence"]].iloc[0]
    half = sample_for_half_width(0.5, wanted, confidence=confidence)
    lines = [
        f"- **Small firms against DI's {percent(small['their_share'].iloc[0], 'en', 0)}**: {_range(small)}, over every "
        f"base that was tried, would settle the *numbers* ({computed(small['basis'].iloc[0])}). The *claim* needs "
        f"the same question on both sides, and a size class that ends under 20.",
        f"- **Users against any use**: {_enough(held.loc[ANY_USE])} for the numbers, and none for the comparison. Ask "
        f"whether the firm uses AI at all, and DI's share can be met without a bridge ({held['basis'].iloc[0]}).",
    ]
    if PRODUCTION in held.index:
        lines.append(
            f"- **Users against use in production**: {_enough(held.loc[PRODUCTION])}, if the difference is what it "
            f"seems. A better baseline is worth more than more answers ({held['basis'].iloc[0]})."
        )
    lines += [
        f"- **Precision**: for every interval to be at most {_points(2 * wanted, 0)} points wide it takes "
        f"{precision['needed'].max()} answers if the shares stay as they are; an interval around 50\u00a0% needs "
        f"{half}. They cure nothing that comes from who answers ({precision['basis'].iloc[0]}).",
        f"- **Silence**: {_analysed(silent)} of those invited are analysed. A few questions to those that "
        f"did not answer say more than many invitations at the same response rate ({tipping['basis'].iloc[0]}).",
    ]
    return "\n".join(lines)


def _analysed(silent: pd.Series) -> str:
    share = percent(silent["base"] / silent["population"], "en")
    return say("figure.count_of_base", "en", count=silent["base"], base=silent["population"], share=share)


def _range(rows: pd.DataFrame) -> str:
    if rows["enough"].isna().any():
        return f"no fewer than {_enough(rows[rows['enough'].isna()].iloc[0])}"
    return f"{rows['enough'].min():.0f} to {rows['enough'].max():.0f} answers"


def _enough(row: pd.Series) -> str:
    if pd.isna(row["enough"]):
        best = percent(row["power"], "en", 0)
        return f"more than {row['tried']:.0f} answers (the best power up to there is {best})"
    return f"{row['enough']:.0f} answers"


def _invited(row: pd.Series) -> str:
    limits = f"{row['invitations_lower']:.0f} to {row['invitations_upper']:.0f}"
    return f"{row['invitations']:.0f} invitations ({limits})"


def _points(width: float, decimals: int = 1) -> str:
    return number(100 * width, "en", decimals)


def _span(values: pd.Series) -> str:
    return f"{number(100 * values.min(), 'en')} to {percent(values.max(), 'en')}"
