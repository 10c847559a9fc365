"""One mark, one row, however many write it at once."""

from __future__ import annotations

from functools import partial

import pytest

from include.store import desk
from include.store.database import Store
from tests.overlap import overlap

pytestmark = pytest.mark.both_databases

TICKET = {"queue": "shop", "title": "t", "label": "internal", "assignee": "priya", "incident_id": None, "service": "shop-orders"}


def test_two_that_open_a_ticket_under_one_mark_open_one(store: Store) -> None:
    open_ticket = partial(desk.open_ticket, mark="m", **TICKET)
    (number, created), again = overlap(store, open_ticket, open_ticket)
    assert created
    assert again == (number, False)


def test_two_that_comment_under_one_mark_comment_once(store: Store) -> None:
    with store.begin() as conn:
        number, _ = desk.open_ticket(conn, mark="m", **TICKET)
    comment = partial(desk.add_comment, number=number, mark="c", author="priya", label="internal", body="looking")
    assert overlap(store, comment, comment) == (True, False)
    with store.read() as conn:
        assert len(desk.comments_of(conn, number)) == 1
