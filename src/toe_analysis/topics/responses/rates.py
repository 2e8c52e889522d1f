"""How many of the invited firms answered."""

from collections.abc import Mapping

import pandas as pd

from toe_analysis.published.as_printed import as_printed
from toe_analysis.published.claims import Claim
from toe_analysis.showing.output import headline
from toe_analysis.showing.tables import share_table
from toe_analysis.statistics import Share
from toe_analysis.survey import EXCLUSION_REASONS, Cleaned, Study, Survey


def response_rates(received: pd.Series, invited: Mapping[int, int], known: int = 0) -> tuple[dict[str, Share], bool]:
    """Return the response rate of each wave, if it is known, and of all together.

    Parameters
    ----------
    received : pandas.Series
        Answers by wave.
    invited : mapping of int to int
        Firms invited by wave; empty where that is not known.
    known : int
        The answers that came from these firms; 0 where that is not said. Another number is of other firms.

    Returns
    -------
    dict of str to Share
        By wave, last ``both`` for all of them. Nothing where it is not known how many were invited.
    bool
        Whether the answers can be of those firms: no more waves, and as many answers as are known or can be.

    Examples
    --------
    >>> response_rates(pd.Series({1: 27, 2: 24}), {1: 317, 2: 461})[0]["2"]
    Share(count=24, base=461)
    >>> response_rates(pd.Series({1: 27}), {})
    ({}, True)
    >>> response_rates(pd.Series({1: 60}), {1: 317, 2: 461}, known=51)
    ({}, False)
    """
    answers, firms = int(received.sum()), sum(invited.values())
    if not invited:
        return {}, True
    if answers > firms or len(received) > len(invited) or known not in (0, answers):
        return {}, False
    waves = received.index if len(received) > 1 else ()
    if any(received[wave] > invited.get(wave, 0) for wave in waves):
        waves = ()
    rates = {str(wave): Share(int(received[wave]), invited[wave]) for wave in waves}
    return rates | {"both": Share(answers, firms)}, True


def rates_as_printed(rates: pd.DataFrame, study: Study, claims: Mapping[str, Claim]) -> pd.DataFrame:
    """Return a table of response rates for showing, with what the report prints as published."""
    known = {name.removeprefix("wave_"): claims.get(claim) for name, claim in study.claims.items()}
    return as_printed(rates, known | {"both": known.get("received")}, on="wave")


def valid_as_printed(
    valid: Share, basis: str, study: Study, claims: Mapping[str, Claim], *, confidence: float = 0.95
) -> pd.Series:
    """Return how many of the responses are analysed, as a row for showing."""
    table = share_table({"valid": valid}, "step", basis, confidence=confidence)
    return as_printed(table, {"valid": claims.get(study.claims.get("valid", ""))}, on="step").iloc[0]


def dont_know_table(
    shares: Mapping[str, Share], unsure: int, bases: Mapping[str, str], *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the shares without the firms that do not know, and with them as a group of their own.

    Parameters
    ----------
    shares : mapping of str to Share
        By status, without these firms.
    unsure : int
        How many there are.
    bases : mapping of str to str
        By rule (``exclude``, ``own_group``) what the shares rest on.
    confidence : float

    Examples
    --------
    >>> bases = {"exclude": "responses", "own_group": "responses"}
    >>> dont_know_table({"user": Share(4, 8)}, 2, bases)[["dont_know", "count", "base"]].to_numpy().tolist()
    [['exclude', 4, 8], ['own_group', 4, 10]]
    """
    parts = []
    for rule, basis in bases.items():
        more = unsure if rule == "own_group" else 0
        then = {status: Share(share.count, share.base + more) for status, share in shares.items()}
        part = share_table(then, "status", basis, confidence=confidence)
        parts.append(part.assign(dont_know=rule))
    return pd.concat(parts, ignore_index=True)


def funnel_steps(rates: pd.DataFrame, valid: pd.Series, invited: Mapping[int, int], basis: str) -> pd.DataFrame:
    """Return how many firms were invited, answered and are analysed, wave by wave where that is known.

    Parameters
    ----------
    rates : pandas.DataFrame
        ``wave``, ``count`` and ``basis``; empty where it is not known how many were invited.
    valid : pandas.Series
        ``count`` of the analysed answers, ``base`` of all, and ``basis``.
    invited : mapping of int to int
        Firms invited by wave.
    basis : str
        Of the number of answers where there is no rate.

    Returns
    -------
    pandas.DataFrame
        ``step``, ``wave``, ``count`` and ``basis``.
    """
    waves = rates[rates["wave"] != "both"]
    known = [("invited", str(wave), count, "published") for wave, count in invited.items()] if len(rates) else []
    answered = [("answered", *row) for row in waves[["wave", "count", "basis"]].itertuples(index=False, name=None)]
    all_of_them = rates["basis"].iloc[-1] if len(rates) else basis
    answered = answered or [("answered", "both", valid["base"], all_of_them)]
    rows = [*known, *answered, ("valid", "both", valid["count"], valid["basis"])]
    return pd.DataFrame(rows, columns=["step", "wave", "count", "basis"])


def headline_numbers(
    survey: Survey,
    cleaned: Cleaned,
    cleaning: Mapping[str, object],
    rates: Mapping[str, Share],
    rates_basis: str,
    *,
    confidence: float = 0.95,
) -> dict[str, object]:
    """Return what other stages and the closing lines quote of the cleaning: who answered, and who does not count."""
    reasons_basis = survey.source.basis(["valid", "reason"])
    excluded = cleaned.excluded.assign(basis=reasons_basis, because=cleaned.excluded["reason"].map(EXCLUSION_REASONS))
    return {
        "source": survey.source.to_dict(),
        "cleaning": cleaning,
        "received": cleaned.received,
        "valid": len(cleaned.firms),
        "valid_basis": survey.source.basis(["valid"]),
        "excluded": excluded.to_dict("records"),
        "problems": len(cleaned.problems),
        "notes": survey.export.notes,
        "response_rate": {wave: headline(share, rates_basis, confidence=confidence) for wave, share in rates.items()},
    }


def status_numbers(
    shares: Mapping[str, Share],
    never_tried: Share | None,
    weighted: pd.DataFrame,
    basis: str,
    *,
    confidence: float = 0.95,
) -> dict[str, object]:
    """Return the share of each status, of the firms that never tried AI where the study has such, and with weights.

    Parameters
    ----------
    shares : mapping of str to Share
        By status.
    never_tried : Share or None
    weighted : pandas.DataFrame
        As `toe_analysis.topics.responses.weighted.weigh` returns it; without a row where nothing can be weighted.
    basis : str
    confidence : float
    """
    told = {status: headline(share, basis, confidence=confidence) for status, share in shares.items()}
    numbers = {"firms": next(iter(shares.values())).base, "status": told}
    if never_tried:
        numbers["never_tried"] = headline(never_tried, basis, confidence=confidence)
    if len(weighted):
        numbers["weighted"] = weighted.set_index("status").to_dict("index")
    return numbers
