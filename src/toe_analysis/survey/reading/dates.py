"""Dates in an export: completion times however they are written, and answers that Excel took for dates."""

import datetime
import itertools
import re
from collections.abc import Iterable

import pandas as pd

from toe_analysis.survey.text import fold, without_invisible
from toe_analysis.survey.vocabulary import by_language

_MONTHS = {
    name: number
    for months in by_language("months").values()
    for number, names in enumerate(months, start=1)
    for name in names.split()
}

#: Excel counts days from here; the numbers are the years 1982 to 2064.
_DAY_ZERO = datetime.datetime(1899, 12, 30)
_SERIAL = re.compile(r"[3-6]\d{4}([.,]\d+)?")

#: A month with a day before it or a year behind it, as Excel shows a date that was made from two numbers.
_NO_DAY_OR_YEAR = re.compile(r"(?:(\d{1,2})\.?[-. /]?)?([^\W\d_]{3,10})\.?(?:[-. /]?(\d{4}|\d{2}))?")

_PLAIN_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:[\d:.]+)?")
_TIME = (
    r"(?:(?:T|,? +(?:kl\.? *)?)(?P<hour>\d{1,2})[:.]?(?P<minute>\d\d)(?:[:.]?(?P<second>\d\d)(?:\.\d+)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)? ?(?:z|(?:[a-z]{3,4})?(?:[-+]\d{1,2}(?::?\d\d)?)?))?"
)
#: Year, month and day in their order; the same the other way round, or month before day; with the name of the month.
_DATES = [
    re.compile(date + _TIME, re.IGNORECASE)
    for date in (
        r"(?P<year>\d{4})(?P<mark>[-./]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)",
        r"(?P<day>\d{1,2})(?P<either>[-./])(?P<month>\d{1,2})[-./](?P<year>\d{4}|\d{2})",
        r"(?P<day>\d{1,2})\.?[- ](?P<month>[^\W\d_]{3,10})\.?[- ](?P<year>\d{4})",
    )
]


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
    if text.str.fullmatch(_PLAIN_ISO).all():
        return [pd.to_datetime(text, format="ISO8601", errors="coerce")]
    # JavaScript and newer Windows write these spaces before AM, and Windows marks the direction of a date.
    text = text.map(without_invisible).str.replace("[\u00a0\u202f]", " ", regex=True).str.strip()
    either = text.map(_read_either_way)
    day_first, month_first = (pd.to_datetime(either.str[place], errors="coerce") for place in (0, 1))
    readings = [day_first] if month_first.equals(day_first) else [day_first, month_first]
    return sorted(readings, key=lambda times: int(times.isna().sum()))


def _read_either_way(text: str) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """Return the time that a text says if the day stands before the month, and if, beside a slash, behind it."""
    if _SERIAL.fullmatch(text):
        seconds = round(float(text.replace(",", ".")) * 86_400)
        return (_DAY_ZERO + datetime.timedelta(seconds=seconds),) * 2
    found = next(filter(None, (date.fullmatch(text) for date in _DATES)), None)
    if not found:
        return None, None
    parts = found.groupdict()
    month = _MONTHS.get(parts["month"][:3].lower(), 0) if parts["month"].isalpha() else int(parts["month"])
    day, year, hour = int(parts["day"]), int(parts["year"]), int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + 12 * (parts["half"].lower() == "p")
    time = hour, int(parts["minute"] or 0), int(parts["second"] or 0)
    orders = [(month, day), (day, month) if parts.get("either") == "/" else (month, day)]
    return tuple(_time(year + 2000 * (year < 100), *order, *time) for order in orders)


def _time(*parts: int) -> datetime.datetime | None:
    try:
        return datetime.datetime(*parts)
    except ValueError:
        return None
