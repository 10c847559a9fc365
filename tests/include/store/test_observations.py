"""Observations are only added; the newest of each step is what is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from include.contracts.errors import Conflict
from include.contracts.hold import Observation
from include.store import observations
from include.store.database import Store
from include.store.tables.hold import observation as table
from tests.hold_rows import add_hold

pytestmark = pytest.mark.both_databases
AT = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


def seen(step: int = 1, **fields: Any) -> Observation:
    usual: dict[str, Any] = {"observed_at": AT, "observed_by": "gated_change@service", "fields": {"pid": 4217, "since": None}}
    return Observation(step=step, **usual | fields)


def test_the_newest_of_each_step_counts(store: Store) -> None:
    hold, other = add_hold(store), add_hold(store)
    with store.begin() as conn:
        for item in (
            seen(2),
            seen(1),
            seen(1, observed_at=AT - timedelta(hours=1), fields={"pid": 1}),
            seen(2, fields={"a": [1]}),
        ):
            observations.add(conn, hold, item)
    with store.read() as conn:
        found = observations.latest(conn, hold)
        assert observations.latest(conn, other) == []
    # the newest is the one that came last, whatever its clock said
    assert [(item.step, item.fields) for item in found] == [(1, {"pid": 1}), (2, {"a": [1]})]


def test_a_read_that_failed_is_kept_with_why(store: Store) -> None:
    hold = add_hold(store)
    with store.begin() as conn:
        observations.add(conn, hold, seen(fields={}, problem="supervisor: not reachable"))
    with store.read() as conn:
        (found,) = observations.latest(conn, hold)
    assert (found.fields, found.problem) == ({}, "supervisor: not reachable")


def test_h09_secrets_stay_at_the_door(store: Store) -> None:
    hold = add_hold(store)
    with store.begin() as conn:
        observations.add(conn, hold, seen(fields={"state": "password=hunter2hunter2"}, problem="password=hunter2hunter2"))
    with store.read() as conn:
        (found,) = observations.latest(conn, hold)
    assert "hunter2" not in found.model_dump_json()


@pytest.mark.parametrize("ruined", ["", "[]", "{", '{"UPPER": 1}', "[" * 100_000, "null"])
def test_what_is_no_observation_is_passed_over(store: Store, ruined: str) -> None:
    hold = add_hold(store)
    with store.begin() as conn:
        observations.add(conn, hold, seen())
        row = {"hold_id": hold, "observed_at": "2026-11-20T10:30:00.000000Z", "observed_by": "gated_change@service"}
        conn.execute(insert(table).values(**row, step=1, fields=ruined))
        conn.execute(insert(table).values(**row, step=-1, fields="{}"))
    with store.read() as conn:
        assert observations.latest(conn, hold) == [seen()]


def test_a_step_that_is_read_without_end_stands_still(store: Store) -> None:
    """Else whoever runs tasks could keep every page from being signed."""
    hold = add_hold(store)
    with store.begin() as conn:
        for pid in range(observations.MOST):
            observations.add(conn, hold, seen(fields={"pid": pid}))
        with pytest.raises(Conflict, match="no more is kept"):
            observations.add(conn, hold, seen(fields={"pid": 99}))
        observations.add(conn, hold, seen(2))
        row = {"hold_id": hold, "observed_at": "2026-11-20T10:30:00.000000Z", "observed_by": "gated_change@service"}
        conn.execute(insert(table).values(**row, step=1, fields='{"pid": 99}'))
    with store.read() as conn:
        first, second = observations.latest(conn, hold)
    assert (first.fields, second.step) == ({"pid": observations.MOST - 1}, 2)
