"""Time the statistics floor beside scipy and, if it is installed, R: python benchmarks/statistics_speed.py."""

import shutil
import subprocess
import sys
from pathlib import Path
from timeit import repeat

import numpy as np
from scipy.stats import fisher_exact, random_table

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from toe_analysis.statistics import exact_test, fisher_p_values, power_of_comparison

READINGS = [(7, 11), (9, 14), (14, 22), (16, 25)]
#: Name, row totals, column totals, seed of the table drawn with them, and the seconds it may take.
TABLES = [
    ("4 x 11, n = 48, the study's rows", [4, 2, 28, 14], [8, 6, 9, 6, 4, 7, 3, 2, 1, 1, 1], 1, 0.05),
    ("4 x 11, n = 48, the study's rows", [4, 2, 28, 14], [8, 6, 9, 6, 4, 7, 3, 2, 1, 1, 1], 2, 0.05),
    ("4 x 11, n = 48, even columns", [4, 2, 28, 14], [5, 5, 5, 5, 4, 4, 4, 4, 4, 4, 4], 3, 0.05),
    ("4 x 11, n = 48, even rows", [12, 12, 12, 12], [8, 6, 9, 6, 4, 7, 3, 2, 1, 1, 1], 4, 0.05),
    ("4 x 4, n = 192, the study's rows", [16, 8, 112, 56], [72, 52, 40, 28], 5, 1.0),
    ("4 x 4, n = 192, the study's rows", [16, 8, 112, 56], [72, 52, 40, 28], 6, 1.0),
    ("4 x 4, n = 192, even", [48, 48, 48, 48], [48, 48, 48, 48], 7, 1.0),
]


def seconds(call, times=9):
    """Best of several runs after one that warms up: the rest is what else the machine was doing."""
    call()
    return min(repeat(call, number=1, repeat=times))


def in_r(table):
    """Time of R's fisher.test with its default workspace, in seconds, or the reason why it stopped."""
    if not shutil.which("Rscript"):
        return "R is not installed"
    cells, rows = ",".join(map(str, table.ravel())), table.shape[0]
    code = (
        f"t <- matrix(c({cells}), nrow={rows}, byrow=TRUE);"
        "r <- try(fisher.test(t), silent=TRUE);"
        "if (inherits(r, 'try-error')) cat('fails:', conditionMessage(attr(r, 'condition'))) else"
        "  cat(min(replicate(9, system.time(for (i in 1:20) fisher.test(t))[['elapsed']])) / 20)"
    )
    answer = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout.strip()
    return answer.split("\n")[0][:60] if answer.startswith("fails") else float(answer)


def main():
    """Print every figure that the project promises, beside its limit."""
    cells = np.array(
        [
            (count, base - count, found, size - found)
            for size in range(40, 430)
            for found in range(size + 1)
            for count, base in READINGS
        ]
    )
    every = cells[::400]
    ours = seconds(lambda: fisher_p_values(*cells.T), 3) / len(cells)
    theirs = seconds(lambda: [fisher_exact(cell.reshape(2, 2)).pvalue for cell in every], 1) / len(every)
    print(f"fisher_p_values, {len(cells)} tables (bases 40..429 against {READINGS}), scipy on every 400th of them")
    print(f"  ours {1e6 * ours:.2f} us, scipy {1e6 * theirs:.0f} us a table: {theirs / ours:.0f} times (at least 200)")

    for name, rows, columns, seed, limit in TABLES:
        table = random_table.rvs(rows, columns, random_state=np.random.default_rng(seed)).astype(int)
        found, taken, r = exact_test(table), seconds(lambda table=table: exact_test(table)), in_r(table)
        print(f"exact_test, {name}, seed {seed}: rows {rows}, columns {columns}")
        beside = f"R {r:.4f} s" if isinstance(r, float) else f"R: {r}"
        print(f"  ours {taken:.4f} s (below {limit} s), {beside}; p = {found.p_value:.6g}, {found.method}")

    taken = seconds(lambda: power_of_comparison(48, 429, 0.1, 1 / 3))
    print(f"power_of_comparison, 48 against 429\n  ours {taken:.4f} s (below 0.1 s)")


if __name__ == "__main__":
    main()
