"""Looking through everything that a run wrote for what identifies a firm or a person in its export."""

import csv
import io
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from toe_analysis.paths import ASKED_FOR, DECISIONS_NAME, EXPORT_NAME, KEY_NAME, QUESTIONNAIRE_NAME, Root
from toe_analysis.privacy.identifying import Secret, read_secrets
from toe_analysis.privacy.unpacking import texts_in
from toe_analysis.survey import Questionnaire, read_sidecar, read_source, read_study
from toe_analysis.survey.facts.questionnaire import FREE_TEXT
from toe_analysis.survey.opening import read_key
from toe_analysis.survey.reading.headers import META_TITLES
from toe_analysis.survey.reading.kinds import encoding_of
from toe_analysis.survey.text import fold

#: Where a run keeps what it was given, and so what it may hold.
GIVEN = ("data/raw/", KEY_NAME)
_EXPORT = Path(EXPORT_NAME).stem
#: In a run's own folder, where the firms' own words are for the person to decide on, and what was asked for by name.
#: Names and addresses have no place there either.
_OWN_WORDS = {
    "build/03_describe_toe_proposals.csv": {FREE_TEXT},
    DECISIONS_NAME: {FREE_TEXT},
    ASKED_FOR: {FREE_TEXT, "quasi-identifier"},
}

