"""How many of the invited firms answered."""

from collections.abc import Mapping

import pandas as pd

from toe_analysis.statistics import Share


def response_rates(received: pd.Series, invited: Mapping[int, int]) -> tuple[dict[str, Share], bool]:
    """Return the response rate of each wave, if it is known, and of all together.

    Parameters
    ----------
    received : pandas.Series
        Answers by wave.
    invited : mapping of int to int
        Firms invited by wave; empty where that is not known.

    Returns
    -------
    dict of str to Share
        By wave, last ``both`` for all of them. Nothing where it is not known how many were invited.
    bool
        Whether the answers can be of those firms: no more waves, and no more answers, than there were.

    Examples
    --------
    >>> response_rates(pd.Series({1: 27, 2: 24}), {1: 317, 2: 461})[0]["2"]
    Share(count=24, base=461)
    >>> response_rates(pd.Series({1: 27}), {})
    ({}, True)
    """
    if not invited:
        return {}, True
    answers, firms = int(received.sum()), sum(invited.values())
    are_those = len(received) <= len(invited) and answers <= firms
    of_all = {"both": Share(answers, max(answers, firms))}
    if len(received) > 1 and are_those and all(received[wave] <= invited.get(wave, 0) for wave in received.index):
        return {str(wave): Share(int(received[wave]), invited[wave]) for wave in received.index} | of_all, are_those
    return of_all, are_those
