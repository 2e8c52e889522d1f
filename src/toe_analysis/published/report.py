"""What the report itself says: which numbers that are shown stand in it, and which questions it asked."""

import re
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from toe_analysis.csv_table import read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.paths import REPORT_NAME
from toe_analysis.published.claims import CLAIMS_NAME, Claim, read_claims
from toe_analysis.survey import Study
from toe_analysis.toml_facts import read_facts

#: The files that name questions which a wave may have left out, with the column that names them.
_TRACES = {"views.csv": "question", "triangulation.csv": "questions", "narrative_claims.csv": "survey_questions"}


def read_any_claims(raw: Path) -> dict[str, Claim]:
    """Return the printed numbers of the report; none where the study has no report."""
    path = raw / CLAIMS_NAME
    return read_claims(path) if path.is_file() else {}


def as_printed(
    table: pd.DataFrame, known: Mapping[Hashable, Claim | None], on: str | list[str], column: str = "basis"
) -> pd.DataFrame:
    """Return a table of shares for showing, in which a share that is printed with its count and base is published.

    Only a calibrated share can be: it was made to match. What is kept for later stages stays calibrated, since a number
    that was made to match proves nothing.

    Parameters
    ----------
    table : pandas.DataFrame
        ``count``, ``base`` and a column of bases.
    known : mapping to Claim or None
        The printed numbers, by what a row is about.
    on : str or list of str
        The columns that say what a row is about; several make a tuple.
    column : str
        Which holds the bases.

    Examples
    --------
    >>> table = pd.DataFrame({"status": ["user", "failed"], "count": [4, 2], "base": [48, 44], "basis": "calibrated"})
    >>> as_printed(table, {"user": Claim("users", "4", count=4, base=48)}, on="status")["basis"].tolist()
    ['published', 'calibrated']
    """
    keys = table[on] if isinstance(on, str) else table[on].itertuples(index=False, name=None)
    rows = zip(table["count"], table["base"], table[column], map(known.get, keys), strict=True)
    shown = [
        "published" if basis == "calibrated" and claim and (claim.count, claim.base) == (count, base) else basis
        for count, base, basis, claim in rows
    ]
    return table.assign(**{column: shown})


def claims_of_statuses(study: Study, claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Return the printed numbers that count a status: by status."""
    return {one.name: claims[one.claim] for one in study.statuses if one.claim in claims}


def claims_of_rates(study: Study, claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Return the printed numbers of answers: by wave, of ``both`` together, and of the ``valid`` ones."""
    named = {"both" if name == "received" else name.removeprefix("wave_"): one for name, one in study.claims.items()}
    return {name: claims[one] for name, one in named.items() if one in claims}


def claims_of_answers(study: Study, claims: Mapping[str, Claim]) -> dict[tuple[str, str], Claim]:
    """Return the printed numbers that are shares of one answer: by question and option, or the categories it is of."""
    alone = [(one.rule[0], one.claim) for one in study.statuses if len(one.rule) == 1]
    named = {(rule.question, rule.options[0]): claim for rule, claim in alone if len(rule.options) == 1}
    asked = ((study.role(one.role), one) for one in study.headlines)
    named |= {(question.id, one.option or ";".join(one.categories)): one.claim for question, one in asked if question}
    return {answer: claims[claim] for answer, claim in named.items() if claim in claims}


def reported_questions(raw: Path) -> tuple[str, ...]:
    """Return the ids of the report's questions. A later wave may leave some out; one that it adds gets its own id.

    Raises
    ------
    InputError
        If ``report.toml`` cannot be read, or does not name the first and the last.
    """
    report = read_facts(raw / REPORT_NAME)
    ends = report.texts("questions")
    if len(ends) != 2 or not all(re.fullmatch(r"q\d+", name) for name in ends):
        raise report.wrong(
            "questions", "the first and the last one of the report, like ['q01', 'q41']", list(ends) or "nothing"
        )
    first, last = (int(name[1:]) for name in ends)
    return tuple(f"q{number:02}" for number in range(first, last + 1))


def asked_of(
    names: Iterable[str], questionnaire: Container[str], reported: Sequence[str], where: str
) -> tuple[str, ...]:
    """Return those of the named questions that the questionnaire asks.

    Parameters
    ----------
    names : iterable of str
    questionnaire : container of str
        The ids that this wave asks, or a `Questionnaire`.
    reported : sequence of str
        The report's questions.
    where : str
        File, row and column, for the message.

    Raises
    ------
    InputError
        If a name is none of a question: neither the report nor this wave has it.

    Examples
    --------
    >>> asked_of(["q08", "q40"], {"q08"}, ["q08", "q40"], "links.csv, line 2")
    ('q08',)
    """
    names = tuple(names)
    for name in names:
        if name not in questionnaire and name not in reported:
            raise InputError(
                f"{where}: expected ids of questions like q40, found {name!r}, which is neither in questionnaire.csv "
                f"nor one of the report's {reported[0]} to {reported[-1]}; correct it or take it out"
            )
    return tuple(name for name in names if name in questionnaire)


def questions_not_asked(raw: Path, questionnaire: Container[str]) -> dict[str, list[str]]:
    """Return for each file at hand that names questions those that this wave does not ask, if there are any.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    found = {}
    for file, column in _TRACES.items():
        if not (raw / file).is_file():
            continue
        names = read_csv_table(raw / file, (column,))[column].str.split().explode().dropna()
        if gone := sorted(name for name in set(names) if name not in questionnaire):
            found[file] = gone
    return found
