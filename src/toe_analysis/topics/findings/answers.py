"""Each answer on the page of findings: a function takes printed numbers or a table, and returns a finding or none."""

from collections.abc import Mapping

import pandas as pd

from toe_analysis.published.baselines import SMALL
from toe_analysis.published.claims import Claim
from toe_analysis.showing.words import LANGUAGES, count_of_base, counted, say
from toe_analysis.statistics import Design, Interval, Share, feasible_counts, plan_answers, share_bounds
from toe_analysis.topics.findings.results import Finding, finding

#: The tests that promise their level.
_EXACT = ("fisher", "binomial")
#: Where the others' shares lie, as they stand and converted to production.
_LIES = {"places": "lies", "converted": "bridged_lies"}


def own_share(own: pd.DataFrame, measure: str) -> tuple[Share, str] | None:
    """Return our share of one measure with its basis; nothing where there is none.

    >>> own = pd.DataFrame({"measure": ["uses"], "count": [4], "base": [48], "basis": ["published"]})
    >>> own_share(own, "uses"), own_share(own, "expects")
    ((Share(count=4, base=48), 'published'), None)
    """
    rows = own[(own["measure"] == measure) & (own["base"] > 0)]
    return None if rows.empty else (Share(*map(int, rows.iloc[0][["count", "base"]])), rows.iloc[0]["basis"])


def exact(share: Share, confidence: float) -> Interval:
    """Return the exact interval (Clopper and Pearson)."""
    return share.interval(method="clopper_pearson", confidence=confidence)


def users(own: pd.DataFrame, confidence: float) -> list[Finding]:
    """Say how many use AI, and how many do or expect to."""
    using, either = own_share(own, "uses"), own_share(own, "uses_or_expects")
    if not using:
        return []
    share, basis = using
    told = {"basis": basis, "origin": "printed", "interval": exact(share, confidence)}
    found = [finding("users", {"share": share}, _shares(share), **told, **vars(share))]
    if either:
        more, basis = either
        most = int(own.loc[own["measure"] == "uses_or_expects", "count"].max())
        said = {"share": more, "users": share, "besides": most - more.count}
        told = {"basis": basis, "interval": exact(more, confidence)}
        found.append(finding("expecting", said, _shares(more), **told, **vars(more)))
    return found


def answered(rates: Mapping[str, Claim]) -> list[Finding]:
    """Say how many of the invited firms answered, as the report prints it.

    `rates` are its numbers, as `toe_analysis.published.report.claims_of_rates` returns them.
    """
    fit = {name: one for name, one in rates.items() if None not in (one.count, one.base) and one.count <= one.base}
    waves = {name: Share(one.count, one.base) for name, one in fit.items() if one.base}
    both, analysed = waves.pop("both", None), waves.pop("valid", None)
    if not both or not waves:
        return []
    return [finding("answered", {"waves": waves, "analysed": analysed}, _shares(both), **vars(both))]


def coded(interviews: pd.DataFrame, placing: pd.DataFrame) -> list[Finding]:
    """Count again how the coded statements of the interviews are shared out, as placed and in the other placing."""
    by_dimension = interviews.groupby("toe", sort=False)["count"].sum().to_dict()
    units = int(interviews["count"].sum())
    number = {}
    for language in LANGUAGES:
        parts = (part.replace(" ", "\u00a0") for part in counted(by_dimension, language, "toe"))  # stay together
        number[language] = say("finding_number.statements", language, base=units, parts=", ".join(parts))
    other = placing.set_index("placing").loc["organisation"]
    then = {code: int(other[f"count_{code}"]) for code in by_dimension}
    first = [code for code, count in then.items() if count == max(then.values())]
    said = {"interviews": interviews["interview"].nunique(), "first": first, "most": max(then.values())}
    return [finding("coded", said, number, count=units, base=units)]


def arithmetic(audit: pd.DataFrame) -> list[Finding]:
    """Count the printed numbers that fit those that are printed beside them."""
    counts = audit["arithmetic"].value_counts()
    fits = int(counts.get("fits", 0))
    share = Share(fits, fits + int(counts.get("does not fit", 0)))
    number = _words("numbers", printed=len(audit), unchecked=len(audit) - share.base, **vars(share))
    return [finding("arithmetic", {"share": share, "printed": len(audit)}, number, **vars(share))]


