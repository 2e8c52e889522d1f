"""Tables of counts that may leave the private folder: small cells hidden, and hidden so that nobody works them out.

Every table counts the same firms, by other columns. What one of them hides may follow from its margins or from another
table, so the audit takes all that is shown together: it asks for the smallest and the largest whole number of firms
that each hidden cell could hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import prod

import pandas as pd

from toe_analysis.topics.release.unknowns import Cell, Counts, Known, Unknowns, classes_of, key_of

#: No table is released with a smaller minimum: below three, a firm in a cell knows the others in it.
FLOOR = 3
#: A hidden cell that could hold fewer values than this counts as given away.
LEAST_VALUES = 3
#: Unknown cells that one audit may have; the tables that a release declares stay far below.
MOST_UNKNOWNS = 20_000


@dataclass(frozen=True)
class Release:
    """What `protect` found fit to publish.

    Parameters
    ----------
    tables : mapping of str to pandas.Series
        The released counts by table name, with missing values where a cell is hidden.
    left_out : tuple of str
        Tables in which a hidden cell could not be kept from being worked out.
    ranges : pandas.DataFrame
        As `hidden_ranges` returns it: how well each count is hidden.
    """

    tables: Mapping[str, pd.Series]
    left_out: tuple[str, ...]
    ranges: pd.DataFrame


def protect(
    tables: Sequence[pd.Series],
    *,
    minimum: int = 5,
    public: Sequence[pd.Series] = (),
    known: Sequence[Known] = (),
) -> Release:
    """Hide every count below the minimum, and as many others as it takes.

    Zeros are hidden as well: that no firm of a class said something is a statement about each of its firms. The number
    of firms in all is taken to be known.

    Parameters
    ----------
    tables : sequence of pandas.Series
        Counts of the same firms. The index levels name the columns that a table is by, its labels are the combinations
        of their classes that can occur; one that is missing is known to be empty, so which there are must not depend
        on the counts. The name is the table's.
    minimum : int
        The smallest count that is shown; at least 3.
    public : sequence of pandas.Series
        Counts of the same form that everybody knows already. They are shown, and the audit counts on them.
    known : sequence of Known
        What else everybody knows; the audit counts on it as well.

    Returns
    -------
    Release

    Raises
    ------
    ValueError
        If the minimum is below 3, a name or a combination occurs twice, the tables do not count the same firms or are
        not what is known, or they are too many for an exact audit.

    Notes
    -----
    One cell after another is hidden, the smallest that shares most classes with a cell in danger first, until the
    audit finds at least three possible values for every hidden cell. Cells that count the very same firms are hidden
    together. A table with no cell left to hide is left out.
    The audit is exact for a reader who knows the released tables and the public counts. One who guesses which cells
    were below the minimum, and which were hidden for their sake, can narrow some further; the release tells neither.

    References
    ----------
    Hundepool A et al. (2012). Statistical Disclosure Control. Wiley, chapter 4.

    Examples
    --------
    Twenty firms. To hide the 2 alone would be no use, since 20 - 18 = 2:

    >>> use = pd.Series([2, 18], index=pd.Index(["yes", "no"], name="uses"), name="use")
    >>> protect([use]).tables["use"].tolist()
    [<NA>, <NA>]
    """
    if minimum < FLOOR:
        raise ValueError(f"minimum must be at least {FLOOR}, got {minimum}")
    blocks, printed = [Counts.of(table) for table in tables], [Counts.of(table) for table in public]
    _check([*blocks, *printed], len(blocks))
    firms = sum(blocks[0].cells.values()) if blocks else 0

    def audit(shown: Sequence[Counts], hidden: set[Cell]) -> Unknowns:
        return Unknowns(shown, hidden, printed, known, firms)

    # What follows from the public counts alone is not the release's to hide.
    before = audit(blocks, {(block.name, key) for block in blocks for key in block.cells})
    is_secret = cache(lambda cell: before.values(cell) > 1)
    small = [(block.name, key) for block in blocks for key, count in block.cells.items() if count < minimum]
    hidden, left_out = _hide(blocks, [cell for cell in small if is_secret(cell)], is_secret, audit)
    released = {
        str(table.name): table.astype("Int64").mask([(table.name, key_of(label)) in hidden for label in table.index])
        for table in tables
        if table.name not in left_out
    }
    return Release(released, left_out, hidden_ranges(list(released.values()), public, firms, known=known))


def _hide(
    blocks: Sequence[Counts],
    waiting: list[Cell],
    is_secret: Callable[[Cell], bool],
    audit: Callable[[Sequence[Counts], set[Cell]], Unknowns],
) -> tuple[set[Cell], tuple[str, ...]]:
    """Return the cells to hide, so that none of those that wait can be worked out, and the tables to leave out."""
    same, kept = _same_firms(blocks), {block.name: block for block in blocks}
    hidden = set(waiting)
    # To hide more, or to leave a table out, only widens what the others could be: no cell has to be seen twice.
    while waiting:
        name, key = waiting[0]
        if audit(list(kept.values()), hidden).values(waiting[0]) >= LEAST_VALUES:
            waiting = waiting[1:]
            continue
        shown = [(name, other) for other in kept[name].cells if (name, other) not in hidden]
        if candidates := [cell for cell in shown if is_secret(cell)]:
            chosen = min(candidates, key=lambda cell: _rank(kept[name], cell[1], key))
            also = [cell for cell in same[chosen] if cell not in hidden and cell[0] in kept]
            hidden.update(also)
            waiting = [*waiting, *also]
        else:
            del kept[name]
            hidden = {cell for cell in hidden if cell[0] != name}
            waiting = [cell for cell in waiting if cell[0] != name]
    return hidden, tuple(block.name for block in blocks if block.name not in kept)


def hidden_ranges(
    released: Sequence[pd.Series], public: Sequence[pd.Series], firms: int, *, known: Sequence[Known] = ()
) -> pd.DataFrame:
    """Return the smallest and the largest count that each hidden cell could hold, given all that is shown.

    Parameters
    ----------
    released : sequence of pandas.Series
        Tables as a reader gets them: missing where a cell is hidden.
    public : sequence of pandas.Series
        Counts that everybody knows already.
    firms : int
        The number of firms in all, which everybody knows.
    known : sequence of Known
        What else everybody knows.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``cell``, ``smallest`` and ``largest``, a row a hidden cell.

    Examples
    --------
    Three classes with 20 firms in all, and only the 12 is shown:

    >>> row = pd.Series([3, 5, 12], index=pd.Index(["a", "b", "c"], name="class"), name="row")
    >>> hidden_ranges([row.mask(row < 12)], [], 20)[["smallest", "largest"]].values.tolist()
    [[0, 8], [0, 8]]
    """
    blocks = [Counts.of(table.fillna(0)) for table in released]
    hidden = {(str(table.name), key_of(label)) for table in released for label in table.index[table.isna()]}
    unknowns = Unknowns(blocks, hidden, [Counts.of(table) for table in public], known, firms)
    rows = [(name, ", ".join(map(str, key)), *unknowns.limits((name, key))) for name, key in sorted(hidden, key=repr)]
    return pd.DataFrame(rows, columns=["table", "cell", "smallest", "largest"])


def _same_firms(blocks: Sequence[Counts]) -> dict[Cell, list[Cell]]:
    """Return for each cell all that count the same firms: those of a class that is one cell in their table."""
    alone: dict[tuple, list[Cell]] = {}
    for block in blocks:
        for level, column in enumerate(block.columns):
            members: dict[object, list[Cell]] = {}
            for key in block.cells:
                members.setdefault(key[level], []).append((block.name, key))
            for value, cells in members.items():
                if len(cells) == 1:
                    alone.setdefault((column, value), []).extend(cells)
    same = {(block.name, key): [(block.name, key)] for block in blocks for key in block.cells}
    for cells in alone.values():
        for cell in cells:
            same[cell] = list(dict.fromkeys([*same[cell], *cells]))
    return same


def _rank(block: Counts, candidate: tuple, in_danger: tuple) -> tuple:
    shared = sum(one == other for one, other in zip(candidate, in_danger, strict=True))
    return -shared, block.cells[candidate], repr(candidate)


def _occurring(counts: Mapping[tuple, int]) -> dict[tuple, int]:
    return {key: count for key, count in counts.items() if count}


def _check(blocks: Sequence[Counts], released: int) -> None:
    names = [block.name for block in blocks[:released]]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"expected a name of its own for each table, found {', '.join(sorted(twice))} twice")
    classes = classes_of(blocks)
    for one, other in combinations(blocks, 2):
        shared = [column for column in one.columns if column in other.columns]
        if _occurring(one.summed(shared)) != _occurring(other.summed(shared)):
            raise ValueError(f"the tables {one.name} and {other.name} do not count the same firms")
    columns = [column for block in blocks for column in block.columns]
    tied = prod(len(classes[column]) for column in set(columns) if columns.count(column) > 1)
    if tied + sum(len(block.cells) for block in blocks) > MOST_UNKNOWNS:
        raise ValueError(f"expected at most {MOST_UNKNOWNS} cells to audit, found more: release fewer tables")
