"""Dates in an export: completion times however they are written, and answers that Excel took for dates."""

import datetime
import itertools
import re
from collections.abc import Iterable

import pandas as pd

from toe_analysis.survey.text import fold, without_invisible

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

#: A month with a day before it or a year behind it, as Excel shows a date that was made from two numbers.
_NO_DAY_OR_YEAR = re.compile(r"(?:(\d{1,2})\.?[-. /]?)?([a-zæøå]{3,9})\.?(?:[-. /]?(\d{4}|\d{2}))?")

#: The year first, with what of the time of day is to be kept; a zone at the end is not.
_YEAR_FIRST = re.compile(
    r"(\d{4})([-./]?)(\d\d)\2(\d\d)(?:(?:[Tt]|,? +(?:kl\.? *)?)([\d:.]+)(?: ?([AaPp])\.?[Mm]\.?)?"
    r" ?(?:[Zz]|(?:[A-Z]{3,4})?(?:[-+]\d{1,2}(?::?\d\d)?)?)?)?"
)
_PLAIN_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?")
_NAMED_MONTH = re.compile(r"(\d{1,2})\.?[- ]([a-zæøå]{3,9})\.?[- ](\d{4})\b", re.IGNORECASE)

_TIMES = (
    r"(?P<first>\d{1,2})[-./](?P<second>\d{1,2})[-./](?P<year>\d{4}|\d{2})"
    r"(?:,? +(?:kl\.? *)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<seconds>\d{2}))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)


def options_behind_dates(texts: Iterable[str], options: Iterable[str]) -> dict[str, str]:
    """Return the option that Excel turned into each of these dates, where just one can be it.

    Excel takes "10-20" for October 2020 when it opens a CSV file, and keeps the date when it saves.

    Parameters
    ----------
    texts : iterable of str
        Answers that are no option.
    options : iterable of str

    Examples
    --------
    >>> options_behind_dates(["okt-20", "2020-10-01T00:00:00", "20-Oct", "05-09-2025", "Ja"], ["5-9", "10-20"])
    {'okt-20': '10-20', '2020-10-01T00:00:00': '10-20', '20-Oct': '10-20', '05-09-2025': '5-9'}
    """
    dates = {text: _named_month(text.lower()) for text in texts}
    for times in readings_of_times(pd.Series(list(dates), index=list(dates), dtype=object)):
        for text, time in times.dropna().items():
            dates[text] += [(time.month, time.day), (time.month, time.year)]
    restored = {}
    for text, parts in dates.items():
        written = {f"{one}-{other % 100}" for part in parts for one, other in itertools.permutations(part)}
        found = [option for option in options if fold(option) in written]
        if len(found) == 1:
            restored[text] = found[0]
    return restored


def _named_month(text: str) -> list[tuple[int, int]]:
    """Return a month that stands there by its name with the day before it, and with the year behind it."""
    found = _NO_DAY_OR_YEAR.fullmatch(text)
    month = found and _MONTHS.get(found[2][:3])
    return [(month, int(number)) for number in found.group(1, 3) if number] if month else []


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
        year, _, month, day, time, half = found.groups()
        if time and ":" not in time:
            time = time.replace(".", ":")
        if half:
            return f"{day}-{month}-{year} {time} {half}m"
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
