"""What the study concludes, read from the results of a run, so that several runs can be laid side by side."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from toe_analysis.running.stages import PROCESSED
from toe_analysis.survey import weakest

#: The columns of the table beside those of the runs.
COLUMNS = ("stage", "conclusion", "about", "changes", "basis")
FAILED, NOT_THERE = "failed", "not there"


@dataclass(frozen=True)
class Conclusion:
    """Where conclusions stand in a stage's results.

    Parameters
    ----------
    stage : str
    ending : str
        Of the file after the stage's name: a table or the headline numbers, in data/processed.
    says : str
        The column whose value is the conclusion.
    by : tuple of str
        The columns that tell the rows apart.
    inside : str
        In JSON: what holds the rows, or the one row.
    of_family : bool
        Whether the conclusion is on which side of its family's limit a p-value lies.
    """

    stage: str
    ending: str
    says: str
    by: tuple[str, ...] = ()
    inside: str = ""
    of_family: bool = False

    @property
    def file(self) -> str:
        """The file as a path inside a root."""
        return f"{PROCESSED}/{self.stage}{self.ending}"


_PLANS = ("measure", "function", "their_base", "test")

CONCLUSIONS = (
    Conclusion("03_describe_toe", ".json", "report", inside="order_of_dimensions"),
    Conclusion("03_describe_toe", ".json", "other", inside="order_of_dimensions"),
    Conclusion("03_describe_toe", ".json", "past", inside="order_of_barriers_depends_on_weights"),
    Conclusion("03_describe_toe", ".json", "future", inside="order_of_barriers_depends_on_weights"),
    Conclusion("04_size_by_status", ".json", "p_value", ("among", "statistic"), "groups", of_family=True),
    Conclusion("04_size_by_status", ".json", "p_min", ("among", "statistic"), "groups", of_family=True),
    Conclusion("04_size_by_status", ".json", "p_min", inside="smallest", of_family=True),
    Conclusion("05_compare_baselines", "_claims.csv", "numbers", ("claim",)),
    Conclusion("05_compare_baselines", "_claims.csv", "verdict", ("claim",)),
    Conclusion("05_compare_baselines", ".csv", "numbers", ("comparison",)),
    Conclusion("05_compare_baselines", ".csv", "verdict", ("comparison",)),
    Conclusion("05_compare_baselines", "_bridge.csv", "lies", ("comparison",)),
    Conclusion("05_compare_baselines", "_bridge.csv", "bridged_lies", ("comparison",)),
    Conclusion("06_code_interviews", "_selection.csv", "same_count", ("status",)),
    Conclusion("07_triangulate", ".csv", "verdict", ("theme",)),
    Conclusion("07_triangulate", "_conclusions.csv", "verdict", ("conclusion",)),
    Conclusion("08_audit_report", ".csv", "arithmetic", ("claim",)),
    Conclusion("08_audit_report", ".csv", "recomputed", ("claim",)),
    Conclusion("08_audit_report", "_narratives.csv", "carried", ("statement",)),
    Conclusion("09_plan_next_wave", ".json", "enough", _PLANS, "small_firms"),
    Conclusion("09_plan_next_wave", ".json", "enough", _PLANS, "users"),
    Conclusion("09_plan_next_wave", "_tipping.csv", "possible", ("status", "function")),
)


def conclusion_table(
    results: Mapping[str, Mapping[str, bytes] | None], conclusions: Sequence[Conclusion] = CONCLUSIONS
) -> pd.DataFrame:
    r"""Lay the conclusions of several runs side by side.

    Parameters
    ----------
    results : mapping
        For each run, by name, its files: path inside the root to content; None for a run that failed.
    conclusions : sequence of Conclusion

    Returns
    -------
    DataFrame
        A row a conclusion: ``stage``, ``conclusion`` (which row), ``about`` (which column); what each run says;
        ``changes`` (yes or no, among the runs that have it) and the weakest ``basis``.

    Examples
    --------
    >>> one, two = b"claim,verdict,basis\na,fits,published\n", b"claim,verdict,basis\na,off,published\n"
    >>> runs = {"one": {"data/processed/08_x.csv": one}, "two": {"data/processed/08_x.csv": two}}
    >>> conclusion_table(runs, [Conclusion("08", "_x.csv", "verdict", ("claim",))]).to_dict("records")[0]["changes"]
    'yes'
    """
    rows = [
        (conclusion.stage, label, conclusion.says, name, says, basis)
        for conclusion in conclusions
        for name, files in results.items()
        for label, says, basis in _found(conclusion, files or {})
    ]
    of_row = list(COLUMNS[:3])
    found = pd.DataFrame(rows, columns=[*of_row, "run", "says", "basis"])
    each = found.groupby([*of_row, "run"], sort=False)["says"].agg(lambda cells: "; ".join(cells.unique()))
    said = each.unstack(sort=False).reindex(columns=list(results)).astype(object).rename_axis(columns=None)
    table = said.fillna(NOT_THERE)
    table[[name for name, files in results.items() if files is None]] = FAILED
    changes = (said.nunique(axis=1) > 1).map({True: "yes", False: "no"})
    basis = found.groupby(of_row, sort=False)["basis"].agg(weakest)
    return table.assign(changes=changes, basis=basis).reset_index()


def _found(conclusion: Conclusion, files: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """Yield which row it is of, what is said there and its basis; a row may say several things."""
    content = files.get(conclusion.file)
    if content is None:
        return
    if conclusion.ending.endswith(".csv"):
        whole: dict = {}
        rows: Iterable[dict] = csv.DictReader(io.StringIO(content.decode()))
    else:
        whole = json.loads(content)
        inside = whole[conclusion.inside]
        rows = inside if isinstance(inside, list) else [inside]
    limit = whole["family"]["limit"] if conclusion.of_family else None
    for row in rows:
        label = ", ".join(filter(None, [conclusion.inside, *(_text(row[column]) for column in conclusion.by)]))
        yield label, _says(row[conclusion.says], limit), row.get("basis") or whole["basis"]


def _says(value: object, limit: float | None) -> str:
    if limit is None or value is None:
        return _text(value)
    return "below the limit" if value < limit else "not below the limit"


def _text(value: object) -> str:
    """Write a value the same way whether it comes from a table or from JSON."""
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
