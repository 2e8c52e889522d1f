"""The two verdicts of every claim side by side, as a table that is the same for any report."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from toe_analysis.published.claims import Claim
from toe_analysis.showing.words import LANGUAGES, count_of_base, say
from toe_analysis.topics.audit.reasons import Arithmetic
from toe_analysis.topics.audit.recounts import CALIBRATED, REPRODUCED, Recomputed, Recount

COLUMNS = (
    *("claim", "section", "what_en", "what_da", "printed", "arithmetic", "would_fit", "could_have_failed"),
    *("recomputed", "value_en", "value_da", "count", "base", "lower", "upper", "confidence", "method"),
    *("why_en", "why_da", "basis"),
)
#: What a reader looks at.
_SHOWN = [
    *("what_en", "what_da", "printed", "arithmetic", "could_have_failed", "recomputed", "value_en", "value_da"),
    *("why_en", "why_da", "basis"),
]


@dataclass(frozen=True)
class Audited:
    """A claim with what its arithmetic and the data say of it; the two are never mixed."""

    claim: Claim
    arithmetic: Arithmetic
    recomputed: Recomputed

    @property
    def basis(self) -> str:
        """What the recomputed number rests on; published as long as no data speak."""
        return self.recomputed.value.basis if self.recomputed.value else "published"

    def why(self, language: str) -> str:
        """Return the reasons of both verdicts, arithmetic first."""
        missing = self.claim.missing.get(language, "")
        second = say("why.missing", language, what=missing) if missing else self.recomputed.reason.text(language)
        return "; ".join([*(reason.text(language) for reason in self.arithmetic.reasons), second])


def verdict_table(verdicts: list[Audited], *, confidence: float = 0.95) -> pd.DataFrame:
    """Return a row a claim, with the words for a reader in every language.

    Parameters
    ----------
    verdicts : list of Audited
    confidence : float
        Level of Wilson's interval for what the data give.

    Returns
    -------
    pandas.DataFrame
        With the columns `COLUMNS`. ``arithmetic`` and ``recomputed`` hold codes. ``value``, ``count``, ``base`` and the
        interval are what the data give, empty where they say nothing. ``basis`` is published as long as no data speak.
    """
    rows = []
    for verdict in verdicts:
        found = verdict.recomputed.value
        row = {
            "claim": verdict.claim.name,
            "section": verdict.claim.section,
            "printed": verdict.claim.printed,
            "arithmetic": verdict.arithmetic.verdict,
            "would_fit": ", ".join(verdict.arithmetic.would_fit),
            "could_have_failed": verdict.arithmetic.could_have_failed,
            "recomputed": verdict.recomputed.verdict,
            "basis": verdict.basis,
        }
        for language in LANGUAGES:
            row |= {f"what_{language}": verdict.claim.labels[language], f"why_{language}": verdict.why(language)}
            row[f"value_{language}"] = value_text(found, language)
        if found:
            row |= {"count": found.count} | (found.share.to_row(confidence=confidence) if found.share else {})
        rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def short_table(verdicts: list[Audited]) -> pd.DataFrame:
    """Return the columns of `verdict_table` that a reader looks at."""
    return verdict_table(verdicts)[_SHOWN].rename(columns=lambda name: name.replace("value", "data_give"))


def drift_table(verdicts: list[Audited]) -> pd.DataFrame:
    """Return what is printed beside what the data give, for each claim that the data speak of.

    Returns
    -------
    pandas.DataFrame
        ``claim``, ``what`` (in English), ``printed``, ``printed_count``, ``printed_base``, ``count``, ``base``,
        ``moved`` (the recomputed count less the printed one; missing where no count is printed), ``recomputed`` and
        ``basis``.
    """
    rows = []
    for verdict in verdicts:
        claim, found = verdict.claim, verdict.recomputed.value
        if found:
            row = {"claim": claim.name, "what": claim.labels["en"], "printed": claim.printed}
            row |= {"printed_count": claim.count, "printed_base": claim.base, "count": found.count, "base": found.base}
            rows.append(row | {"recomputed": verdict.recomputed.verdict, "basis": found.basis})
    numbers = ["printed_count", "printed_base", "count", "base", "moved"]
    table = pd.DataFrame(rows, columns=["claim", "what", "printed", *numbers, "recomputed", "basis"])
    table = table.astype(dict.fromkeys(numbers, float))
    return table.assign(moved=table["count"] - table["printed_count"])


def count_verdicts(verdicts: list[Audited]) -> dict[str, dict[str, int]]:
    """Return how many claims have each arithmetic and each recomputed verdict."""
    return {
        name: dict(Counter(getattr(one, name).verdict for one in verdicts).most_common())
        for name in ("arithmetic", "recomputed")
    }


def count_drift(drift: pd.DataFrame) -> dict[str, object]:
    """Count in a table of `drift_table` the counts that could differ from the printed ones, and those that do.

    Returns
    -------
    dict
        How many are ``recomputed``; of these ``made_to_match``, counted from the report's ``own_codings``, and
        ``free`` to differ, with their ``bases`` and how many are the ``same``.

    Examples
    --------
    >>> drift = pd.DataFrame({"recomputed": ["reproduced", "differs"], "basis": ["responses", "responses"]})
    >>> count_drift(drift)["free"], count_drift(drift)["same"]
    (2, 1)
    """
    made, own = drift["recomputed"] == CALIBRATED, drift["basis"] == "published"
    free = drift[~made & ~own]
    return {
        "recomputed": len(drift),
        "made_to_match": int(made.sum()),
        "own_codings": int(own.sum()),
        "free": len(free),
        "same": int((free["recomputed"] == REPRODUCED).sum()),
        "bases": sorted(set(free["basis"])),
    }


def value_text(found: Recount | None, language: str) -> str | None:
    r"""Return what the data give, as a reader sees it; None where they say nothing.

    >>> value_text(Recount(4, 48, "responses"), "da").replace("\u00a0", " "), value_text(Recount(5, None, ""), "da")
    ('4 af 48 (8,3 %)', '5')
    """
    if found is None:
        return None
    return count_of_base(found.count, found.base, language) if found.share else str(found.count)
