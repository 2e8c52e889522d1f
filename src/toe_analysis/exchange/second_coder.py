"""A second coder's codes, from a filled sheet or from a project of a coding program."""

from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.exchange.refi_qda_reader import read_codes
from toe_analysis.interviews import read_coding_sheet


def read_second_coder(path: Path, codings: pd.DataFrame) -> pd.Series:
    """Return the TOE category that another coder gave to each unit.

    Parameters
    ----------
    path : Path
        A ``.qdpx`` project (see `read_codes`), or a ``.csv`` or ``.xlsx`` sheet
        (see `toe_analysis.interviews.read_coding_sheet`).
    codings : pandas.DataFrame
        The units, as `toe_analysis.interviews.read_codings` returns them.

    Returns
    -------
    pandas.Series
        "T", "O" or "E", with the index of `codings`.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    if path.suffix.lower() != ".qdpx":
        return read_coding_sheet(path, codings)
    try:
        return read_codes(path, codings)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error
