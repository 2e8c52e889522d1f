"""Tables of counts that may leave the private folder: small cells hidden, and hidden so that nobody works them out.

Every table counts the same firms, by other columns. What one of them hides may follow from its margins or from another
table, so the audit takes all that is shown together: it asks for the smallest and the largest whole number of firms
that each hidden cell could hold.

A reader may have read this program as well, and asks which counts would have led it to hide these very cells. All that
fit: every count may be hidden although it need not be, by a draw under a key that the reader does not have.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.releasing import FLOOR, MINIMUM, NO_ANSWER, NOT_CHOSEN
from toe_analysis.releasing.unknowns import Cell, Counts, Known, Unknowns, key_of

#: A hidden cell that could hold fewer values than this counts as given away.
LEAST_VALUES = 3
#: How likely a count is hidden that need not be. Were it never, what is hidden would tell which counts are small.
UNNEEDED = 1 / 50


@dataclass(frozen=True)
class Release:
    """What `protect` found fit to publish.

    Parameters
    ----------
    tables : mapping of str to pandas.Series
        The released counts by table name, with missing values where a cell is hidden.
    left_out : tuple of str
        Tables of which nothing could be shown that is not known already.
    ranges : pandas.DataFrame
        As `hidden_ranges` returns it: how well each count is hidden.
    """

    tables: Mapping[str, pd.Series]
    left_out: tuple[str, ...]
    ranges: pd.DataFrame


def chances(key: str) -> Callable[[Cell], float]:
    """Return what gives each cell a number from 0 to 1 that nobody can tell without the key.

    Examples
    --------
    >>> drawn = chances("secret")
    >>> 0 <= drawn(("status", ("user",))) < 1, drawn(("status", ("user",))) == drawn(("status", ("failed",)))
    (True, False)
    """
    return lambda cell: int.from_bytes(blake2b(f"{key} {cell!r}".encode(), digest_size=7).digest()) / 2**56


def protect(
    tables: Sequence[pd.Series],
    *,
    minimum: int = MINIMUM,
    public: Collection[str] = (),
    known: Sequence[Known] = (),
    chance: Callable[[Cell], float] = chances(""),  # noqa: B008
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
        The smallest count that is shown; at least `FLOOR`.
    public : collection of str
        Names of tables whose counts everybody knows already. They are shown, and the audit counts on them.
    known : sequence of Known
        What else everybody knows; the audit counts on it as well.
    chance : callable
        Gives each cell a number from 0 to 1 that a reader must not know, see `chances`. A cell whose number is below
        `UNNEEDED` is hidden whatever its count; of others the smallest number is hidden first.

    Returns
    -------
    Release

    Raises
    ------
    InputError
        If the minimum is below `FLOOR`.
    ValueError
        If the tables do not count the same firms or are not what is known.

    Notes
    -----
    One cell after another is hidden, of those that share most classes with a cell in danger and stand in most tables
    one that is drawn, until the audit finds at least three possible values for every hidden cell. Cells that count
    the very same firms are hidden together, and so are those that chose an option and those that did not: the audit
    must not count on what no reader sees. A table in which all is hidden is left out; it is no longer looked at, unless
    tables that are shown add up to it.

    A reader may well take it that nobody gave no answer, since forms ask for one. The other counts are safe from such a
    reader, too, also where another question shows that there somebody did give none.

    The audit is exact for a reader who knows the released tables and the public counts, and for one who knows this
    program as well, but not the numbers drawn: whatever survey agrees with what is shown would have been released the
    same, had the numbers of the hidden cells been below `UNNEEDED`. For then nothing else is hidden: its own small
    counts are among the hidden cells, since all that are shown are large, and the audit asks what is shown alone.
    Not every such survey is as likely as the others.

    References
    ----------
    Hundepool A et al. (2012). Statistical Disclosure Control. Wiley, chapter 4.

    Examples
    --------
    Forty firms. To hide the 2 alone would be no use, since 40 - 20 - 18 = 2; so one more is drawn:

    >>> use = pd.Series([2, 20, 18], index=pd.Index(["yes", "no", "soon"], name="uses"), name="use")
    >>> int(protect([use]).tables["use"].isna().sum())
    2
    """
    if minimum < FLOOR:
        raise InputError(f"expected --minimum of at least {FLOOR}, found {minimum}: smaller ones tell who answered")
    blocks = [Counts.of(table) for table in tables]
    firms = sum(blocks[0].cells.values()) if blocks else 0
    if not Unknowns(blocks, (), known, firms).is_possible():
        raise ValueError("the tables do not count the same firms, or not what is known")
    # What follows from the public counts alone is not the release's to hide.
    cells = {cell for block in blocks if block.name not in public for cell in block.cells}
    before = Unknowns(blocks, cells, known, firms)
    secret = {block.name: [cell for cell in block.cells if before.could_hold(cell, 2)] for block in blocks}
    supposed = [
        frozenset(cell for block in blocks for cell in block.members(column, (NO_ANSWER,)))
        for column in dict.fromkeys(column for block in blocks for column in block.columns)
    ]
    together = _hidden_together(blocks)
    hidden, left_out = _hide(blocks, minimum, secret, together, chance, _Audit(known, firms, supposed))
    released = {
        str(table.name): table.astype("Int64").mask([(table.name, key_of(label)) in hidden for label in table.index])
        for table in tables
        if table.name not in left_out
    }
    return Release(released, left_out, hidden_ranges(list(released.values()), firms, known=known))


