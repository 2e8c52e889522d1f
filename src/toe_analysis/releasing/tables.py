"""Which tables of a private run may be published, and how they look when small counts are hidden."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.releasing import CHOSEN, MINIMUM, NO_ANSWER, NOT_ASKED, NOT_CHOSEN
from toe_analysis.releasing.unknowns import Known
from toe_analysis.statistics import Share
from toe_analysis.survey import DONT_KNOW, MISSING, Condition, Question, Study
from toe_analysis.survey.facts.questionnaire import ONE_OPTION
from toe_analysis.survey.facts.sizes import size_class
from toe_analysis.survey.reading.answers import SEPARATOR

#: The columns of the firms that a table may be by. Nothing else about a firm is ever released.
DECLARED = {"wave": ("wave",), "status": ("status",), "size": ("size",), "size_by_status": ("status", "size")}

_OF_FIRMS = {column for columns in DECLARED.values() for column in columns}

#: Only groups of firms of at least this many minimum counts are worth a table of their answers.
_WORTH = 2


def release_tables(
    responses: pd.DataFrame,
    study: Study,
    *,
    minimum: int = MINIMUM,
    waves: int = 1,
    dont_know: str = "exclude",
    smallest: int = 0,
    largest: int = 0,
    routing: str = "printed",
) -> tuple[list[pd.Series], list[Known]]:
    """Count the firms for every table that a release declares.

    Those are the tables of `DECLARED`, and for each closed question that identifies nobody its answers by status,
    where everyone is asked or the AI status alone decides who is. A question behind another question is left out:
    its base would tell that one's counts.

    Which rows a table has follows from the questionnaire and the options of the run, never from the answers: a row
    that is there only if a firm is in it would tell that its hidden count is no zero. What can be told from a table
    being there or not is returned as well.

    Parameters
    ----------
    responses : pandas.DataFrame
        A row a firm, as `toe_analysis.survey.read_responses` gives them.
    study : Study
    minimum : int
        The smallest count that will be shown; groups of fewer than twice as many firms get no table of answers.
    waves : int
        How many waves the run tells apart.
    dont_know, smallest, largest, routing
        The options with which the responses were cleaned; see `toe_analysis.survey.clean`.

    Returns
    -------
    tables : list of pandas.Series
        As `toe_analysis.releasing.protection.protect` takes them. A table of answers is named ``q35: option``, or
        ``q36`` for a single choice.
    known : list of Known
        That each wave has a firm, and which groups had enough firms for tables of their answers.

    Raises
    ------
    InputError
        If a firm has what the questionnaire and these options rule out, or a wave has no firm.
    """
    statuses = [*study.status_names, *([DONT_KNOW] if dont_know == "own_group" else [])]
    target = study.sizes.target(smallest, largest)
    sizes = [label for label in study.size_question.options if not size_class(label).outside(*target)]
    classes = {"wave": [str(1 + number) for number in range(waves)], "status": statuses, "size": [*sizes, NO_ANSWER]}
    firms = responses[list(classes)].assign(size=responses["size"].mask(responses["size"] == "", NO_ANSWER))
    tables = [
        _counts(firms, name, list(product(*(classes[column] for column in columns))))
        for name, columns in DECLARED.items()
        if columns != ("wave",) or waves > 1
    ]
    # Were an empty wave let through, what everybody knows of waves would hang on their counts.
    none = [wave for wave in classes["wave"] if wave not in set(firms["wave"])]
    if none and waves > 1:
        raise InputError(
            f"release: expected an analysed answer in each wave, found none in wave {', '.join(none)}; analyse the "
            "export again with the waves that have one"
        )
    known = [Known("wave", (wave,), 1, len(firms)) for wave in classes["wave"]]
    for question in study.questionnaire:
        asked = [status for status in statuses if _is_asked(question.condition(routing), status, study)]
        counted = question.id in (*study.status_questions, study.size_question.id)  # by status and by size already
        if question.type not in (*ONE_OPTION, "multi") or question.privacy or counted or not asked:
            continue
        is_worth_it = firms["status"].isin(asked).sum() >= _WORTH * minimum
        ends = (_WORTH * minimum, len(firms)) if is_worth_it else (0, _WORTH * minimum - 1)
        known.append(Known("status", tuple(asked), *ends))
        if not is_worth_it:
            continue
        answers = responses[question.id].mask(~firms["status"].isin(asked), NOT_ASKED)
        for name, values, possible in _tables_of(question, answers):
            rows = [(status, value) for status in statuses for value in (possible if status in asked else [NOT_ASKED])]
            tables.append(_counts(firms[["status"]].assign(**{name: values}), name, rows))
    return tables, list(dict.fromkeys(known))


def _is_asked(rule: Condition | None, status: str, study: Study) -> bool:
    made_by = (study.dont_know,) if status == DONT_KNOW else study.status(status).rule
    return rule is None or any(condition and condition.implies(rule) for condition in made_by)


def _tables_of(question: Question, answers: pd.Series) -> Iterator[tuple[str, pd.Series, list[str]]]:
    """Yield the name, the values and the possible values of each table of a question's answers."""
    if question.type in ONE_OPTION:
        yield question.id, answers.mask(answers.isin(MISSING), NO_ANSWER), [*question.options, NO_ANSWER]
        return
    for option in question.options:
        has_it = answers.str.split(SEPARATOR).map(lambda chosen, option=option: option in chosen)
        values = has_it.map({True: CHOSEN, False: NOT_CHOSEN}).mask(answers == NOT_ASKED, NOT_ASKED)
        yield f"{question.id}: {option}", values, [CHOSEN, NOT_CHOSEN]


