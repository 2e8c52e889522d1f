"""Run the cells of one handed-in notebook: a script that `judging` starts in a process and a folder of its own.

It stands alone, so that the process holds nothing of ours but the check, and its findings are written line by line, so
that what was reached before a crash is kept.
"""

import contextlib
import json
import os
import re
import sys
from pathlib import Path

#: A call of the check in a cell, and the number in it.
CHECK = r"""\btjek\(\s*["'](\w+)["']"""
#: With which this process ends that has come to the end of the cells.
ENDED = 64
#: Read and written in the working folder: the cells, and a line for each check that was reached.
CELLS, FOUND = "cells.json", "found.jsonl"
#: What the process is told besides where it is: no window, one thread, no chance.
ENVIRONMENT = {"MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
#: Seconds of the processor, and bytes of memory and of one file, where the system can bound them (not on Windows).
SECONDS, MEMORY, LARGEST_FILE = 30, 4 << 30, 50 << 20


def main() -> None:
    """Run every cell, whether or not those before it stopped, and write down what each check finds."""
    _bound()
    sys.path.insert(0, str(Path.cwd()))
    import tjek
    from IPython.core.interactiveshell import InteractiveShell

    judge, stop, verdict, sentence = tjek.vurder, tjek.Stop, tjek.Dom, tjek.dansk.saetning
    shell = InteractiveShell.instance()
    with Path(FOUND).open("a", encoding="utf-8") as found:
        reached: set[str] = set()

        def write(number: str, right: bool | None, said: str) -> None:
            reached.add(number)
            found.write(json.dumps([number, right, said]) + "\n")
            found.flush()

        def check(number: str, answer: object = None) -> int:
            try:
                right, said = judge(number, answer)
            except stop as word:
                write(number, None, str(word))
                raise
            write(number, right, said)
            return verdict(right)

        tjek.tjek = check
        for cell in json.loads(Path(CELLS).read_text(encoding="utf-8")):
            shell.user_ns["tjek"] = check  # whatever the notebook has made of the name
            reached.clear()
            ended = shell.run_cell(cell, store_history=True)
            error = ended.error_before_exec or ended.error_in_exec
            for number in re.findall(CHECK, cell):
                if number not in reached and error is not None:
                    write(number, None, str(error) if isinstance(error, stop) else sentence(error))


def _bound() -> None:
    try:
        import resource
    except ImportError:
        return
    for name, most in {"CPU": SECONDS, "AS": MEMORY, "FSIZE": LARGEST_FILE, "CORE": 0}.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):  # not known here, or a lower one holds
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


if __name__ == "__main__":
    main()
    os._exit(ENDED)  # whatever threads the notebook has left