class _Audit:
    """Tells, as more and more is hidden, what a reader can still work out of it.

    One reader supposes nothing. Another supposes of one question after the other that no firm is in certain hidden
    cells of it, as long as that can be: if some were silent at one, nobody need have been at the next. What cannot be
    supposed after all before it is what one more reader begins with. To hide more or to leave a table out only widens
    what a cell could hold, unless more is supposed: so what was found wide enough is not looked at again under the same
    suppositions.
    """

    def __init__(self, known: Sequence[Known], firms: int, supposed: Sequence[frozenset[Cell]]) -> None:
        self.known, self.firms, self.supposed = known, firms, supposed
        self.wide: set[tuple[Cell, frozenset[Cell]]] = set()

    def given_away(self, shown: Sequence[Counts], hidden: Sequence[Cell]) -> Cell | None:
        """Return the first of the hidden cells that could hold too few values."""
        readers = [Unknowns(shown, hidden, self.known, self.firms)]
        supposed = [cells for cells in (cells.intersection(hidden) for cells in self.supposed) if cells]
        for first in supposed:
            if any(first <= reader.empty for reader in readers):
                continue
            credulous = readers[0]
            for cells in (first, *supposed):
                more = Unknowns(shown, hidden, self.known, self.firms, credulous.empty | cells)
                credulous = more if more.is_possible() else credulous
            readers.append(credulous)
        for reader in readers:
            for cell in hidden:
                if cell in reader.empty or (cell, reader.empty) in self.wide:
                    continue
                if not reader.could_hold(cell, LEAST_VALUES):
                    return cell
                self.wide.add((cell, reader.empty))
        return None


def _hide(
    blocks: Sequence[Counts],
    minimum: int,
    secret: Mapping[str, Collection[Cell]],
    together: Mapping[Cell, Sequence[Cell]],
    chance: Callable[[Cell], float],
    audit: _Audit,
) -> tuple[list[Cell], tuple[str, ...]]:
    """Return the cells to hide, so that none of them can be worked out, and the tables of which nothing is shown."""
    drawn = {cell: chance(min(cells, key=repr)) for cell, cells in together.items()}
    counts = {cell: count for block in blocks for cell, count in block.cells.items()}
    secrets = [cell for cells in secret.values() for cell in cells]
    least = {cell: min(counts[one] for one in cells) for cell, cells in together.items()}
    hidden = [cell for cell in secrets if least[cell] < minimum or drawn[cell] < UNNEEDED]
    while True:
        left_out = tuple(name for name, cells in secret.items() if cells and set(cells) <= set(hidden))
        kept = [block for block in blocks if block.name not in left_out]
        # What a table that is left out hides may follow from those by its columns and more, which add up to it.
        finer = {one.name: [two.name for two in kept if {*one.columns} <= {*two.columns}] for one in blocks}
        told = [block for block in blocks if finer[block.name]]
        unsafe = audit.given_away(told, [cell for cell in hidden if finer[cell[0]]])
        if unsafe is None:
            return hidden, left_out
        name, key = unsafe
        shown = [cell for one in finer[name] for cell in secret[one] if cell not in hidden]
        shared = {cell: len({*cell[1]} & {*key}) for cell in shown}
        chosen = min(
            shown, key=lambda cell: (cell[0] != name, -shared[cell], -len(together[cell]), drawn[cell], repr(cell))
        )
        hidden += [cell for cell in together[chosen] if cell not in hidden]


def hidden_ranges(released: Sequence[pd.Series], firms: int, *, known: Sequence[Known] = ()) -> pd.DataFrame:
    """Return the smallest and the largest count that each hidden cell could hold, given all that is shown.

    Parameters
    ----------
    released : sequence of pandas.Series
        Tables as a reader gets them: missing where a cell is hidden.
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
    >>> hidden_ranges([row.mask(row < 12)], 20)[["smallest", "largest"]].values.tolist()
    [[0, 8], [0, 8]]
    """
    blocks = [Counts.of(table.fillna(0)) for table in released]
    hidden = {(str(table.name), key_of(label)) for table in released for label in table.index[table.isna()]}
    unknowns = Unknowns(blocks, hidden, known, firms)
    rows = [(name, ", ".join(map(str, key)), *unknowns.limits((name, key))) for name, key in sorted(hidden, key=repr)]
    return pd.DataFrame(rows, columns=["table", "cell", "smallest", "largest"])


def _hidden_together(blocks: Sequence[Counts]) -> dict[Cell, list[Cell]]:
    """Return for each cell all that are hidden with it: those of the same firms, and those beside it of an option.

    A class that is one cell in its table has the same firms wherever it is.
    """
    alone: dict[tuple, list[Cell]] = {}
    beside: list[list[Cell]] = []
    for block in blocks:
        for level, column in enumerate(block.columns):
            for value in dict.fromkeys(key[level] for _, key in block.cells):
                cells = block.members(column, (value,))
                if len(cells) == 1:
                    alone.setdefault((column, value), []).extend(cells)
                if level == 0 and any(key[-1] == NOT_CHOSEN for _, key in cells):
                    beside.append(cells)
    together = {cell: [cell] for block in blocks for cell in block.cells}
    for cells in (*alone.values(), *beside):
        joined = list(dict.fromkeys(other for cell in cells for other in together[cell]))
        together |= dict.fromkeys(joined, joined)
    return together
