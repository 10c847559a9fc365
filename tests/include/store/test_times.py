from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from include.store.database import Store, now
from include.store.times import from_text, shifted, to_text

TIMES = st.datetimes(timezones=st.just(UTC))


@given(TIMES)
def test_every_time_comes_back_as_it_went_in(at: datetime) -> None:
    assert from_text(to_text(at)) == at


@given(TIMES, TIMES)
def test_the_order_of_the_texts_is_the_order_of_the_times(one: datetime, two: datetime) -> None:
    assert (to_text(one) < to_text(two)) == (one < two)


def test_any_zone_is_stored_as_utc() -> None:
    assert to_text(datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))) == "2026-06-30T23:30:00.000000Z"
    assert shifted("2026-06-30T23:59:59.999999Z", seconds=0.000001) == "2026-07-01T00:00:00.000000Z"


def test_a_time_without_a_zone_cannot_be_stored() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_text(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("text", ["", "x", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00+02:00"])
def test_what_is_no_stored_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_text(text)


@pytest.mark.both_databases
def test_the_databases_clock_writes_what_python_writes(store: Store) -> None:
    with store.begin() as conn:
        if store.dialect == "postgresql":
            conn.exec_driver_sql("SET LOCAL TIME ZONE 'Asia/Kolkata'")
            conn.exec_driver_sql("SET LOCAL DateStyle = 'German'")
        text = now(conn)
        assert to_text(from_text(text)) == text
        assert abs((datetime.now(UTC) - from_text(text)).total_seconds()) < 5


@pytest.mark.both_databases
def test_the_database_orders_times_as_python_does(store: Store) -> None:
    """PostgreSQL compares text by the database's collation."""
    times = [to_text(datetime(*fields, tzinfo=UTC)) for fields in ((5, 1, 1), (999, 12, 31), (2026, 9, 30), (2026, 10, 1))]
    times += [shifted(times[-1], seconds=seconds) for seconds in (0.000001, 0.0001, 0.1, 9, 10, 86_399.999999)]
    assert times == sorted(times)
    with store.read() as conn:
        for earlier, later in pairwise(times):
            assert conn.scalar(select(literal(earlier) < literal(later))), (earlier, later)
