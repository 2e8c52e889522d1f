"""Dates in an export: completion times however they are written, and answers that Excel took for dates."""

import datetime
import re
from collections.abc import Iterable

import pandas as pd

from toe_analysis.survey.text import without_invisible

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "maj may mai", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec des"), start=1
    )
    for name in names.split()
}

#: Excel counts days from here; the numbers are the years 1982 to 2064.
_DAY_ZERO = datetime.datetime(1899, 12, 30)
_SERIAL = re.compile(r"[3-6]\d{4}([.,]\d+)?")

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[tT ].*)?")
_NUMBERS = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{2}|\d{4})(?: .*)?")
_MONTH_FIRST = re.compile(r"([a-zæøå]{3,9})\.?[-. /]?(\d{2}|\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.?[-. /]?([a-zæøå]{3,9})\.?(?:[-. /]?(?:\d{2}|\d{4}))?")

#: The year first, with what of the time of day is to be kept; a zone at the end is not.
_YEAR_FIRST = re.compile(
    r"(\d{4})([-./]?)(\d\d)\2(\d\d)(?:(?:[Tt]|,? +(?:kl\.? *)?)([\d:.]+) ?(?:[Zz]|[-+]\d\d(?::?\d\d)?)?)?"
)
_PLAIN_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?")
_NAMED_MONTH = re.compile(r"(\d{1,2})\.?[- ]([a-zæøå]{3,9})\.?[- ](\d{4})\b", re.IGNORECASE)

_TIMES = (
    r"(?P<first>\d{1,2})[-./](?P<second>\d{1,2})[-./](?P<year>\d{4}|\d{2})"
    r"(?:,? +(?:kl\.? *)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<seconds>\d{2}))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)


def option_behind_date(text: str, options: Iterable[str]) -> str | None:
    """Return the option that Excel turned into this date, if just one can be it.

    Excel takes "10-20" for October 2020 when it opens a CSV file, and keeps the date when it saves.

    Parameters
    ----------
    text : str
        An answer that is no option.
    options : iterable of str

    Examples
    --------
    >>> [option_behind_date(text, ["10-20", "21-30"]) for text in ("okt-20", "2020-10-01T00:00:00", "20-Oct", "Ja")]
    ['10-20', '10-20', '10-20', None]
    """
    pairs = {f"{first}-{second:02d}" for first, second in _pairs(text.lower())}
    found = [option for option in options if option in pairs]
    return found[0] if len(found) == 1 else None


def _pairs(text: str) -> list[tuple[int, int]]:
    """Return the pairs of numbers that a date can have been made from."""
    if _SERIAL.fullmatch(text):
        day = _DAY_ZERO + datetime.timedelta(days=float(text.replace(",", ".")))
        text = day.date().isoformat()
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        return [(month, year % 100), (month, day), (day, month)]
    if found := _NUMBERS.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        return [(first, year % 100), (second, year % 100), (first, second), (second, first)]
    if (found := _MONTH_FIRST.fullmatch(text)) and found[1][:3] in _MONTHS:
        return [(_MONTHS[found[1][:3]], int(found[2]) % 100)]
    if (found := _DAY_FIRST.fullmatch(text)) and found[2][:3] in _MONTHS:
        return [(_MONTHS[found[2][:3]], int(found[1])), (int(found[1]), _MONTHS[found[2][:3]])]
    return []


def readings_of_times(cells: pd.Series) -> list[pd.Series]:
    """Return the ways in which a column of dates can be read; more than one where day and month may be either.

    Parameters
    ----------
    cells : pandas.Series
        Dates, Excel's numbers for them, or text: ISO, or day, month and year, or with ``/`` also month, day and year.
        A time counts as it stands, without its zone: that is the day which the export shows.

    Returns
    -------
    list of pandas.Series
        Times, NaT where a cell is no date, those first that read the most cells.

    Examples
    --------
    >>> [times.dt.month.tolist() for times in readings_of_times(pd.Series(["31-03-2025 23:59", "01-04-2025 08:00"]))]
    [[3, 4]]
    >>> [times.dt.month.tolist() for times in readings_of_times(pd.Series(["3/4/25 8:00"]))]
    [[4], [3]]
    """
    text = cells.map(str).astype("str")
    is_iso = text.str.fullmatch(_PLAIN_ISO)
    if not is_iso.all():
        # JavaScript and newer Windows write these spaces before AM, and Windows marks the direction of a date.
        text = text.map(without_invisible).str.replace("[\u00a0\u202f]", " ", regex=True).str.strip()
        text = text.map(_plain_text).astype("str")
        is_iso = text.str.fullmatch(_PLAIN_ISO)
    known = pd.to_datetime(text.where(is_iso), format="ISO8601", errors="coerce")
    if is_iso.all():
        return [known]
    serials = pd.to_numeric(text.where(text.str.fullmatch(_SERIAL)).str.replace(",", "."), errors="coerce")
    known = known.fillna(pd.to_datetime(serials, unit="D", origin=_DAY_ZERO, errors="coerce").dt.round("s"))
    parts = text.str.extract(f"^{_TIMES}$")
    day_first = known.fillna(_time(parts, day="first", month="second"))
    month_first = known.fillna(_time(parts, day="second", month="first"))
    readings = [day_first]
    if text.str.contains("/").any() and not month_first.equals(day_first):
        readings.append(month_first)
    return sorted(readings, key=lambda times: int(times.isna().sum()))


def _plain_text(text: str) -> str:
    """Return a date with the year first as ISO without a zone, and one with a month's name in numbers."""
    if found := _YEAR_FIRST.fullmatch(text):
        year, _, month, day, time = found.groups()
        if time and ":" not in time:
            time = time.replace(".", ":")
        return f"{year}-{month}-{day}T{time}" if time else f"{year}-{month}-{day}"
    if (found := _NAMED_MONTH.match(text)) and (month := _MONTHS.get(found[2][:3].lower())):
        return f"{found[1]}-{month}-{found[3]}{text[found.end() :]}"
    return text


def _time(parts: pd.DataFrame, *, day: str, month: str) -> pd.Series:
    numbers = parts.drop(columns="half").apply(pd.to_numeric)
    half = parts["half"].str.lower()
    hour = numbers["hour"].fillna(0)
    hour = hour.mask((half == "p") & (hour < 12), hour + 12).mask((half == "a") & (hour == 12), 0)
    year = numbers["year"].mask(numbers["year"] < 100, numbers["year"] + 2000)
    columns = {"year": year, "month": numbers[month], "day": numbers[day], "hour": hour}
    columns |= {"minute": numbers["minute"].fillna(0), "second": numbers["seconds"].fillna(0)}
    return pd.to_datetime(pd.DataFrame(columns), errors="coerce")
