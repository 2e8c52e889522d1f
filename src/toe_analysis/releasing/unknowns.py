"""What a reader can work out of tables of counts: unknown whole numbers that agree wherever two tables do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

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
    cells : mapping of tuple to int
        The count of each combination of classes that can occur.
    """

    name: str
    columns: tuple[str, ...]
    cells: Mapping[tuple, int]

    @classmethod
    def of(cls, table: pd.Series) -> "Counts":
        """Read a table whose index levels name its columns; ValueError if a combination stands in it twice."""
        cells = {key_of(label): int(count) for label, count in table.items()}
        if len(cells) != len(table):
            raise ValueError(f"expected each combination of classes once in the table {table.name}")
        return cls(str(table.name), tuple(table.index.names), cells)

    def summed(self, columns: Sequence[str]) -> dict[tuple, int]:
        """Return the counts by some of the columns."""
        levels = [self.columns.index(column) for column in columns]
        sums: dict[tuple, int] = {}
        for key, count in self.cells.items():
            part = tuple(key[level] for level in levels)
            sums[part] = sums.get(part, 0) + count
        return sums


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
    public : sequence of Counts
        Tables that everybody knows.
    known : sequence of Known
        What else everybody knows.
    firms : int
        The number of firms in all.
    empty : set of Cell
        Hidden cells of which it is supposed that no firm is in them.
    """

    def __init__(
        self,
        blocks: Sequence[Counts],
        hidden: set[Cell],
        public: Sequence[Counts],
        known: Sequence[Known],
        firms: int,
        empty: Collection[Cell] = (),
    ) -> None:
        names = [column for block in (*blocks, *public) for column in block.columns]
        core = sorted({name for name in names if names.count(name) > 1})
        classes = classes_of([*blocks, *public])
        core_keys = list(product(*(classes[column] for column in core)))
        self.place: dict[Cell, int] = {}
        lower: list[int] = []
        upper: list[int] = []
        ties: list[tuple[Counts, int]] = []
        for number, block in enumerate((*blocks, *public)):
            ties.append((block, len(lower)))
            for key, count in block.cells.items():
                is_hidden = number < len(blocks) and (block.name, key) in hidden
                if is_hidden:
                    self.place[block.name, key] = len(lower)
                lower.append(0 if is_hidden else count)
                upper.append(count if not is_hidden else 0 if (block.name, key) in empty else firms)
        start = len(lower)
        self.bounds = Bounds(lower + [0] * len(core_keys), upper + [firms] * len(core_keys))
        self.size = start + len(core_keys)
        rows = [(dict.fromkeys(range(start, self.size), 1), firms, firms)]
        for block, first in ties:
            rows += [(row, 0, 0) for row in _agreement(block, first, core, core_keys, start)]
            rows += [
                (_members(block, first, one), one.smallest, one.largest) for one in known if one.column in block.columns
            ]
        self.constraint = _constraint(rows, self.size)

    def is_possible(self) -> bool:
        """Return whether any numbers agree with all that is shown and supposed."""
        return self._least(np.zeros(self.size)) is not None

    def _least(self, goal: np.ndarray) -> np.ndarray | None:
        """Return the numbers for which a goal is least."""
        everywhere = np.ones(self.size)
        return milp(goal, integrality=everywhere, bounds=self.bounds, constraints=self.constraint).x

    def limits(self, cell: Cell) -> tuple[int, int]:
        """Return the smallest and the largest whole number that the cell could hold."""
        goal = np.zeros(self.size)
        goal[self.place[cell]] = 1
        ends = []
        for sign in (1, -1):
            found = self._least(sign * goal)
            if found is None:
                raise ValueError("the tables do not count the same firms, or not what is known")
            ends.append(round(float(found[self.place[cell]])))
        return ends[0], ends[1]

    def values(self, cell: Cell) -> int:
        """Return how many whole numbers lie between the two."""
        smallest, largest = self.limits(cell)
        return largest - smallest + 1


def _agreement(
    block: Counts, first: int, core: Sequence[str], core_keys: Sequence[tuple], start: int
) -> list[dict[int, int]]:
    """Return, a row each, that the block and the tie count the same firms in each class that they share."""
    shared = [column for column in block.columns if column in core]
    rows: dict[tuple, dict[int, int]] = {}
    for keys, columns, offset, value in ((block.cells, block.columns, first, 1), (core_keys, core, start, -1)):
        levels = [list(columns).index(column) for column in shared]
        for number, key in enumerate(keys):
            rows.setdefault(tuple(key[level] for level in levels), {})[offset + number] = value
    return list(rows.values())


def _members(block: Counts, first: int, group: Known) -> dict[int, int]:
    level = block.columns.index(group.column)
    return {first + number: 1 for number, key in enumerate(block.cells) if key[level] in group.classes}


def _constraint(rows: Sequence[tuple[Mapping[int, int], int, int]], size: int) -> LinearConstraint:
    places = [(number, place, value) for number, (row, *_) in enumerate(rows) for place, value in row.items()]
    numbers, columns, values = zip(*places, strict=True)
    _, lower, upper = zip(*rows, strict=True)
    return LinearConstraint(csr_array((values, (numbers, columns)), shape=(len(rows), size)), lower, upper)


def classes_of(blocks: Sequence[Counts]) -> dict[str, list]:
    """Return the classes of each column, in the order in which they are met."""
    classes: dict[str, dict] = {}
    for block in blocks:
        for level, column in enumerate(block.columns):
            classes.setdefault(column, {}).update(dict.fromkeys(key[level] for key in block.cells))
    return {column: list(found) for column, found in classes.items()}


def key_of(label: object) -> tuple:
    """Return a label of a table's index as a tuple, also where the table is by one column."""
    return label if isinstance(label, tuple) else (label,)
