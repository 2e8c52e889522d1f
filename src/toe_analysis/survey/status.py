"""Where a firm stands with AI: user, failed, optimist or sceptic."""

import pandas as pd

from toe_analysis.errors import InputError

#: The answers that make each status, in the order of the report. The first rule that holds gives the status.
STATUS_RULES: dict[str, dict[str, str]] = {
    "user": {"q08": "Ja"},
    "failed": {"q08": "Nej", "q20": "Ja"},
    "optimist": {"q08": "Nej", "q20": "Nej", "q33": "Ja"},
    "sceptic": {"q08": "Nej", "q20": "Nej", "q33": "Nej"},
}
STATUSES = tuple(STATUS_RULES)
STATUS_QUESTIONS = ("q08", "q20", "q33")

DONT_KNOW = "dont_know"
DONT_KNOW_ANSWER = "Ved ikke"

#: What to do with a firm that does not know whether it uses AI (the report does not say).
DONT_KNOW_RULES = {
    "exclude": "left out of the analysis, with a reason",
    "own_group": "kept as a fifth group",
    "as_no": "treated like the answer no: the firm's later answers decide",
}


def classify(answers: pd.DataFrame, *, dont_know: str = "exclude") -> pd.Series:
    """Give every firm its AI status.

    Parameters
    ----------
    answers : pandas.DataFrame
        A row a firm with the columns `STATUS_QUESTIONS`; missing answers are None.
    dont_know : {"exclude", "own_group", "as_no"}
        What "Ved ikke" in q08 means; see `DONT_KNOW_RULES`.

    Returns
    -------
    pandas.Series
        One of `STATUSES`, or ``dont_know``, or None where the answers cannot tell.

    Raises
    ------
    ValueError
        If `dont_know` is no known rule.

    Examples
    --------
    >>> firms = pd.DataFrame({"q08": ["Ja", "Nej"], "q20": [None, "Nej"], "q33": [None, "Ja"]})
    >>> classify(firms).tolist()
    ['user', 'optimist']
    """
    if dont_know not in DONT_KNOW_RULES:
        raise ValueError(f"dont_know must be one of {', '.join(DONT_KNOW_RULES)}, got {dont_know!r}")
    columns = answers.reindex(columns=list(STATUS_QUESTIONS))
    unsure = columns["q08"] == DONT_KNOW_ANSWER
    if dont_know == "as_no":
        columns = columns.assign(q08=columns["q08"].mask(unsure, "Nej"))
    status = pd.Series(None, index=answers.index, dtype=object)
    for name, rule in reversed(STATUS_RULES.items()):
        holds = pd.Series(True, index=answers.index)
        for question, option in rule.items():
            holds &= columns[question] == option
        status[holds] = name
    if dont_know != "as_no":
        status[unsure] = DONT_KNOW
    return status.where(status.notna(), None)


def status_order(text: str) -> tuple[str, ...]:
    """Read an order of statuses, from far away from AI to close to it.

    Parameters
    ----------
    text : str
        Two or more of `STATUSES`, with commas between them.

    Raises
    ------
    InputError
        If a word is no status, stands twice, or stands alone.

    Examples
    --------
    >>> status_order("sceptic,optimist,user")
    ('sceptic', 'optimist', 'user')
    """
    order = tuple(part.strip() for part in text.split(","))
    if not set(order) <= set(STATUSES) or len(set(order)) != len(order) or len(order) < 2:
        raise InputError(f"order: expected two or more of {', '.join(STATUSES)}, each once, found {text!r}")
    return order
