import pandas as pd
import pytest

from toe_analysis.survey.reading.dates import readings_of_times


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2025-03-31T23:30:00Z", "2025-03-31 23:30"),
        ("2025-03-31T23:30:00.000+0100", "2025-03-31 23:30"),
        ("2025-04-01 00:30:00 +02:00", "2025-04-01 00:30"),
        ("2025-03-31 14.05.30", "2025-03-31 14:05:30"),
        ("2025/03/31", "2025-03-31"),
        ("2025/03/31 kl. 14.05", "2025-03-31 14:05"),
        ("2025/03/31 2:05:00 PM GMT+2", "2025-03-31 14:05"),
        ("2025/04/01 12.30.00 AM CET", "2025-04-01 00:30"),
        ("20250203T080900", "2025-02-03 08:09"),
        ("31-03-2025 kl. 14.05", "2025-03-31 14:05"),
        ("3. February 2025", "2025-02-03"),
        ("3. maj 2025 kl. 08.09", "2025-05-03 08:09"),
        ("3. März 2025 14:05", "2025-03-03 14:05"),
        ("3-Feb-2025 2:05 PM", "2025-02-03 14:05"),
    ],
)
def test_a_time_is_read_as_it_stands_and_its_zone_left_out(text, time):
    plain = "2025-02-03T08:00:00"
    for cells in ([text], [text, plain], [plain, "2025-02-03T08:00:00+01:00", text]):
        readings = readings_of_times(pd.Series(cells, dtype=object))
        assert [reading[cells.index(text)] for reading in readings] == [pd.Timestamp(time)]
        assert not readings[0].isna().any()


@pytest.mark.parametrize(
    "text", ["2025-02-30T08:00Z", "2025-02-03  08:00  +01:00", "3. Fredag 2025", "2025/3", "i alt"]
)
def test_what_is_no_time_is_none(text):
    assert readings_of_times(pd.Series([text, "2025-02-03T08:00:00Z"], dtype=object))[0].isna().tolist() == [
        True,
        False,
    ]


def test_am_and_pm_do_not_tell_which_is_the_month():  # in Australia the day comes first
    months = [times.dt.month.tolist() for times in readings_of_times(pd.Series(["3/4/2025 2:05:00 PM"]))]
    assert months == [[4], [3]]


@pytest.mark.parametrize(
    "text",
    ["02/13/2025 09:00\u202fAM", "13-02-2025\u00a009:00", "2/13/2025 9:00\u00a0AM", "\u200e13\u200e-02-2025 09:00"],
)
def test_spaces_that_do_not_break_and_signs_that_nobody_sees_change_no_date(text):
    times = readings_of_times(pd.Series([text], dtype=object))[0]
    assert times.tolist() == [pd.Timestamp("2025-02-13 09:00")]
