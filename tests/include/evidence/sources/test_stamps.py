from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.evidence.sources import stamps

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-01T09:15:02Z", datetime(2026, 3, 1, 9, 15, 2, tzinfo=UTC)),
        ("2026-03-01T09:15:02.123456789Z", datetime(2026, 3, 1, 9, 15, 2, 123456, tzinfo=UTC)),
        ("2026-03-01 10:15:02,5 +0100", datetime(2026, 3, 1, 9, 15, 2, 500000, tzinfo=UTC)),
        ("2026/03/01 09:15:02", datetime(2026, 3, 1, 9, 15, 2, tzinfo=UTC)),
        (1772356502, datetime(2026, 3, 1, 9, 15, 2, tzinfo=UTC)),
        (1772356502.25, datetime(2026, 3, 1, 9, 15, 2, 250000, tzinfo=UTC)),
        (1772356502250, datetime(2026, 3, 1, 9, 15, 2, 250000, tzinfo=UTC)),
        ("1772356502250000", datetime(2026, 3, 1, 9, 15, 2, 250000, tzinfo=UTC)),
        (1772356502250000000, datetime(2026, 3, 1, 9, 15, 2, 250000, tzinfo=UTC)),
    ],
)
def test_times_as_loggers_write_them(value: object, expected: datetime) -> None:
    assert stamps.parse_time(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-03-01T25:00:00Z",
        True,
        None,
        [],
        {},
        -5,
        0,
        7,
        1e300,
        "nan",
        "inf",
        "2026-03-01T09:15:02+99:99",
        "9" * 70,
    ],
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert stamps.parse_time(value) is None


@given(st.one_of(st.text(max_size=70), st.floats(), st.integers()))
def test_any_value_gives_a_time_in_utc_or_none(value: object) -> None:
    at = stamps.parse_time(value)
    assert at is None or at.utcoffset().total_seconds() == 0  # type: ignore[union-attr]


def test_a_time_without_a_zone_is_in_the_zone_of_the_file() -> None:
    assert stamps.parse_time("2026-07-01 12:00:00", BERLIN) == datetime(2026, 7, 1, 10, tzinfo=UTC)


def _classic(text: str, latest: datetime, zone: object = UTC) -> datetime | None:
    match = stamps.RFC3164.match(text)
    assert match
    return stamps.from_rfc3164(match, latest, zone)  # type: ignore[arg-type]


def test_new_year_a_line_of_december_read_in_january_is_of_last_year() -> None:
    latest = datetime(2027, 1, 1, 0, 5, tzinfo=UTC)
    assert _classic("Dec 31 23:59:58", latest) == datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC)
    assert _classic("Jan  1 00:00:03", latest) == datetime(2027, 1, 1, 0, 0, 3, tzinfo=UTC)


def test_new_year_comes_earlier_in_the_east() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    latest = datetime(2026, 12, 31, 11, 30, tzinfo=UTC)  # 00:30 on 1 January there
    assert _classic("Jan  1 00:10:00", latest, auckland) == datetime(2026, 12, 31, 11, 10, tzinfo=UTC)


def test_29_february_is_that_of_the_last_leap_year() -> None:
    assert _classic("Feb 29 12:00:00", datetime(2026, 11, 22, tzinfo=UTC)) == datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert _classic("Feb 29 12:00:00", datetime(2103, 1, 1, tzinfo=UTC)) == datetime(2096, 2, 29, 12, tzinfo=UTC)


def test_a_month_that_is_none() -> None:
    assert _classic("Foo  1 00:00:00", datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert _classic("Feb 31 00:00:00", datetime(2026, 1, 1, tzinfo=UTC)) is None
