"""A reader works out hidden counts by integer programming, and rules out what the program would have hidden otherwise.

The program of the attack is written anew here: it shares no line with the audit that a release rests on.
"""

import random
from itertools import chain, islice

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array
from this_study import PROJECT, STUDY

from toe_analysis.releasing import NO_ANSWER, NOT_CHOSEN
from toe_analysis.releasing.protection import LEAST_VALUES, chances, protect
from toe_analysis.releasing.tables import release_tables


def keys(label):
    return label if isinstance(label, tuple) else (label,)


class Reader:
    """Unknown whole numbers for every count, equal wherever two tables count the same firms."""

    def __init__(self, tables, released, firms, known):
        self.places = {
            cell: place
            for place, cell in enumerate((table.name, keys(label)) for table in tables for label in table.index)
        }
        self.low, self.high = np.zeros(len(self.places)), np.full(len(self.places), float(firms))
        for name, table in released.items():
            for label, count in table.dropna().items():
                self.low[self.places[name, keys(label)]] = self.high[self.places[name, keys(label)]] = count
        rows, low, high = [], [], []
        for table in tables:
            names = list(table.index.names)
            rows.append(({(table.name, keys(label)): 1 for label in table.index}, firms, firms))
            for other in tables:
                for column in set(names) & set(other.index.names) if other.name > table.name else ():
                    for value in {keys(label)[names.index(column)] for label in table.index}:
                        mine, theirs = (self._of(one, column, value) for one in (table, other))
                        rows.append((dict.fromkeys(mine, 1) | dict.fromkeys(theirs, -1), 0, 0))
            for one in known:
                if one.column in names:
                    cells = [cell for value in one.classes for cell in self._of(table, one.column, value)]
                    rows.append((dict.fromkeys(cells, 1), one.smallest, one.largest))
        matrix = lil_array((len(rows), len(self.places)))
        for number, (row, least, most) in enumerate(rows):
            for cell, sign in row.items():
                matrix[number, self.places[cell]] = sign
            low.append(least)
            high.append(most)
        self.rule = LinearConstraint(matrix.tocsr(), low, high)

    def _of(self, table, column, value):
        place = list(table.index.names).index(column)
        return [(table.name, keys(label)) for label in table.index if keys(label)[place] == value]

    def survey(self, cell, sign=0, value=None, empty=()):
        """Return a survey that fits what is shown, with the smallest, the largest or this count of the cell."""
        low, high, goal = self.low.copy(), self.high.copy(), np.zeros(len(self.places))
        high[[self.places[one] for one in empty]] = 0
        goal[self.places[cell]] = sign
        if value is not None:
            low[self.places[cell]] = high[self.places[cell]] = value
        found = milp(goal, integrality=np.ones(len(goal)), bounds=Bounds(low, high), constraints=self.rule)
        return None if found.x is None else np.round(found.x).astype(int)

    def could_be(self, cell, empty=()):
        """Return the counts that the cell can have, no more than it takes to be hidden; none if no survey fits."""
        ends = [self.survey(cell, sign, empty=empty) for sign in (1, -1)]
        if ends[0] is None:
            return []
        least, most = (end[self.places[cell]] for end in ends)
        fit = (count for count in range(least, most + 1) if self.survey(cell, value=count, empty=empty) is not None)
        return list(islice(fit, LEAST_VALUES))


def published(release):
    """The counts that a reader finds: how many did not choose an option is in no file."""
    return {
        name: table.mask([NOT_CHOSEN in keys(label) for label in table.index]) for name, table in release.tables.items()
    }


def hidden_in(release):
    """Every hidden cell of the tables that are shown."""
    return [(name, keys(label)) for name, table in release.tables.items() for label in table.index[table.isna()]]


def attacked(number, seen_again):
    """Attack every hidden cell of a release; return how many there are."""
    responses = pd.read_csv(
        PROJECT / "data/processed/01_clean_responses.csv", dtype=str, keep_default_na=False, index_col="firm"
    )
    draw = random.Random(number)
    if number:
        responses = responses.sample(draw.randint(30, 80), replace=True, random_state=number)
    minimum = draw.choice([3, 5, 8])
    tables, known = release_tables(responses, STUDY, minimum=minimum)
    told = {"minimum": minimum, "known": known}
    release = protect(tables, chance=chances(f"key {number}"), **told)
    reader = Reader(tables, published(release), len(responses), known)
    cells = hidden_in(release)
    silent = [cell for cell in cells if NO_ANSWER in cell[1]]
    columns = {table.name: table.index.names for table in tables}
    at_one = [
        [cell for cell in silent if columns[cell[0]][cell[1].index(NO_ANSWER)] == column]
        for column in {name for names in columns.values() for name in names}
    ]
    for cell in cells:
        assert len(reader.could_be(cell)) == LEAST_VALUES, cell
        # One who takes it that nobody was silent, or nobody at one question, learns no more of the others, unless what
        # is shown speaks against it.
        for supposed in filter(None, [silent, *at_one] if cell not in silent else []):
            assert len(reader.could_be(cell, supposed)) in (0, LEAST_VALUES), cell
    # One who has read the program asks of such a survey whether it would have been released the same. It would.
    hidden = set(reader.places) - {
        (name, keys(la)) for name, one in release.tables.items() for la in one.dropna().index
    }
    for cell in draw.sample(cells, min(seen_again, len(cells))):
        other = reader.survey(cell, draw.choice([1, -1]))
        others = [
            pd.Series([other[reader.places[one.name, keys(label)]] for label in one.index], one.index, name=one.name)
            for one in tables
        ]
        again = protect(others, chance=lambda one: 0.0 if one in hidden else 0.5, **told)
        assert again.left_out == release.left_out
        assert all(again.tables[name].equals(table) for name, table in release.tables.items())
    return len(cells)