def _counts(firms: pd.DataFrame, name: str, rows: Sequence[tuple]) -> pd.Series:
    """Count the firms in each of the rows, which are all that there can be."""
    columns = list(DECLARED.get(name, ("status", name)))
    index = pd.MultiIndex.from_tuples(rows, names=columns)
    counted = firms.value_counts(columns).reindex(index, fill_value=0).rename(name)
    if counted.sum() < len(firms):
        raise InputError(
            f"release, table {name}: expected only what the questionnaire and the options of the run allow, found a "
            "firm with something else; analyse the export again: python run_all.py --responses PATH"
        )
    return counted if len(columns) > 1 else counted.set_axis(index.get_level_values(0))


def released_frames(tables: Mapping[str, pd.Series], firms: int, basis: str) -> dict[str, pd.DataFrame]:
    """Return the released tables as they are published, with bases and intervals where nothing is hidden.

    Parameters
    ----------
    tables : mapping of str to pandas.Series
        As `toe_analysis.releasing.protection.Release` has them.
    firms : int
        The number of firms in all.

    Returns
    -------
    dict of str to pandas.DataFrame
        By name; the options of a multi-select are one table, named after the question. The columns of the firms (or
        ``option``), ``count``, ``base``, ``share``, ``lower``, ``upper``, ``confidence``, ``method``, ``shown``
        ("yes" or "hidden") and ``basis``. By status, the base is the status's own count, and hidden if that is.
    """
    statuses = tables.get("status")
    frames: dict[str, list[pd.DataFrame]] = {}
    for name, table in tables.items():
        question, _, option = name.partition(": ")
        names = ["option" if column not in _OF_FIRMS else column for column in table.index.names]
        rows = []
        for label, count in table.items():
            row = dict(zip(names, label if isinstance(label, tuple) else (label,), strict=True))
            if row.get("option") in (NOT_ASKED, NOT_CHOSEN):
                continue
            base = firms if len(names) == 1 else pd.NA if statuses is None else statuses.loc[row["status"]]
            row |= {"option": option} if option else {}
            rows.append(row | _share(count, base) | {"basis": basis})
        frames.setdefault(question, []).append(pd.DataFrame(rows))
    whole = dict.fromkeys(("count", "base"), "Int64")
    return {name: pd.concat(parts, ignore_index=True).astype(whole) for name, parts in frames.items()}


def shared_frames(tables: Mapping[str, Sequence], gone: int, came: int, basis: str) -> dict[str, pd.DataFrame]:
    """Return the range in which each count of an earlier release lies after some firms have gone and others come.

    Parameters
    ----------
    tables : mapping of str to sequence
        The earlier release by name: its columns, then its rows; the count stands last, and is None where it was hidden.
    gone, came : int
        How many firms have gone, and how many have come.
    basis : str

    Returns
    -------
    dict of str to pandas.DataFrame
        ``smallest`` and ``largest`` beside the columns of the firms, ``shown`` and ``basis``.

    Examples
    --------
    >>> earlier = {"use": [["option", "count"], ["yes", 12], ["no", None]]}
    >>> shared_frames(earlier, 2, 1, "responses")["use"][["option", "smallest", "largest"]].values.tolist()
    [['yes', 10, 13], ['no', <NA>, <NA>]]
    """
    frames = {}
    for name, (columns, *rows) in tables.items():
        frame = pd.DataFrame(rows, columns=columns)
        count = frame.pop("count").astype("Int64")
        frame = frame.assign(smallest=(count - gone).clip(lower=0), largest=count + came)
        frames[name] = frame.assign(shown=count.isna().map(_SHOWN), basis=basis)
    return frames


def _share(count: object, base: object) -> dict[str, object]:
    row = Share(0, 0).to_row()
    row |= dict.fromkeys(("share", "lower", "upper"), float("nan"))
    if not (pd.isna(count) or pd.isna(base)):
        row = Share(int(count), int(base)).to_row()
    return row | {"count": count, "base": base, "shown": _SHOWN[pd.isna(count)]}


_SHOWN = {True: "hidden", False: "yes"}
