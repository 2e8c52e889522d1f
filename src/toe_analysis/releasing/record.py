"""The record of what was published of private runs, so that no second release gives away what the first one hid.

Two releases of nearly the same firms can be subtracted from one another: what is left are the answers of the few that
are in one alone. The record knows the firms of a release again without holding an answer: each is a mark made with the
key of its run, which says nothing without that key. Beside the marks stand the counts that were published.
"""

import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.paths import Root, write_atomically
from toe_analysis.privacy.root import owner_only
from toe_analysis.survey.opening import read_key

RECORD = "private/published.json"

#: What a run makes of an answer by its options; the answers themselves are the other columns.
_BY_OPTIONS = ["wave", "size", "status"]


@dataclass(frozen=True)
class PastRelease:
    """A release as the record keeps it.

    Parameters
    ----------
    run : str
        Folder under ``private/``; empty if the run was forgotten.
    key : str
        By which the run's key is known again; empty if it was forgotten.
    firms, rows : tuple of str
        A mark for each firm, in no order: of its answers, and of all that can be counted of it.
    options : mapping
        What it was made with: the smallest count shown, the counts declared public, and how the answers were cleaned.
    tables : mapping of str to list
        Columns and rows of each table, with null for a hidden count.
    """

    run: str
    key: str = ""
    firms: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    options: Mapping[str, object] | None = None
    tables: Mapping[str, list] | None = None


@dataclass(frozen=True)
class Overlap:
    """Which firms an earlier release and a run have in common.

    Parameters
    ----------
    earlier : PastRelease
    is_known : bool
        Whether the earlier firms can be known again; if not, the numbers mean nothing.
    gone, came : int
        Firms that are in one alone; one of which anything has changed is both.
    together : int
        Firms whose answers are the same in both.
    """

    earlier: PastRelease
    is_known: bool = False
    gone: int = 0
    came: int = 0
    together: int = 0


def past_release(run: str, responses: pd.DataFrame, key: str, options: Mapping, frames: Mapping) -> PastRelease:
    """Return what the record is to keep of a release: marks of the firms it counts, and the frames that it shows."""
    tables = {}
    for name, frame in frames.items():
        counts = frame[[column for column in (*_BY_OPTIONS, "option", "count") if column in frame]]
        tables[name] = [list(counts), *counts.astype(object).where(counts.notna(), None).to_numpy().tolist()]
    firms, rows = _firms(responses, key), _marks(responses, key)
    return PastRelease(run, _of_key(key), firms, rows, dict(options), json.loads(json.dumps(tables)))


def read_record(project: Path) -> list[PastRelease]:
    """Return what was published, the earliest first.

    Raises
    ------
    InputError
        If the record cannot be read.
    """
    path = project / RECORD
    if not path.is_file():
        return []
    try:
        kept = json.loads(path.read_bytes())["releases"]
        return [PastRelease(**one | {name: tuple(one[name]) for name in ("firms", "rows")}) for one in kept]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"expected {RECORD} as the release left it, but it cannot be read ({error}); get it back from a backup, or "
            "delete it if nothing that was released has left this machine"
        ) from error


def write_record(project: Path, releases: Iterable[PastRelease]) -> None:
    """Keep what was published; no other release may be at work."""
    for rest in (project / RECORD).parent.glob(".published.json.*.tmp"):  # of one that was killed while it wrote
        rest.unlink(missing_ok=True)
    text = json.dumps({"version": 1, "releases": [asdict(one) for one in releases]}, indent=1, ensure_ascii=False)
    with owner_only():
        write_atomically(project / RECORD, (text + "\n").encode())


def conflicts(project: Path, record: Iterable[PastRelease], new: PastRelease, responses: pd.DataFrame) -> list[Overlap]:
    """Return the earlier releases that count some of the same firms as a new one, or may do so.

    The very same release again is no conflict. Any other of the same run is one, since it is of the same survey.
    """
    earlier = list(record)
    if new in earlier:
        return []
    found = [_overlap(project, one, responses) for one in earlier]
    return [one for one in found if one.together or one.earlier.run == new.run or not one.is_known]


def forgotten(record: Iterable[PastRelease], run: str) -> list[PastRelease]:
    """Return the record without all that could tell of a run's firms; that there was a release is kept."""
    return [PastRelease("", options={}, tables={}) if one.run == run else one for one in record]


def digest(responses: pd.DataFrame, key: str) -> str:
    """Return by what it can be told whether all that can be counted of the firms is still the same."""
    return _mark(" ".join(_marks(responses, key)), key)


def _overlap(project: Path, earlier: PastRelease, responses: pd.DataFrame) -> Overlap:
    key = _key(project, earlier)
    if not key:
        return Overlap(earlier)
    before, now = Counter(earlier.rows), Counter(_marks(responses, key))
    together = Counter(earlier.firms) & Counter(_firms(responses, key))
    return Overlap(earlier, True, (before - now).total(), (now - before).total(), together.total())


def _key(project: Path, earlier: PastRelease) -> str:
    """Return the key of an earlier release's run; empty if it is gone, or is another one now."""
    key = read_key(Root.at(project / "private" / earlier.run)) if earlier.run else ""
    return key if key and _of_key(key) == earlier.key else ""


def _of_key(key: str) -> str:
    return sha256(f"published {key}".encode()).hexdigest()[:16]


def _firms(responses: pd.DataFrame, key: str) -> tuple[str, ...]:
    return _marks(responses.drop(columns=_BY_OPTIONS), key)


def _marks(responses: pd.DataFrame, key: str) -> tuple[str, ...]:
    rows = responses.astype(str)[sorted(responses)].to_dict("records")
    return tuple(sorted(_mark(json.dumps(row, ensure_ascii=False), key) for row in rows))


def _mark(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode(), sha256).hexdigest()[:20]
