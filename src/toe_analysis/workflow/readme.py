"""The README's tables, filled from the stage table and the results: ``python -m toe_analysis.workflow.readme``."""

import re
import sys
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import Root, project_folder, write_atomically
from toe_analysis.reporting.audit import audit
from toe_analysis.reporting.tables import say_share
from toe_analysis.reporting.verdicts import count_verdicts, counts_text
from toe_analysis.reporting.words import say
from toe_analysis.statistics import Share
from toe_analysis.workflow.stages import STAGES, stage_table

_AUDIT = "08_audit_report"
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
    """Return the claims that an earlier notebook computes or that need attention, and the counts of all verdicts."""
    verdicts = audit(root).verdicts
    lines = ["| the report prints | notebook | arithmetic | computed here |", "|---|---|---|---|"]
    for verdict in verdicts:
        stage = next((one.name for one in STAGES if verdict.claim.count_if.startswith(f"{one.name}/")), _AUDIT)
        if (stage == _AUDIT or verdict.claim.base_if) and not verdict.needs_attention:
            continue
        arithmetic = say(f"arithmetic.{verdict.arithmetic.verdict}", "en")
        if verdict.arithmetic.would_fit:
            arithmetic = f"**{arithmetic}**; would fit: {', '.join(verdict.arithmetic.would_fit)}"
        found = verdict.recomputed.value
        told = say(f"recomputed.{verdict.recomputed.verdict}", "en")
        if found:
            told = say_share(Share(found.count, found.base), found.basis) if found.base else str(found.count)
        printed = f"{verdict.claim.labels['en']}: {verdict.claim.printed}"
        link = f"[`{stage}`](notebooks/{stage}.ipynb)"
        lines.append(f"| {printed} | {link} | {arithmetic} | {told.replace(chr(0xA0), ' ')} |")
    counts = count_verdicts(verdicts)
    told = "; ".join(f"{name}: {counts_text(name, found)}" for name, found in counts.items())
    return "\n".join([*lines, "", f"All {len(verdicts)} printed numbers: {told}. *Calibrated* is not *reproduced*."])


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
