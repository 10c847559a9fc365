"""What another system said is kept once for each content; the last is what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.store import outside_records
from include.store.database import Store
from tests.hold_rows import add_hold
from tests.holds_kit import store_time
from tests.votes_kit import an_outside_record

pytestmark = pytest.mark.both_databases


def test_the_newest_content_of_each_record_comes_back(store: Store) -> None:
    from include.store import holds

    hold_id, at = add_hold(store), store_time(store)
    with store.begin() as conn:
        hold = holds.get(conn, hold_id)
        first = an_outside_record(hold, "sys-priya", at)
        assert outside_records.add(conn, hold_id, first, "priya")
        again = first.model_copy(update={"fetched_at": at + timedelta(minutes=1)})
        assert not outside_records.add(conn, hold_id, again, "priya"), "the same content, asked later"
        changed = first.model_copy(update={"decision": "reject"})
        assert outside_records.add(conn, hold_id, changed, "priya")
        other = an_outside_record(hold, "sys-tomas", at, record="6" * 32)
        assert outside_records.add(conn, hold_id, other, "tomas")
    with store.read() as conn:
        assert outside_records.of_hold(conn, hold_id) == [changed, other]
        assert outside_records.of_hold(conn, "hold_" + "0" * 26) == []


def test_a_row_that_is_no_record_is_left_out(store: Store) -> None:
    from include.store import holds
    from include.store.tables.hold import outside_record

    hold_id = add_hold(store)
    with store.begin() as conn:
        outside_records.add(conn, hold_id, an_outside_record(holds.get(conn, hold_id), "sys-priya", store_time(store)), "priya")
        conn.execute(outside_record.update().values(body="{}"))
        assert outside_records.of_hold(conn, hold_id) == []
