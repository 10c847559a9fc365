from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.alerts.times import read_time
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert_mapping import TimeFormat

FIRST, LAST = datetime(2, 1, 2), datetime(9998, 12, 31)  # noqa: DTZ001


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-02T09:30:00Z", at(2026, 11, 2, 9, 30)),
        ("2026-11-02t09:30:00z", at(2026, 11, 2, 9, 30)),
        ("2026-11-02 09:30:00Z", at(2026, 11, 2, 9, 30)),
        ("2026-11-02T10:30:00+01:00", at(2026, 11, 2, 9, 30)),
        ("2026-11-02T00:00:00-05:30", at(2026, 11, 2, 5, 30)),
        ("2026-11-02T09:30:00.678+0000", at(2026, 11, 2, 9, 30, 0, 678_000)),
        ("2026-11-02T09:30:00.123456789Z", at(2026, 11, 2, 9, 30, 0, 123_456)),
        ("2026-11-02T09:30:00.3713213Z", at(2026, 11, 2, 9, 30, 0, 371_321)),
        ("2026-11-02T09:30:00.5Z", at(2026, 11, 2, 9, 30, 0, 500_000)),
        ("2016-12-31T23:59:60Z", at(2017, 1, 1)),
    ],
)
def test_rfc_3339(text: str, expected: datetime) -> None:
    found = read_time(text, "startsAt")
    assert found == expected
    assert found.tzinfo is UTC


@pytest.mark.parametrize("value", [None, "", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00"])
def test_no_time(value: Any) -> None:
    assert read_time(value, "endsAt") is None


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-02",
        "20261102T093000Z",
        "2026-W45-1T00:00:00Z",
        "2026-13-02T09:30:00Z",
        "2026-02-30T09:30:00Z",
        "2026-11-02T25:30:00Z",
        "2026-11-02T09:30:61Z",
        "2026-11-02T09:30:00+24:00",
        "2026-11-02T09:30:00",
        "٢٠٢٦-11-02T09:30:00Z",
        "2026-11-02T09:30:00Z\n",
        " 2026-11-02T09:30:00Z",
        "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:59:60Z",
        "now",
        "1793611800",
        1793611800,
        1.5,
        True,
        [],
        {},
    ],
)
def test_what_is_no_rfc_3339_time_is_refused_with_its_field(value: Any) -> None:
    with pytest.raises(Unreadable, match=r"^startsAt: ") as caught:
        read_time(value, "startsAt")
    assert caught.value.reason is Reason.TIME


def test_a_zone_may_be_agreed() -> None:
    assert read_time("2026-11-02T09:30:00", "x", zone=UTC) == at(2026, 11, 2, 9, 30)
    assert read_time("2026-11-02T09:30:00+01:00", "x", zone=UTC) == at(2026, 11, 2, 8, 30)


@pytest.mark.parametrize(
    ("value", "style"),
    [
        (1793611800, TimeFormat.EPOCH_S),
        ("1793611800", TimeFormat.EPOCH_S),
        (1793611800.0, TimeFormat.EPOCH_S),
        (1793611800000, TimeFormat.EPOCH_MS),
        ("1793611800000", TimeFormat.EPOCH_MS),
        (1793611800000000000, TimeFormat.EPOCH_NS),
        (1793611800, TimeFormat.EPOCH),
        (1793611800000, TimeFormat.EPOCH),
        (1793611800000000, TimeFormat.EPOCH),
        ("1793611800000000000", TimeFormat.EPOCH),
    ],
)
def test_epochs(value: Any, style: TimeFormat) -> None:
    assert read_time(value, "createdAt", style=style) == at(2026, 11, 2, 9, 30)


def test_epochs_keep_fractions_exactly() -> None:
    assert read_time(1793611800.123456, "x", style=TimeFormat.EPOCH_S) == at(2026, 11, 2, 9, 30, 0, 123_456)
    assert read_time("1793611800.123456789", "x", style=TimeFormat.EPOCH_S) == at(2026, 11, 2, 9, 30, 0, 123_456)
    assert read_time(1793611800123456789, "x", style=TimeFormat.EPOCH_NS) == at(2026, 11, 2, 9, 30, 0, 123_456)


def test_epoch_zero_is_no_time() -> None:
    assert read_time(0, "closedAt", style=TimeFormat.EPOCH_MS) is None


@pytest.mark.parametrize(
    "value", [True, -1, "-5", "1e9", 1e300, "٣", "soon", [], 10**25, "0x10", "1_000", "99999999999999999999"]
)
def test_what_is_no_epoch_is_refused(value: Any) -> None:
    with pytest.raises(Unreadable) as caught:
        read_time(value, "createdAt", style=TimeFormat.EPOCH_MS)
    assert caught.value.reason is Reason.TIME


@given(st.datetimes(min_value=FIRST, max_value=LAST), st.timezones())
def test_any_real_time_comes_back(moment: datetime, zone: Any) -> None:
    aware = moment.replace(tzinfo=zone)
    text = aware.astimezone(UTC).isoformat()
    assert read_time(text, "x") == aware.astimezone(UTC)
