"""Messages to people: one sender at a time, and no late word that takes back a better one."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from include.alerts.correlate import open_unreadable
from include.store import deliveries
from include.store.database import Store, now
from include.store.tables.desk import delivery
from include.store.times import shifted
from tests.overlap import overlap

pytestmark = pytest.mark.both_databases


@pytest.fixture
def page(store: Store, catalogue: Any) -> dict[str, Any]:
    with store.begin() as conn:
        incident_id = open_unreadable(conn, catalogue.source("lab"), "msg_1", now(conn), quiet_minutes=30).incident_id
    words = {"channel": "file", "label": "internal", "subject": "s", "body": "b"}
    return {"mark": "m", "incident_id": incident_id, "briefing": 1, "level": 0, "recipient": "maya", **words}


@pytest.fixture
def written(store: Store, page: dict[str, Any]) -> str:
    with store.begin() as conn:
        return deliveries.add(conn, **page)[0]


def _state(store: Store, delivery_id: str) -> str:
    with store.read() as conn:
        return str((deliveries.get(conn, delivery_id) or {})["state"])


def _hold_ends(store: Store) -> None:
    with store.begin() as conn:
        conn.execute(update(delivery).values(next_at=shifted(now(conn), seconds=-1)))


def test_two_that_write_one_page_down_write_one(store: Store, page: dict[str, Any]) -> None:
    add = partial(deliveries.add, **page)
    (delivery_id, created), again = overlap(store, add, add)
    assert created
    assert again == (delivery_id, False)


def test_two_senders_at_once_one_has_it(store: Store, written: str) -> None:
    take = partial(deliveries.take, delivery_id=written, hold_s=90)
    first, second = overlap(store, take, take)
    assert (first or {})["attempts"] == 1
    assert second is None


def test_a_slow_senders_failure_does_not_make_a_sent_page_due_again(store: Store, written: str) -> None:
    with store.begin() as conn:
        slow = deliveries.take(conn, written, hold_s=90)
    _hold_ends(store)
    with store.begin() as conn:
        assert deliveries.take(conn, written, hold_s=90) is not None
        deliveries.sent(conn, written)
    with store.begin() as conn:
        assert not deliveries.not_sent(conn, written, attempt=(slow or {})["attempts"], error="x", state="due", retry_s=0)
    assert _state(store, written) == "sent"


def test_a_slow_senders_failure_does_not_cut_the_next_try_short(store: Store, written: str) -> None:
    with store.begin() as conn:
        slow = deliveries.take(conn, written, hold_s=90)
    _hold_ends(store)
    with store.begin() as conn:
        assert deliveries.take(conn, written, hold_s=90) is not None
    with store.begin() as conn:
        assert not deliveries.not_sent(conn, written, attempt=(slow or {})["attempts"], error="x", state="due", retry_s=-1)
        assert deliveries.take(conn, written, hold_s=90) is None


def test_a_failure_does_not_take_back_what_a_slow_sender_delivered_meanwhile(store: Store, written: str) -> None:
    with store.begin() as conn:
        assert deliveries.take(conn, written, hold_s=90) is not None
    _hold_ends(store)
    with store.begin() as conn:
        second = deliveries.take(conn, written, hold_s=90)
        deliveries.sent(conn, written)  # by the first
        assert not deliveries.not_sent(conn, written, attempt=(second or {})["attempts"], error="x", state="due", retry_s=0)
    assert _state(store, written) == "sent"


def test_what_arrived_late_has_arrived(store: Store, written: str) -> None:
    with store.begin() as conn:
        row = deliveries.take(conn, written, hold_s=90)
        assert deliveries.not_sent(conn, written, attempt=(row or {})["attempts"], error="x", state="failed", retry_s=0)
        deliveries.sent(conn, written)
    assert _state(store, written) == "sent"
