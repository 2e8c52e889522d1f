"""What somebody handed in: a file's bytes, read once, and what kind of file they are."""

from dataclasses import dataclass
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_ENDINGS, given_bytes
from toe_analysis.survey.source import Source, read_beside, sidecar_of, source_of

#: A file larger than this holds more than 100,000 answers several times over.
MOST_BYTES = 64 * 2**20

_ZIP, _PARQUET, _OLE = b"PK", b"PAR1", b"\xd0\xcf\x11\xe0"
_STARTS = {".xlsx": _ZIP, ".xlsm": _ZIP, ".parquet": _PARQUET}
_LOCKED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class GivenFile:
    """A file as it was when it was read: what is checked, analysed and copied are these same bytes.

    Parameters
    ----------
    name : str
        Its name, as a message may show it.
    ending : str
        One of `toe_analysis.paths.EXPORT_ENDINGS`.
    content : bytes
    sidecar : bytes
        What stands beside a synthetic export and says what it is; empty for a real one.
    """

    name: str
    ending: str
    content: bytes
    sidecar: bytes

    @property
    def is_text(self) -> bool:
        """Whether it is text with a separator between its cells."""
        return self.ending not in _STARTS

    @property
    def source(self) -> Source:
        """What its answers may be taken for."""
        return source_of(self.content, self.sidecar)

    def __repr__(self) -> str:
        return f"GivenFile({self.name!r})"  # so that no message or log can show what is in it


def read_file(path: Path) -> GivenFile:
    """Read a file that is what its ending says.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, a pipe or a device, cannot be read, is too large, or is of another
        kind than its ending says or than can be read.
    """
    content, beside = _content(path), read_beside(path)
    sidecar = beside if sidecar_of(content, beside) else b""
    file = GivenFile(_shown(path.name), path.suffix.lower(), content, sidecar)
    _check_kind(file)
    return file


def _shown(text: str) -> str:
    """Return a name that a terminal can show on one line."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _content(path: Path) -> bytes:
    wanted = f"expected an export at {_shown(str(path))}, but"
    content = given_bytes(path, wanted, MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InputError(f"{wanted} it has more than {MOST_BYTES:,} bytes; copy the answers alone into a new workbook")
    return content


def _check_kind(file: GivenFile) -> None:
    if file.content.startswith(_OLE):
        found = "one locked with a password" if _LOCKED in file.content else "an old Excel file (.xls)"
        raise InputError(f"{file.name}: expected an open Excel workbook (.xlsx), found {found}; save it as .xlsx")
    if file.ending not in EXPORT_ENDINGS:
        raise InputError(
            f"{file.name}: expected an Excel workbook or another file ending in {', '.join(EXPORT_ENDINGS)}; save the "
            "answers as .xlsx"
        )
    is_other = file.content.startswith((_ZIP, _PARQUET))
    if is_other if file.is_text else not file.content.startswith(_STARTS[file.ending]):
        raise InputError(
            f"{file.name}: expected a {file.ending} file, found one of another kind; in Forms choose 'Open in Excel' "
            "and save the result as .xlsx"
        )