def small_firms(
    own: pd.DataFrame, readings: pd.DataFrame, quoted: pd.Series, claim: Claim, alpha: float, *, alike: bool
) -> list[Finding]:
    """Say whether small firms expect AI more rarely than in the survey that the report quotes, over all that fits.

    Parameters
    ----------
    own, readings : pandas.DataFrame
        Our shares; and for each reading of the printed one the range of p over all that theirs may be.
    quoted : pandas.Series
        The other survey's share, a row of `toe_analysis.published.baselines.read_baselines`.
    claim : Claim
        Our printed percentage.
    alpha : float
    alike : bool
        Whether both shares are of the same measure.
    """
    ours = own_share(own, SMALL)
    if ours is None or readings.empty:
        return []
    share, basis = ours
    shares = [Share(int(row.our_count), int(row.our_base)) for row in readings.itertuples()]
    never, always = readings["p_smallest"] > alpha, readings["p_largest"] <= alpha
    groups = {"never": never, "sometimes": ~never & ~always, "always": always}
    told = {name: [one for one, chosen in zip(shares, rows, strict=True) if chosen] for name, rows in groups.items()}
    told |= {"ours": _printed(claim) if basis == "published" else share.value, "theirs": quoted["percent"] / 100}
    said = {"quoted": quoted, "basis": basis, "alpha": alpha, "alike": alike} | told
    key = "small" if basis == "published" else "small_counted"
    number = _words(key, share=told["ours"], theirs=told["theirs"], **vars(share))
    return [finding("small", said, number, basis=basis, **(vars(share) if len(readings) == 1 else {}))]


def _printed(claim: Claim) -> float:
    return float(claim.percentage.replace(",", ".")) / 100


def other_surveys(
    own: pd.DataFrame,
    bridge: pd.DataFrame,
    grid: pd.DataFrame,
    baselines: pd.DataFrame,
    confidence: float,
    alpha: float,
) -> list[Finding]:
    """Say whether fewer firms use AI than the report's own baseline has, and than the other surveys have.

    Parameters
    ----------
    own, bridge, grid : pandas.DataFrame
        Our shares; where the others' lie against the interval of ours, as they stand and converted to production, the
        report's own first; and what is the same on both sides.
    baselines : pandas.DataFrame
        What `toe_analysis.published.baselines.read_baselines` gives, by ``source``.
    confidence, alpha : float
        Of the interval, and of the binomial test of the converted shares.
    """
    using = own_share(own, "uses")
    if using is None or bridge.empty:
        return []
    share, basis = using
    first = bridge.iloc[0]
    said = {"row": first, "quoted": baselines.loc[first["comparison"]]}
    said |= {"lies": first["lies"], "converted_lies": first["bridged_lies"]}
    theirs = {"theirs": first["their_share"], "converted": first["bridged"]}
    number = _words("bridge", share=share.value, **theirs, **vars(share))
    found = [finding("bridge", said, number, basis=basis, interval=exact(share, confidence), **vars(share))]
    same = Share(int((grid["same_function"] == "yes").sum()), len(grid))
    places = {
        name: {place: int((bridge[column] == place).sum()) for place in ("above", "within", "edge", "below")}
        for name, column in _LIES.items()
    }
    above = {"count": places["places"]["above"], "base": len(bridge)}
    number = _words("others", converted=places["converted"]["above"], **above)
    lower = int(((bridge["p_bridged"] <= alpha) & (bridge["bridged"] < share.value)).sum())
    said = {"same": same, "shares": len(bridge), "lower": lower, "alpha": alpha} | places
    return [*found, finding("others", said, number, basis=basis, **above)]


def silent(own: pd.DataFrame, rates: Mapping[str, Claim]) -> list[Finding]:
    """Say what the invited firms that are not counted could change; nobody knows it where the answers are others.

    For `rates` see `answered`.
    """
    using, both = own_share(own, "uses"), rates.get("both")
    if using is None or both is None or not both.base or both.base < using[0].base or using[1] != "published":
        return []
    share, bounds = using[0], share_bounds(using[0], both.base)
    unknown = Share(both.base - share.base, both.base)
    limits = {"fewest": share.count, "most": share.count + unknown.count}
    number = _words("bounds", **limits, **vars(bounds), **vars(unknown))
    return [finding("silent", {"share": share, "population": both.base, "bounds": bounds}, number, **vars(unknown))]


