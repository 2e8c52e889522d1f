"""The interview guide: what is asked of which group, and which group a firm of the survey falls into."""

import re
from pathlib import Path

import pandas as pd

from toe_analysis.csv_table import one_of, read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.interviews.codings import DIMENSIONS
from toe_analysis.survey import Study

_ELSEWHERE = re.compile(r"under ([TOE])$")


def read_guide(raw: Path, study: Study) -> pd.DataFrame:
    """Return the guide, a row a topic and group, in the guide's order.

    Parameters
    ----------
    raw : Path
        The folder with ``interview_guide.csv``.
    study : Study
        Whose statuses have the guide's groups.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``toe``, ``toe_other`` (where another text of the report places the topic, as the end of
        ``toe_source`` says: "... under E"; else empty), ``guide_group``, ``status`` (of the survey), ``asks_en`` and
        ``asks_da``.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column or holds a code that is not known.
    """
    path = raw / "interview_guide.csv"
    status_of = {status.guide_group: status.name for status in study.statuses if status.guide_group}
    if len(status_of) < sum(bool(status.guide_group) for status in study.statuses):
        found = ", ".join(status.guide_group for status in study.statuses)
        raise InputError(f"study.toml, status, guide: expected a group of its own for each status, found {found}")
    columns = ["topic", "toe", "toe_source", "group", "asks_en", "asks_da"]
    table = read_csv_table(path, columns, holds={"toe": one_of(DIMENSIONS), "group": one_of(status_of)})
    table = table.rename(columns={"group": "guide_group"}).assign(
        status=table["group"].map(status_of),
        toe_other=table["toe_source"].map(lambda text: found[1] if (found := _ELSEWHERE.search(text)) else ""),
    )
    return table[["topic", "toe", "toe_other", "guide_group", "status", "asks_en", "asks_da"]].reset_index(drop=True)


def questions_for(guide: pd.DataFrame, status: str) -> pd.DataFrame:
    """Return what a firm with this status would be asked.

    Raises
    ------
    InputError
        If the guide asks nothing of such a status.

    Examples
    --------
    >>> guide = pd.DataFrame({"topic": ["barriers", "barriers"], "status": ["user", "optimist"]})
    >>> questions_for(guide, "user")["topic"].tolist()
    ['barriers']
    """
    known = guide["status"].unique()
    if status not in known:
        raise InputError(f"expected a status among {', '.join(known)}, found {status!r}")
    return guide[guide["status"] == status].reset_index(drop=True)
