"""How many of the invited firms answered."""

from collections.abc import Mapping

import pandas as pd

from toe_analysis.statistics import Share


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
