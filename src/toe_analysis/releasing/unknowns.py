"""What a reader can work out of tables of counts: unknown whole numbers that agree wherever two tables do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

#: A table's name and the classes of one of its cells.
Cell = tuple[str, tuple]


@dataclass(frozen=True)
class Known:
    """What everybody knows of a group of firms before any count is shown.

    Parameters
    ----------
    column : str
    classes : tuple
        The group: the firms in any of these classes of the column.
    smallest, largest : int
        How many firms it can have.
    """

    column: str
    classes: tuple
    smallest: int
    largest: int


@dataclass(frozen=True)
class Counts:
    """A table of counts as plain values.

    Parameters
    ----------
    name : str
    columns : tuple of str
        What the table is by.
    cells : mapping of Cell to int
        The count of each combination of classes that can occur.
    """

    name: str
    columns: tuple[str, ...]
    cells: Mapping[Cell, int]

    @classmethod
    def of(cls, table: pd.Series) -> "Counts":
        """Read a table whose index levels name its columns."""
        cells = {(str(table.name), key_of(label)): int(count) for label, count in table.items()}
        return cls(str(table.name), tuple(table.index.names), cells)

    def members(self, column: str, classes: Collection[object]) -> list[Cell]:
        """Return the cells with any of these classes of a column; none if the table is not by it."""
        levels = [level for level, name in enumerate(self.columns) if name == column]
        return [(name, key) for name, key in self.cells for level in levels if key[level] in classes]


class Unknowns:
    """All tables as unknown whole numbers that must agree wherever two of them count by the same columns.

    They are tied together through one table by all the columns that two or more of them have. Whole-number tables
    that agree with it can always be joined to one table of firms, so nothing is lost by not having that joint table.

    Parameters
    ----------
    blocks : sequence of Counts
        The released tables.
    hidden : set of Cell
        Their cells that a reader does not see.
    known : sequence of Known
        What everybody knows besides.
    firms : int
        The number of firms in all.
    empty : frozenset of Cell
        Hidden cells of which it is supposed that no firm is in them.
    """

    def __init__(
        self,
        blocks: Sequence[Counts],
        hidden: Collection[Cell],
        known: Sequence[Known],
        firms: int,
        empty: frozenset[Cell] = frozenset(),
    ) -> None:
        tie = _tie(blocks)
        counts = {cell: count for block in (*blocks, tie) for cell, count in block.cells.items()}
        unseen = {*hidden, *tie.cells}
        self.place = {cell: number for number, cell in enumerate(counts)}
        lower = [0 if cell in unseen else count for cell, count in counts.items()]
        upper = [count if cell not in unseen else 0 if cell in empty else firms for cell, count in counts.items()]
        self.bounds = Bounds(lower, upper)
        rows = [(self._sum(tie.cells), firms, firms)]
        for block in blocks:
            rows += [(row, 0, 0) for row in self._agreement(block, tie)]
            for one in (one for one in known if one.column in block.columns):
                rows.append((self._sum(block.members(one.column, one.classes)), one.smallest, one.largest))
        self.empty = empty
        self.constraint = _constraint(rows, len(counts))
        self.least, self.most = np.full(len(counts), np.inf), np.full(len(counts), -np.inf)  # of the numbers found

    def _sum(self, cells: Iterable[Cell]) -> dict[int, int]:
        """Return the row that adds some cells up."""
        return {self.place[cell]: 1 for cell in cells}

    def _agreement(self, block: Counts, tie: Counts) -> list[dict[int, int]]:
        """Return, a row each, that the block and the tie count the same firms in each class that they share."""
        shared = [column for column in block.columns if column in tie.columns]
        rows: dict[tuple, dict[int, int]] = {}
        for table, sign in ((block, 1), (tie, -1)):
            levels = [table.columns.index(column) for column in shared]
            for cell in table.cells:
                rows.setdefault(tuple(cell[1][level] for level in levels), {})[self.place[cell]] = sign
        return list(rows.values())

    def is_possible(self) -> bool:
        """Return whether any numbers agree with all that is shown and supposed."""
        return self._find(np.zeros(len(self.place)))

    def _find(self, goal: np.ndarray) -> bool:
        """Find numbers for which a goal is least, and keep what they tell of every cell; return whether any fit."""
        numbers = milp(goal, integrality=np.ones(len(goal)), bounds=self.bounds, constraints=self.constraint).x
        if numbers is not None:
            self.least, self.most = np.minimum(self.least, numbers.round()), np.maximum(self.most, numbers.round())
        return numbers is not None

    def limits(self, cell: Cell, enough: float = np.inf) -> tuple[int, int]:
        """Return the smallest and the largest whole number that the cell could hold.

        Where two numbers found already, mostly for other cells, have `enough` values from one to the other, it is they.
        """
        place = self.place[cell]
        for sign in (-1, 1):
            if self.most[place] - self.least[place] + 1 < enough:
                goal = np.zeros(len(self.place))
                goal[place] = sign
                self._find(goal)
        return int(self.least[place]), int(self.most[place])

    def could_hold(self, cell: Cell, values: int) -> bool:
        """Return whether at least so many whole numbers lie between the two."""
        smallest, largest = self.limits(cell, values)
        return largest - smallest + 1 >= values


def _tie(blocks: Sequence[Counts]) -> Counts:
    """Return the table, without counts, of every combination of classes in the columns that two or more tables have."""
    classes: dict[str, list[tuple]] = {}
    for block in blocks:
        for level, column in enumerate(block.columns):
            classes.setdefault(column, []).append(tuple(key[level] for _, key in block.cells))
    shared = {column: dict.fromkeys(chain(*found)) for column, found in classes.items() if len(found) > 1}
    return Counts("", tuple(shared), {("", key): 0 for key in product(*shared.values())})


def _constraint(rows: Sequence[tuple[Mapping[int, int], int, int]], size: int) -> LinearConstraint:
    places = [(number, place, value) for number, (row, *_) in enumerate(rows) for place, value in row.items()]
    numbers, columns, values = zip(*places, strict=True)
    _, lower, upper = zip(*rows, strict=True)
    return LinearConstraint(csr_array((values, (numbers, columns)), shape=(len(rows), size)), lower, upper)


def key_of(label: object) -> tuple:
    """Return a label of a table's index as a tuple, also where the table is by one column."""
    return label if isinstance(label, tuple) else (label,)