#: A program says many an answer of so few words: "more time", "I don't know". A longer one was copied into it.
_SHORT = 4
#: A first line by which a spreadsheet knows what stands between the cells.
_SEPARATOR_TOLD = re.compile(r'\A"?sep=.*\s', re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+")
#: The kind of a finding where nothing can be said: such a file is no more trusted than one with a name in it.
UNREADABLE = "a packed part that cannot be looked into"

Words = tuple[str, ...]


def find_leaks(
    secrets: Iterable[Secret],
    folder: Path,
    *,
    within: Iterable[str] = ("",),
    given: tuple[str, ...] = GIVEN,
) -> list[tuple[str, str]]:
    """Find in which files of a folder a secret stands, whatever its case, spelling of signs or packing.

    A secret is found as the same words one after the other: in text, in file names, behind escapes of JSON, HTML and
    addresses, inside zip-based files (``.xlsx``, ``.qdpx``) and inside base64, as executed notebooks hold figures.

    Parameters
    ----------
    secrets : iterable of Secret
    folder : Path
        A run's root, or another folder.
    within : iterable of str
        Files and folders of the folder to look at; everything by default.
    given : tuple of str
        How the names of files begin that are passed over: what a run was given, and so what it may hold. If nothing
        was given there, the firms' own words have no place there either.

    Returns
    -------
    list of tuple of str
        File, relative to the folder, and kind of secret, never the secret itself; or `UNREADABLE`.
    """
    wanted = _phrases(secrets)
    found = set()
    for name, path in _files(folder, within, given):
        kinds = _kinds_in_text(name, wanted).union(_kinds_in(path.read_bytes(), wanted))
        found |= {(name, kind) for kind in kinds - (_OWN_WORDS.get(name, set()) if given else set())}
    return sorted(found)


def still_secret(secrets: Iterable[Secret], texts: Iterable[str], most_words: float = math.inf) -> set[Secret]:
    """Return the secrets that texts which everybody has do not give away.

    Answers and own words that stand there, of so many words at most, identify nobody, nor does a name of one word,
    since "Data ApS" without its legal form is in every file; a longer name, an address or an e-mail does all the same.
    """
    known = [f" {' '.join(_words(text))} " for text in texts]

    def is_known(secret: Secret) -> bool:
        words = _words(secret.text)
        is_weak = secret.kind in (FREE_TEXT, "quasi-identifier") or (len(words) == 1 and "name" in secret.kind)
        return is_weak and len(words) <= most_words and any(f" {' '.join(words)} " in text for text in known)

    return {secret for secret in secrets if not is_known(secret)}


def leaks_of_run(
    root: Root, folder: Path | None = None, within: Iterable[str] = ("",), made_up: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Find what a private run wrote of its export, or what of it stands in another folder.

    Synthetic answers identify nobody, so a run on them has no leaks. Where `made_up` texts say the same as an answer,
    they are no leak of it, nor is a short answer that this package says itself, or the facts in the other folder.

    Raises
    ------
    InputError
        If the export cannot be read.
    """
    questionnaire = read_study(root.raw).questionnaire
    real = [path for path in root.exports if path.is_file() and read_source(path).kind != "synthetic"]
    if not real:
        return []
    secrets = set().union(*(read_secrets(path, questionnaire) for path in real))
    secrets.add(Secret("key of the pseudonyms", read_key(root)))
    public = _facts(root.raw)
    listed, shown = (
        {option for question in questionnaire if bool(question.privacy) == is_private for option in question.options}
        for is_private in (True, False)
    )
    for option in listed - shown:  # it is listed, and nobody's to show all the same, unless tables have it anyway
        public = [text.replace(option, "") for text in public]
    public += made_up
    public.append(files("toe_analysis.showing").joinpath("words.csv").read_text(encoding="utf-8"))
    code = (path for path in Path(str(files("toe_analysis"))).rglob("*") if path.suffix in (".py", ".j2", ".toml"))
    own = [path.read_text(encoding="utf-8") for path in code]
    if folder:  # without its questionnaire, which may be of this very survey and list what is nobody's to show
        own += _facts(Root.at(folder).raw, QUESTIONNAIRE_NAME)
        own += [path.name for path in (folder / "data" / "studies").glob("*/")]  # whoever is called so
    secrets = still_secret(secrets, own, _SHORT)
    # Another folder was given nothing of this run: there the export, the key and the answers may stand nowhere.
    return find_leaks(still_secret(secrets, public), folder or root.path, within=within, given=() if folder else GIVEN)


def _facts(raw: Path, *but: str) -> list[str]:
    """Return the tables that a study was given, without answers.

    Decisions repeat these word by word: if a private run's were put beside the facts, they would hide themselves.
    """
    left_out = (_EXPORT, DECISIONS_NAME, *but)
    given = (path for path in sorted(raw.glob("*.csv")) if not path.name.startswith(left_out))
    return [path.read_text(encoding="utf-8", errors="replace") for path in given]


def made_up_texts(root: Root) -> list[str]:
    """Return the words that the firms of a synthetic export use; none unless it is, byte for byte, the bundled one."""
    export = root.export
    if not export.is_file() or not read_sidecar(export):
        return []
    return sorted(secret.text for secret in read_secrets(export, read_study(root.raw).questionnaire))


def identifying_columns(
    folder: Path, questionnaire: Questionnaire, within: Iterable[str] = ("",)
) -> list[tuple[str, str]]:
    """Find tables with a column of ids, times, e-mail, names, or of answers that identify a firm.

    Returns
    -------
    list of tuple of str
        File, relative to the folder, and title of the column.
    """
    forbidden = set(META_TITLES)
    private = [question for question in questionnaire if question.privacy and question.privacy != FREE_TEXT]
    forbidden |= {fold(text) for question in private for text in (question.id, question.header)}
    found = []
    for name, path in _files(folder, within, (*GIVEN, ASKED_FOR)):
        if path.suffix == ".csv":
            try:
                found += [(name, title) for title in sorted(_titles(path)) if fold(title) in forbidden]
            except csv.Error:
                found.append((name, "(a title too long to be read)"))
    return found


def _titles(path: Path) -> set[str]:
    """Return the names of a table's columns, however a spreadsheet has saved it and whatever stands between them."""
    content = path.read_bytes()
    text = _SEPARATOR_TOLD.sub("", content.decode(encoding_of(content)[0], errors="replace"))
    return {title for mark in ",;\t" for title in next(csv.reader(io.StringIO(text), delimiter=mark), [])}


def _files(folder: Path, within: Iterable[str], passed_over: tuple[str, ...]) -> list[tuple[str, Path]]:
    """Return the files with their names below the folder, but for those whose names begin so."""
    found = {path for part in within for path in ((folder / part), *(folder / part).rglob("*")) if path.is_file()}
    named = ((path.relative_to(folder).as_posix(), path) for path in sorted(found))
    return [(name, path) for name, path in named if not name.startswith(passed_over)]


def _phrases(secrets: Iterable[Secret]) -> dict[str, dict[Words, str]]:
    """Return the words of every secret with its kind, by their first word."""
    phrases: dict[str, dict[Words, str]] = defaultdict(dict)
    for secret in secrets:
        if words := _words(secret.text):
            phrases[words[0]].setdefault(words, secret.kind)
    return phrases


def _words(text: str) -> Words:
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _kinds_in(content: bytes, wanted: dict[str, dict[Words, str]]) -> set[str]:
    found = ({UNREADABLE} if text is None else _kinds_in_text(text, wanted) for text in texts_in(content))
    return set().union(*found)


def _kinds_in_text(text: str, wanted: dict[str, dict[Words, str]]) -> set[str]:
    words = _words(text)
    there = set(words)
    possible = {
        phrase: kind
        for first in wanted.keys() & there
        for phrase, kind in wanted[first].items()
        if there >= set(phrase)
    }
    line = f" {' '.join(words)} " if possible else ""
    return {kind for phrase, kind in possible.items() if f" {' '.join(phrase)} " in line}
