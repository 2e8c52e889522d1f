"""Time the statistics floor beside scipy and, if it is installed, R: python benchmarks/statistics_speed.py."""

import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from timeit import repeat

import numpy as np
from scipy.stats import fisher_exact, random_table

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from toe_analysis.statistics import (
    Design,
    collapsed_family,
    compare_shares,
    exact_test,
    fisher_p_values,
    plan_answers,
)

HERE = Path(__file__).parent
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
#: How far the exact test goes: rows, columns and units, margins as even as can be. R gets a workspace of 2e7.
FRONTIER = [(2, 20, 2000), (3, 3, 3000), (4, 4, 200), (4, 8, 100), (4, 8, 192), (5, 5, 120), (6, 6, 70), (10, 10, 30)]


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


def frontier():
    """Print, table by table, the p-values of ours, scipy and R, and what each takes; ours in a process of its own."""
    print("exact_test where it gets hard, one table each: seconds, p and how; scipy draws tables without a seed")
    for rows, columns, units in FRONTIER:
        margins = ([units // parts + (part < units % parts) for part in range(parts)] for parts in (rows, columns))
        table = random_table.rvs(*margins, random_state=np.random.default_rng(1)).astype(int)
        code = f"import statistics_speed as s; s.one({table.tolist()})"
        ours = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HERE)
        begin = perf_counter()
        scipys = float(np.squeeze(fisher_exact(table).pvalue))
        taken = perf_counter() - begin
        print(f"  {rows} x {columns}, n = {units}\n    ours  {ours.stdout.strip()}")
        print(f"    scipy {taken:.2f} s, p = {scipys:.4g}, 9,999 random tables\n    R     {once_in_r(table)}")


def one(table):
    """Print what our test of a table takes and says."""
    begin = perf_counter()
    found = exact_test(table)
    import resource  # not on Windows

    taken, most = perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    error = "" if found.standard_error is None else f" (standard error {found.standard_error:.2g})"
    print(f"{taken:.2f} s, p = {found.p_value:.6g}{error}, {found.method.split(',')[0]}, {most:.0f} MiB in all")


def once_in_r(table):
    """Time and p of R's fisher.test, or the reason why it stopped."""
    if not shutil.which("Rscript"):
        return "is not installed"
    cells = ",".join(map(str, table.ravel()))
    code = (
        f"t <- matrix(c({cells}), nrow={table.shape[0]}, byrow=TRUE);"
        "s <- system.time(r <- try(fisher.test(t, workspace=2e7), silent=TRUE))[['elapsed']];"
        "cat(sprintf('%.2f s, ', s), if (inherits(r, 'try-error')) conditionMessage(attr(r, 'condition'))"
        " else sprintf('p = %.6g', r$p.value), sep='')"
    )
    answer = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout
    return answer.strip().split("\n")[0][:70]


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

    begin = perf_counter()
    Design(0.1, 1 / 3, 429).power_at(48)
    print(f"Design.power_at, 48 against 429, for the first time\n  ours {perf_counter() - begin:.4f} s (below 0.1 s)")
    designs = [Design(share, 0.4, base) for share in (0.6, 0.64, 0.7) for base in (100, 429)]
    begin = perf_counter()
    for design in designs:
        plan_answers(design)
    print(f"plan_answers, {len(designs)} designs, each for the first time\n  ours {perf_counter() - begin:.2f} s")

    found = compare_shares((4, 48), (143, 429))
    for name in ("matching_interval", "exact_difference_interval", "boschloo_p"):
        begin = perf_counter()
        getattr(found, name)
        print(f"compare_shares, 4 of 48 against 143 of 429: {name}\n  ours {perf_counter() - begin:.3f} s")
    sizes = np.array([[6, 4, 1, 0], [5, 6, 0, 1], [1, 9, 1, 1], [2, 9, 0, 2]])
    ways = {f"{cut}": ["a"] * cut + ["b"] * (4 - cut) for cut in (1, 2, 3)} | {"all": list("abcd")}
    taken = seconds(lambda: collapsed_family(sizes, ways, ["probability", "jonckheere"]), 3)
    print(f"collapsed_family, {len(ways)} ways, 2 tests, 48 firms\n  ours {taken:.2f} s")
    frontier()


if __name__ == "__main__":
    main()
