"""Whether the waves of a survey differ: shares by wave, with an exact test for each comparison."""

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from toe_analysis.statistics import Share, exact_family, share_table
from toe_analysis.survey import Cleaned
from toe_analysis.survey.facts.questionnaire import CLOSED_TYPES
from toe_analysis.survey.summaries import in_toe_order, option_shares

Label = tuple[str, ...]


def wave_table(
    shares: Mapping[Label, Mapping[int, Share]],
    names: Sequence[str],
    basis: str,
    *,
    together: Callable[[Label], Hashable] = lambda label: label,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return shares by wave, each comparison with an exact test that the waves do not differ.

    Parameters
    ----------
    shares : mapping of tuple of str to mapping of int to Share
        By label, then by wave.
    names : sequence of str
        A column title for each part of the labels.
    basis : str
        That of wave and answer together: each may be fixed to a printed number and the two of them not.
    together : callable
        Gives the same key to labels that exclude each other, as the answers to one question do: they are tested as one
        table. A label alone is tested as yes and no.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        A row a label and wave: `names`, ``wave``, count, base, share, interval, method, ``p_value`` (Fisher, Freeman
        and Halton), ``p_holm`` (adjusted over all comparisons of the table), how many these are, ``tests``, ``how`` and
        ``basis``. With one wave there is nothing to compare: no p-value, and ``how`` says so.

    Examples
    --------
    >>> shares = {("user",): {1: Share(3, 4), 2: Share(1, 4)}}
    >>> wave_table(shares, ["status"], "responses")[["status", "wave", "count", "p_value"]].round(4).to_numpy().tolist()
    [['user', 1, 3, 0.4857], ['user', 2, 1, 0.4857]]
    """
    counts: dict[Hashable, list[list[int]]] = {}
    for label, by_wave in shares.items():
        counts.setdefault(together(label), []).append([share.count for share in by_wave.values()])
        if together(label) == label:
            counts[label].append([share.base - share.count for share in by_wave.values()])
    # Empty rows and columns change no test; beside them one label or one wave alone is a table, with no p-value.
    tables = {(key,): np.pad(np.array(table, dtype=int), ((0, 1), (0, 2))) for key, table in counts.items()}
    tests = exact_family(tables, ["key"], ["probability"]).set_index("key")
    each = {(*label, wave): share for label, by_wave in shares.items() for wave, share in by_wave.items()}
    table = share_table(each, [*names, "wave"], confidence=confidence)
    tests = tests.assign(tests=tests["p_value"].count())
    found = tests.loc[[together(label[:-1]) for label in each], ["p_value", "p_holm", "tests", "how"]]
    return pd.concat([table, found.reset_index(drop=True)], axis=1).assign(basis=basis)


def code_shares(codes: pd.Series, waves: pd.Series, order: Sequence[str]) -> dict[Label, dict[int, Share]]:
    """Return the share of each code in each wave, for `wave_table`.

    >>> code_shares(pd.Series(["user", "failed"]), pd.Series([1, 1]), ["user"])
    {('user',): {1: Share(count=1, base=2)}}
    """
    parts = {wave: codes[waves == wave] for wave in sorted(waves.unique().tolist())}
    return {
        (code,): {wave: Share(int((part == code).sum()), len(part)) for wave, part in parts.items()} for code in order
    }


def answer_shares(cleaned: Cleaned, smallest_base: int) -> dict[Label, dict[int, Share]]:
    """Return the share of each option in each wave, for the questions that enough firms answered in every wave."""
    found: dict[Label, dict[int, Share]] = {}
    waves = cleaned.firms["wave"]
    for question in in_toe_order(cleaned.questionnaire):
        if question.type not in CLOSED_TYPES:
            continue
        own, kinds = cleaned.answers[question.id], cleaned.missing[question.id]
        by_wave = {
            wave: option_shares(question, own[waves == wave], kinds[waves == wave])
            for wave in sorted(waves.unique().tolist())
        }
        if all(share.base >= smallest_base for shares in by_wave.values() for share in shares.values()):
            for option in question.options:
                found[question.id, option] = {wave: shares[option] for wave, shares in by_wave.items()}
    return found


def compare_waves(table: pd.DataFrame) -> dict[str, object]:
    """Return what a table of `wave_table` says of the waves.

    Returns
    -------
    dict
        ``waves``, how many there are; and ``least``, the row with the smallest p-value, or None where there is none.
    """
    computed = table.dropna(subset="p_value")
    return {
        "waves": table["wave"].nunique(),
        "least": None if computed.empty else computed.loc[computed["p_value"].idxmin()].to_dict(),
    }
