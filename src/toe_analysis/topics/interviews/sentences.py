"""The sentences that read the interviews' tables; each carries the basis of what it says."""

import pandas as pd

from toe_analysis.interviews import DIMENSIONS
from toe_analysis.showing.tables import say_share
from toe_analysis.showing.words import computed, join, number, p_phrase, percent, say
from toe_analysis.statistics import ExactTest, Share

_DESCRIPTIVE = "Descriptive only: units of one interview depend on each other, and the test takes them as independent."


def test_text(counts: pd.DataFrame, test: ExactTest) -> str:
    """Say what the units add up to, and what the exact test of interview by category says and does not say.

    >>> from toe_analysis.statistics import exact_test
    >>> counts = pd.DataFrame({"T": [3, 1], "O": [0, 1], "E": [1, 2]})
    >>> test_text(counts, exact_test(counts)).split(".")[0]
    '**8 units: 4 technology, 1 organisation and 3 environment** (computed from published numbers)'
    """
    return (
        f"**{counts.to_numpy().sum()} units: {_totals(counts.sum())}** ({computed('published')}). The exact "
        f"test of interview by category (Fisher, Freeman and Halton; {test.method}) gives "
        f"{p_phrase(test.p_value, 'en')}: "
        f"if the categories were dealt out at random, {percent(test.p_value, 'en')} of the time the table would be no "
        "likelier than this one. "
        f"**{_DESCRIPTIVE}**"
    )


def placing_text(placed: pd.DataFrame) -> str:
    """Say what moving networks and advice from environment to organisation changes."""
    report, other = placed.iloc[0], placed.iloc[-1]
    orders = [_order(row) for row in (report, other)]
    letters = ["".join(word for word in order if word in DIMENSIONS) for order in orders]
    changes = "stays the same" if letters[0] == letters[1] else "changes"
    return (
        f"**The order of the categories {changes}**: {orders[0]} in the codings, {orders[1]} with networks and advice "
        f"under the organisation ({computed(report['basis'])}). The exact test goes from "
        f"{p_phrase(report['p_value'], 'en')} to {p_phrase(other['p_value'], 'en')}. {_DESCRIPTIVE}"
    )


def at_interview_text(table: pd.DataFrame) -> str:
    """Say how the units of the two groups of firms are spread, and how little that is."""
    parts = []
    for name, rows in table.groupby("at_interview", sort=False):
        counts = rows.set_index("toe")["count"]
        word = {"uses": "use AI", "intends": "intend to"}[name]
        parts.append(
            f"the {rows['firms'].iloc[0]} firms that {word}: {_totals(counts)} of {rows['base'].iloc[0]} units"
        )
    firms = int(table.groupby("at_interview")["firms"].first().sum())
    return (
        f"**In {'; in '.join(parts)}** ({computed(table['basis'].iloc[0])}). **{firms} firms are "
        f"{firms} firms**: *fewest* and *most* show how far apart single firms of one group are, and one other "
        "firm could turn any of these around. No test is made."
    )


def agreement_text(agreement: pd.DataFrame, disputed: int) -> str:
    """Say how far the second coder agrees, or what would stand here if there were one."""
    basis = say(f"basis.{agreement['basis'].iloc[0]}", "en")
    rows = agreement.set_index("agreement")
    if (rows["method"] == "no_second_coder").all():
        return (
            "**No second coder's file is given, so nothing is computed**; with one, three tables here show the share "
            "of units with the same code beside Cohen's kappa and Krippendorff's alpha (agreement beyond chance: 0 is "
            "chance, 1 is full), how often each code meets each, and which units are disputed."
        )
    same = Share(int(rows["count"].iloc[0]), int(rows["base"].iloc[0]))
    share = say_share(same, agreement["basis"].iloc[0], confidence=float(rows["confidence"].iloc[0]))
    measures = [f"{say(f'agreement.{name}', 'en')} {_estimate(rows.loc[name])}" for name in rows.index[1:]]
    return (
        f"**The two coders give {share} of the units the same code**, and {disputed} another. Beyond chance: "
        f"{join(measures, 'en')} ({basis}). The intervals take units as independent and are too narrow. Krippendorff "
        "asks for 0.8, and for 0.667 where conclusions are tentative."
    )


def selection_text(selection: pd.DataFrame, firms: pd.Series) -> str:
    """Say how many willing firms each group has, beside the report's numbers and the firms that were interviewed."""
    if not selection["base"].sum():
        return "**How many firms are willing cannot be said**: nobody was asked, or nobody answered."
    counts = [
        f"{say(f'guide_group.{row.guide_group}', 'en')}: {row.count} (printed: {row.printed})"
        for row in selection.itertuples(name="Row")
    ]
    same, basis = (selection["same_count"] == "yes").all(), selection["basis"].iloc[0]
    verdict = "the very numbers that the guide prints" if same else "not the numbers that the guide prints"
    made = " They match because the answers were made to match." if same and basis == "calibrated" else ""
    uses, intends = (int((firms == name).sum()) for name in ("uses", "intends"))
    return (
        f"**Willing firms by group: {'; '.join(counts)}.** These are {verdict} ({basis}).{made} The "
        f"report interviewed {len(firms)} firms (published): {uses} used AI by then and {intends} intended to. It "
        "left out on purpose those that say no to everything, and none that gave up is among them."
    )


def _totals(counts: pd.Series) -> str:
    return join([f"{counts[code]} {say(f'toe.{code}', 'en')}" for code in DIMENSIONS], "en")


def _order(row: pd.Series) -> str:
    counts = {code: int(row[f"count_{code}"]) for code in DIMENSIONS}
    return ", ".join(f"{code} {counts[code]}" for code in sorted(counts, key=counts.get, reverse=True))


def _estimate(row: pd.Series) -> str:
    if row["method"] == "undefined":
        return say("method.undefined", "en")
    value, lower, upper = (number(row[name], "en", 2) for name in ("estimate", "estimate_lower", "estimate_upper"))
    return f"{value} ({percent(row['confidence'], 'en', 0)} interval {lower} to {upper})"
