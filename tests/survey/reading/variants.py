"""Ways in which a sheet of answers can look, each a change of plain rows; and the table that is read from a file."""

import csv
from collections import Counter

from this_study import STUDY

from toe_analysis.survey import clean, read_export

ENGLISH = ["Id", "Start time", "Completion time", "Email", "Name"]
META = 5
Q02, Q03, Q08 = META + 1, META + 2, META + 7
CUTOFF = "2025-02-15"


def table(path, questionnaire):
    export = read_export(path, questionnaire)
    cutoff = CUTOFF if export.completed.notna().any() else ""
    cleaned = clean(export, STUDY, key="test", wave_cutoff=cutoff)
    frame = cleaned.to_frame()
    if not cutoff:
        frame = frame.drop(columns="wave")
    return sorted(map(tuple, frame.to_numpy().tolist())), Counter(cleaned.excluded["reason"]), export


def with_meta(*titles):
    return lambda rows: [
        [*titles, *rows[0][META:]],
        *([*row[:META], *[""] * 9][: len(titles)] + row[META:] for row in rows[1:]),
    ]


def headers(change):
    return lambda rows: [[change(header) for header in rows[0]], *rows[1:]]


def cells(change):
    return lambda rows: [
        rows[0],
        *([change(cell) if isinstance(cell, str) else cell for cell in row] for row in rows[1:]),
    ]


def column(place, change):
    return lambda rows: [rows[0], *([*row[:place], change(row[place]), *row[place + 1 :]] for row in rows[1:])]


def renumbered(style):
    def change(rows):
        seen = Counter()
        found = []
        for header in rows[0]:
            bare = header[:-1] if header[-1:].isdigit() else header
            seen[bare] += 1
            found.append(bare if seen[bare] == 1 else style.format(bare, seen[bare]))
        return [found, *rows[1:]]

    return change


def quiz(rows):
    width = len(rows[0])
    extra = [f"{kind} - {header}" for header in rows[0][META:] for kind in ("Points", "Feedback")]
    return [[*rows[0], "Total points", *extra], *([*row, 3, *[""] * (2 * (width - META))] for row in rows[1:])]


def without(*places):
    return lambda rows: [[cell for place, cell in enumerate(row) if place not in places] for row in rows]


def text_file(path, rows, *, encoding="utf-8-sig", delimiter=";", end="\r\n", **options):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=end, **options).writerows(rows)
    return path
