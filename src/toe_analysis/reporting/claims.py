"""The audit of any report's numbers from the command line.

``python -m toe_analysis.reporting.claims CLAIMS.csv [--sums SUMS.csv] [--data DATA.csv]``

A claims file has a row a printed number, in the columns that `toe_analysis.reporting.claim_files` describes; ``claim``
and ``printed`` are enough to begin with. A sums file holds equations between claims. A data file has a row an answer
and columns of any names; how a claim is counted in it stands in the claims file (`toe_analysis.reporting.recounts`). A
data file with a column ``basis`` is taken for what it says there: synthetic answers never reproduce anything.
docs/claims-file.md has an example of each.
"""

import argparse
import sys
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.reporting.arithmetic import check_claim, sum_table
from toe_analysis.reporting.claim_files import Claim, Sum, read_claims, read_sums, read_table
from toe_analysis.reporting.recounts import judge, recount
from toe_analysis.reporting.tables import localise
from toe_analysis.reporting.verdicts import Verdict, verdict_table
from toe_analysis.survey import BASES, weakest

_SHOWN = ["claim", "printed", "arithmetic", "would_fit", "could_have_failed", "recomputed", "value", "why"]


def audit_files(claims: Path, sums: Path | None = None, data: Path | None = None) -> tuple[list[Verdict], list[Sum]]:
    """Audit a claims file against itself, against sums, and against a data file.

    Raises
    ------
    InputError
        If a file cannot be used; the message names row and column.
    """
    found = read_claims(claims)
    equations = read_sums(sums, found) if sums else []
    table = read_table(data, ()) if data else None
    basis = "responses"
    if table is not None and "basis" in table.columns:
        named = set(table["basis"])
        if not named <= set(BASES):
            odd = sorted(named - set(BASES))[0]
            raise InputError(f"{data.name}, column basis: expected one of {', '.join(BASES)}, found {odd!r}")
        basis = weakest([basis, *named])
    return [
        Verdict(claim, check_claim(claim, equations, found), judge(claim, recount(claim, table, basis)))
        for claim in found.values()
    ], equations


def table_text(verdicts: list[Verdict], equations: list[Sum]) -> str:
    """Return the audit as text for a terminal."""
    claims: dict[str, Claim] = {verdict.claim.name: verdict.claim for verdict in verdicts}
    names = [verdict.claim.name for verdict in verdicts]
    # A claim's own name stands in the first column: it is no code with a word.
    told = localise(verdict_table(verdicts)[_SHOWN[1:]], "en")
    told.insert(0, "claim", names)
    parts = [told.to_string(index=False)]
    if equations:
        sums = sum_table(equations, claims)
        told = localise(sums[["equation", "arithmetic"]], "en")
        told.insert(0, "sum", sums["sum"])
        parts.append(told.to_string(index=False))
    return "\n\n".join(parts).replace("\u00a0", " ")


def main(arguments: list[str] | None = None) -> int:
    """Print the audit of a claims file; return the exit code, 2 for input that cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m toe_analysis.reporting.claims", description="Audit the printed numbers of a report."
    )
    parser.add_argument("claims", type=Path, metavar="CLAIMS.csv", help="a row a printed number: docs/claims-file.md")
    parser.add_argument("--sums", type=Path, metavar="SUMS.csv", help="equations that should hold between claims")
    parser.add_argument("--data", type=Path, metavar="DATA.csv", help="a row an answer, to count the claims again")
    options = parser.parse_args(arguments)
    try:
        text = table_text(*audit_files(options.claims, options.sums, options.data))
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
