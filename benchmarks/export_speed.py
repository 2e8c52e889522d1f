"""Time an export of 100,000 answers from file to classified firms: python benchmarks/export_speed.py [ANSWERS]."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import python_calamine

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from toe_analysis.survey import clean
from toe_analysis.survey.facts.study_file import read_study
from toe_analysis.survey.reading.export import read_exports
from toe_analysis.survey.synthetic.workbook import write_export
from toe_analysis.survey.synthetic.world import read_recipe, synthetic_answers

ANSWERS = 100_000
RUNS = 3
#: Our way may take this many times what the Excel reader alone takes.
LIMIT = 2.0

RAW = Path(__file__).parents[1] / "data" / "raw"


def excel_reader(path):
    """Read the cells and do nothing with them."""
    return python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def excel_reader_of_pandas(path):
    """Read the cells into a table and do nothing with them."""
    return pd.read_excel(path, engine="calamine", keep_default_na=False)


def classified_firms(path):
    """Read, clean and classify."""
    study = read_study(RAW)
    firms = clean(read_exports([path], study.questionnaire), study, key="benchmark", wave_cutoff="2025-04-01").firms
    return firms["status"].value_counts()


WAYS = {function.__name__: function for function in (excel_reader, excel_reader_of_pandas, classified_firms)}


def alone(*words):
    """Run this file in a process of its own, so that one way's memory is not another's; return what it printed."""
    return subprocess.run(
        [sys.executable, __file__, *map(str, words)], capture_output=True, text=True, check=True
    ).stdout


def processor():
    """Return the processor seconds of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def memory():
    """Return the most MiB that this process has held, with the most that one of its children has; 0 on Windows."""
    if sys.platform == "win32":
        return 0
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit


def measure(way, path):
    """Carry out one run and print seconds, processor seconds and peak memory."""
    wall, before = time.perf_counter(), processor()
    WAYS[way](Path(path))
    figures = {"seconds": time.perf_counter() - wall, "processor": processor() - before, "peak": memory()}
    print(json.dumps(figures))


def write_workbook(workbook, count):
    """Write the synthetic export with more firms."""
    recipe, firms = read_recipe(RAW), []
    while len(firms) < count:
        firms += synthetic_answers(recipe, seed=len(firms))
    write_export(workbook, firms[:count], recipe, "none")


def write_files(folder, count):
    """Write the synthetic export with more firms, as a workbook, as CSV and as Parquet."""
    workbook = folder / "export.xlsx"
    write_workbook(workbook, count)
    table = pd.read_excel(workbook, engine="calamine", keep_default_na=False, dtype=str)
    table.to_csv(folder / "export.csv", sep=";", index=False, encoding="utf-8-sig")
    table.to_parquet(folder / "export.parquet")


def main():
    """Print every figure beside the Excel reader's."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ANSWERS
    with tempfile.TemporaryDirectory() as folder:
        load = f", load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
        print(f"{count:,} answers, best of {RUNS} runs{load}")
        alone("write", folder, count)
        workbook = Path(folder) / "export.xlsx"
        cases = [(way, workbook) for way in WAYS]
        cases += [("classified_firms", workbook.with_suffix(ending)) for ending in (".csv", ".parquet")]
        # In turns, so that what else the machine does falls on all alike.
        rounds = [[json.loads(alone("measure", *case)) for case in cases] for _ in range(RUNS)]
        best = [
            {name: min(figures[name] for figures in runs) for name in runs[0]} for runs in zip(*rounds, strict=True)
        ]
        for (way, path), figures in zip(cases, best, strict=True):
            times = figures["processor"] / best[0]["processor"]
            print(
                f"{way.replace('_', ' '):22} {path.suffix:8} {figures['seconds']:6.2f} s, "
                f"{figures['processor']:6.2f} s of processor ({times:.2f} x), {figures['peak']:5.0f} MB at most"
            )
        ratio = best[2]["processor"] / best[0]["processor"]
        print(f"limit {LIMIT:g} x: {'kept' if ratio <= LIMIT else 'MISSED'}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write_files(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["measure"]:
        measure(*sys.argv[2:])
    else:
        main()