@pytest.mark.parametrize(
    ("q1", "q2", "key"),
    [
        ([0, 5, 0, 12, 2, 12, 1, 0, 8], [2, 0, 3, 14, 6, 6, 5, 3, 1], "15"),
        ([3, 6, 0, 0, 1, 12, 3, 0, 3], [6, 2, 1, 7, 2, 4, 2, 4, 0], "41"),
    ],
)
def test_what_a_table_that_is_left_out_spoke_against_may_be_supposed_again(q1, q2, key):
    answers = ["Ja", "Nej", NO_ANSWER]
    one, other = (
        pd.Series(found, pd.MultiIndex.from_product([list("abc"), answers], names=["status", name]), name=name)
        for name, found in (("q1", q1), ("q2", q2))
    )
    tables = [one.groupby("status").sum().rename("status"), one, other, one.groupby("q1").sum().rename("margin")]
    release = protect(tables, minimum=4, chance=chances(key))
    assert release.left_out
    reader = Reader(tables, release.tables, sum(q1), [])
    hidden = hidden_in(release)
    silent = [cell for cell in hidden if NO_ANSWER in cell[1]]
    assert all(len(reader.could_be(cell, silent)) in (0, LEAST_VALUES) for cell in hidden if cell not in silent)


def by_status(name, answers, counts):
    index = pd.MultiIndex.from_product([list("abc"), answers], names=["status", name])
    return pd.Series(list(chain(*counts)), index, name=name)


def test_a_question_that_cannot_be_supposed_after_another_is_supposed_alone():
    answers = ["x", "y", "z", NO_ANSWER]
    one = by_status("q1", answers, [[8, 8, 8, 3], [18, 4, 4, 0], [18, 4, 4, 0]])  # all of a answered: a has 24
    other = by_status("q2", answers, [[18, 4, 4, 1], [8, 8, 8, 2], [8, 8, 8, 2]])  # of b and c: then a has 31
    third = by_status("q3", answers, [[18, 4, 4, 1], [10, 13, 3, 0], [10, 13, 3, 0]])
    tables = [one.groupby("status").sum().rename("status"), one, other, third]
    drawn = chances("")
    release = protect(tables, chance=lambda cell: 0.0 if cell[0] == "status" else max(drawn(cell), 0.5))
    reader = Reader(tables, release.tables, 79, [])
    hidden = hidden_in(release)
    for name in ("q1", "q2", "q3"):
        silent = [cell for cell in hidden if cell[0] == name and NO_ANSWER in cell[1]]
        assert all(
            len(reader.could_be(cell, silent)) in (0, LEAST_VALUES) for cell in hidden if NO_ANSWER not in cell[1]
        )


@pytest.mark.parametrize(
    ("use", "option", "key"),
    [
        ([[7, 4, 2], [20, 1, 0], [0, 1, 1]], [[1, 12], [4, 17], [1, 1]], "28"),
        ([[7, 4, 2], [10, 4, 2], [0, 0, 2]], [[1, 12], [1, 15], [0, 2]], "46"),
    ],
)
def test_only_what_is_published_speaks_against_a_supposition(use, option, key):
    tables = [by_status("q2", ["Ja", "Nej", NO_ANSWER], use), by_status("r", ["chosen", NOT_CHOSEN], option)]
    tables.insert(0, tables[0].groupby("status").sum().rename("status"))
    release = protect(tables, minimum=4, chance=chances(key))
    # Twelve of a did not choose; were the audit told, eleven that answered q2 could not be all.
    reader = Reader(tables, published(release), sum(chain(*use)), [])
    hidden = hidden_in(release)
    silent = [cell for cell in hidden if NO_ANSWER in cell[1]]
    assert all(len(reader.could_be(cell, silent)) in (0, LEAST_VALUES) for cell in hidden if cell not in silent)


@pytest.mark.attack
def test_each_hidden_cell_could_hold_three_values_for_whoever_knows_the_program_or_takes_it_that_all_answered(
    record_property,
):
    releases, seen_again = range(6), 3
    record_property("cells attacked", sum(attacked(number, seen_again) for number in releases))
    record_property("surveys released again, as a reader of the program would", seen_again * len(releases))
