"""Posts as received, and counters."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from include.contracts.base import clean_text
from include.store import messages
from include.store.database import Store
from include.store.tables.intake import counter, message
from tests.overlap import overlap

pytestmark = pytest.mark.both_databases

AT = "2026-11-20T10:00:00.000000Z"


def test_two_that_count_at_once_both_count(store: Store) -> None:
    count = partial(messages.count, name="unauthenticated:lab", at=AT, by=3)
    overlap(store, count, count)
    with store.read() as conn:
        assert [tuple(row) for row in conn.execute(select(counter))] == [("unauthenticated:lab", "2026-11-20T10:00", 6)]


ODD = [b"", b"\0", b"a\0b", b"\xff\xfe\0", b"\\u0000", "\U0001f525 \ud800".encode("utf-8", "surrogatepass")]


@pytest.mark.parametrize("body", ODD)
def test_any_bytes_are_kept(store: Store, body: bytes) -> None:
    """PostgreSQL's text knows neither NUL nor surrogates."""
    with store.begin() as conn:
        messages.keep(conn, source="lab", body=body, digest="0" * 64, length=3 * 2**31, received_at=AT, problem="x")
    with store.read() as conn:
        kept = conn.execute(select(message)).mappings().one()
    assert kept["body"] == clean_text(body.decode("utf-8", errors="backslashreplace"))
    assert (kept["length"], kept["truncated"]) == (3 * 2**31, True)
