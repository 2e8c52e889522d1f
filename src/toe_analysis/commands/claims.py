"""The audit of any report's numbers from the command line, by the environment that is there.

``python run_all.py claims CLAIMS.csv [--sums SUMS.csv] [--data DATA.csv]``, or with the same words
``toe-analysis claims`` where the package is installed.

A claims file has a row a printed number, in the columns that `toe_analysis.published.claims` describes; ``claim``
and ``printed`` are enough to begin with. A sums file holds equations between claims. A data file has a row an answer
and columns of any names; how a claim is counted in it stands in the claims file, see
`toe_analysis.topics.audit.recounts`. A data file with a column ``basis`` is taken for what it says there: synthetic
answers never reproduce anything. data/raw/README.md has an example.
"""

import argparse
import sys
import textwrap
from pathlib import Path

from toe_analysis.csv_table import one_of, read_csv_table
from toe_analysis.published.claims import Sum, read_claims, read_sums
from toe_analysis.showing.tables import localise
from toe_analysis.survey import BASES, weakest
from toe_analysis.terminal import DONE
from toe_analysis.topics.audit.arithmetic import check_claim, sum_table
from toe_analysis.topics.audit.recounts import compare_claim, recount
from toe_analysis.topics.audit.verdicts import Audited, short_table


def audit_files(claims: Path, sums: Path | None = None, data: Path | None = None) -> tuple[list[Audited], list[Sum]]:
    """Audit a claims file against itself, against sums, and against a data file.

    Raises
    ------
    InputError
        If a file cannot be used; the message names row and column.
    """
    found = read_claims(claims)
    equations = read_sums(sums, found) if sums else []
    table = read_csv_table(data, holds={"basis": one_of(BASES)}) if data else None
    basis = weakest(["responses", *(table.get("basis", ()) if table is not None else ())])
    return [
        Audited(claim, check_claim(claim, equations, found), compare_claim(claim, recount(claim, table, basis)))
        for claim in found.values()
    ], equations


def table_text(verdicts: list[Audited], equations: list[Sum]) -> str:
    """Return the audit as text for a terminal: a line a claim, and below it why."""
    shown = ["printed", "arithmetic", "could_have_failed", "recomputed", "data_give_en"]
    told = localise(short_table(verdicts)[shown], "en")
    # A claim's own name stands in the first column: it is no code with a word.
    told.insert(0, "claim", [verdict.claim.name for verdict in verdicts])
    heading, *rows = told.to_string(index=False).splitlines()
    lines = [heading]
    for row, verdict in zip(rows, verdicts, strict=True):
        lines += [row, textwrap.indent(textwrap.fill(verdict.why("en"), 96), "    ")]
    if equations:
        sums = sum_table(equations, {verdict.claim.name: verdict.claim for verdict in verdicts})
        lines += ["", localise(sums[["equation", "arithmetic"]], "en").to_string(index=False)]
    return "\n".join(lines).replace("\u00a0", " ")


def claims(project: Path, options: argparse.Namespace) -> int:
    """Print the audit of a claims file; return the exit code. The project's own files have no part in it.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    sys.stdout.write(table_text(*audit_files(options.claims, options.sums, options.data)) + "\n")
    return DONE