def misprints(audit: pd.DataFrame, claims: Mapping[str, Claim]) -> list[Finding]:
    """List the printed percentages that no count at their base gives; a row each."""
    found = []
    for row in audit[audit["arithmetic"] == "does not fit"].itertuples():
        claim = claims[row.claim]
        is_of_base = bool(claim.percentage and claim.base) and claim.count is not None and claim.count <= claim.base
        if not is_of_base or feasible_counts(claim.percentage, claim.base):
            continue  # another kind of misfit: notebook 8 says which
        share = Share(claim.count, claim.base)
        fits = row.would_fit.split(", ") if isinstance(row.would_fit, str) else []
        said = {"labels": claim.labels, "printed": claim.printed, "percentage": claim.percentage}
        number = _words("misprint", share=share.value, percentage=claim.percentage, **vars(share))
        found.append(finding("misprint", said | {"share": share, "would_fit": fits}, number, **vars(share)))
    return found


def contradicted(narratives: pd.DataFrame) -> list[Finding]:
    """List the sentences that the report's own tables contradict, and count how far it carries the others."""
    statements = narratives.loc[narratives["carried"] == "contradicted", "statement"].tolist()
    if not statements:
        return []
    carried = narratives["carried"].value_counts().drop("contradicted").to_dict()
    share = Share(len(statements), len(narratives))
    said = {"statements": statements, "carried": carried}
    return [finding("contradicted", said, _words("sentences", **vars(share)), **vars(share))]


def need_small(
    plans: pd.DataFrame,
    readings: pd.DataFrame,
    quoted: pd.Series,
    claim: Claim,
    target: float,
    difference: float,
) -> list[Finding]:
    """Say how many small firms would tell their share from the quoted one, over the bases that it may have.

    Parameters
    ----------
    plans : pandas.DataFrame
        Answers needed, a row a true share and base of theirs; those for the printed share and for the quoted one plus
        `difference` are used.
    readings, quoted, claim
        As in `small_firms`.
    target : float
        Power.
    difference : float
        The smallest one that matters.
    """
    ours, theirs = _printed(claim), quoted["percent"] / 100
    at_printed, at_least = (_enough(plans, share, target) for share in (ours, theirs + difference))
    if at_printed.empty or at_printed.isna().any() or at_least.empty or readings.empty:
        return []
    said = {"fewest": int(at_printed.min()), "most": int(at_printed.max()), "target": target}
    said |= {"ours": ours, "theirs": theirs, "smallest": theirs + difference}
    said |= {"enough": at_least.dropna().astype(int).tolist(), "designs": len(at_least)}
    said |= {"bases": sorted(set(readings["our_base"])), "tried": int(plans["tried"].max())}
    said |= {"fewest_if": int(at_printed.idxmin()), "most_if": int(at_printed.idxmax())}
    number = _words("small_firms", fewest=said["fewest"], most=said["most"], share=ours)
    return [finding("need_small", said, number, count=said["fewest"])]


def _enough(plans: pd.DataFrame, share: float, target: float) -> pd.Series:
    """Return the answers needed at a true share by their base; NaN where none that was tried is enough."""
    chosen = (plans["target"] == target) & plans["test"].isin(_EXACT) & plans["their_base"].notna()
    return plans[chosen & (plans["true_share"].round(6) == round(share, 6))].set_index("their_base")["enough"]


def need_users(
    own: pd.DataFrame, bridge: pd.DataFrame, target: float, alpha: float, largest: int, difference: float
) -> list[Finding]:
    """Say how many answers would tell users from the converted share, at the smallest difference that matters."""
    using = own_share(own, "uses")
    if using is None or bridge.empty:
        return []
    share, basis = using
    theirs, *limits = bridge.iloc[0][["bridged", "bridged_lower", "bridged_upper"]].astype(float)

    def enough(true_share: float, converted: float) -> int | None:
        return plan_answers(Design(true_share, converted, alpha=alpha, power=target, largest=largest)).enough

    needed = [enough(one + difference, one) for one in (theirs, *limits)]
    as_seen = [enough(share.value, one) for one in (theirs, *limits)]
    said = {"needed": needed, "as_seen": as_seen, "target": target, "share": share, "theirs": theirs, "tried": largest}
    said |= {"ours": theirs + difference, "difference": difference}
    key = "answers" if needed[0] else "more"
    number = _words(key, answers=needed[0] or largest, share=theirs + difference)
    return [finding("need_users", said, number, basis=basis, count=needed[0] or float("nan"))]


def _shares(share: Share) -> dict[str, str]:
    return {language: count_of_base(share.count, share.base, language) for language in LANGUAGES}


def _words(form: str, **values: object) -> dict[str, str]:
    """Fill in a number cell in every language."""
    return {language: say(f"finding_number.{form}", language, **values) for language in LANGUAGES}
