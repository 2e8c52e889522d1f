"""The README's tables, filled from the stage table and the results: ``python -m toe_analysis.workflow.readme``."""

import json
import re
import sys
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import Root, project_folder
from toe_analysis.reporting.output import write_atomically
from toe_analysis.reporting.tables import say_share
from toe_analysis.statistics import Share
from toe_analysis.workflow.stages import stage_table

_BLOCK = re.compile(r"(<!-- begin: (\w+)[^>]*-->\n).*?(<!-- end: \2 -->)", re.DOTALL)


def filled(text: str, root: Root) -> str:
    """Return the README's text with every marked block made anew.

    Raises
    ------
    InputError
        If a block has a name that nothing fills.
    """

    def block(found: re.Match) -> str:
        if found[2] not in _FILLERS:
            raise InputError(f"README.md: expected a block among {', '.join(_FILLERS)}, found {found[2]!r}")
        return f"{found[1]}{_FILLERS[found[2]](root)}\n{found[3]}"

    return _BLOCK.sub(block, text)


def _claims(root: Root) -> str:
    """Return the table from what the report prints to where it is recomputed."""
    cleaned, classified, described = (
        json.loads((root.processed / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("01_clean_responses", "02_classify_firms", "03_describe_toe")
    )
    rate, status = cleaned["response_rate"], classified["status"]
    rows = [
        ("27 answers from 317 invited firms in wave 1", "01_clean_responses", rate["1"]),
        ("24 answers from 461 more in wave 2", "01_clean_responses", rate["2"]),
        ("4 firms (8,3 %) use AI in production", "02_classify_firms", status["user"]),
        ("2 firms (4,2 %) tried without success", "02_classify_firms", status["failed"]),
        ("42 firms (87,5 %) have no experience", "02_classify_firms", classified["never_tried"]),
        ("28 firms (58,3 %) expect to use AI", "02_classify_firms", status["optimist"]),
        ("14 firms (29,2 %) do not", "02_classify_firms", status["sceptic"]),
        ("2 of the 4 users are self-taught", "03_describe_toe", described["self_taught_users"]),
        ("2 of the 4 users chose turnkey solutions", "03_describe_toe", described["turnkey_users"]),
        ("14 firms (24 %) name efficiency and administration", "03_describe_toe", described["potential_named"]),
        ("9 firms (18,8 %) are unsure where AI fits", "03_describe_toe", described["unsure_where"]),
    ]
    lines = ["| the report prints | notebook | computed here |", "|---|---|---|"]
    for claim, notebook, number in rows:
        value = say_share(Share(number["count"], number["base"]), number["basis"], confidence=number["confidence"])
        lines.append(f"| {claim} | [`{notebook}`](notebooks/{notebook}.ipynb) | {value.replace(chr(0xA0), ' ')} |")
    return "\n".join(lines)


_FILLERS = {"stages": lambda root: stage_table(), "claims": _claims}


def main() -> int:
    """Rewrite the README's blocks; return the exit code."""
    try:
        project = project_folder(Path.cwd())
        readme = project / "README.md"
        write_atomically(readme, filled(readme.read_text(encoding="utf-8"), Root.at(project)).encode())
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
