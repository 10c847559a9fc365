from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from include.contracts.errors import BadInput, Conflict, Denied, NotFound
from include.store import ledger
from include.store.database import Store
from include.store.quarantine import MAX_REASON, listed, quarantine, quarantined, release

pytestmark = pytest.mark.both_databases

REASON = "step 3 names a host that is gone"


@pytest.fixture
def conn(store: Store) -> Iterator[Connection]:
    with store.begin() as connection:
        yield connection


def _place(conn: Connection, name: str = "payments-down", **changes: Any) -> None:
    quarantine(conn, **{"kind": "runbook", "name": name, "by": "jonas", "reason": REASON} | changes)


def _entries(conn: Connection) -> list[tuple[str, str, str, dict[str, Any] | None]]:
    rows = [*ledger.entries(conn, kind="source.quarantined"), *ledger.entries(conn, kind="source.released")]
    return [(row.kind, row.actor, row.subject, row.payload) for row in sorted(rows, key=lambda row: row.seq)]


def test_a_source_is_out_of_use_until_its_owner_lifts_it(conn: Connection) -> None:
    _place(conn)
    _place(conn, "disk-full")
    _place(conn, "payments-down", kind="dashboard")
    assert quarantined(conn, "runbook") == {"payments-down", "disk-full"}
    release(conn, kind="runbook", name="payments-down", by="priya", owner="priya")
    assert quarantined(conn, "runbook") == {"disk-full"}
    assert quarantined(conn, "dashboard") == {"payments-down"}


def test_h09_both_are_in_the_ledger(conn: Connection) -> None:
    _place(conn)
    release(conn, kind="runbook", name="payments-down", by="priya", owner="priya")
    assert _entries(conn) == [
        ("source.quarantined", "jonas", "runbook:payments-down", {"reason": REASON}),
        ("source.released", "priya", "runbook:payments-down", {}),
    ]


def test_only_the_owner_lifts(conn: Connection) -> None:
    _place(conn)
    with pytest.raises(Denied, match="owner"):
        release(conn, kind="runbook", name="payments-down", by="jonas", owner="priya")
    assert quarantined(conn, "runbook") == {"payments-down"}
    assert len(_entries(conn)) == 1


def test_twice_is_a_conflict_and_leaves_one(conn: Connection) -> None:
    _place(conn)
    with pytest.raises(Conflict, match="already"):
        _place(conn, by="maya", reason="again")
    assert [each.placed_by for each in listed(conn)] == ["jonas"]
    assert len(_entries(conn)) == 1


def test_what_is_not_quarantined_cannot_be_released_and_what_was_can_be_quarantined_anew(conn: Connection) -> None:
    with pytest.raises(NotFound):
        release(conn, kind="runbook", name="payments-down", by="priya", owner="priya")
    for _ in range(2):
        _place(conn)
        release(conn, kind="runbook", name="payments-down", by="priya", owner="priya")
    with pytest.raises(NotFound):
        release(conn, kind="runbook", name="payments-down", by="priya", owner="priya")
    assert listed(conn) == []
    assert [(each.placed_by, each.lifted_by) for each in listed(conn, all_of_them=True)] == [("jonas", "priya")] * 2


def test_what_a_list_tells(conn: Connection) -> None:
    _place(conn)
    (one,) = listed(conn)
    assert (one.kind, one.name, one.placed_by, one.reason) == ("runbook", "payments-down", "jonas", REASON)
    assert one.placed_at.tzinfo is not None
    assert (one.lifted_by, one.lifted_at) == (None, None)


@pytest.mark.parametrize(
    "reason", ["", " \n ", "x" * (MAX_REASON + 1), "say \u202eecalper", "nul \0", "lone \ud800", "cafe\u0301"]
)
def test_a_reason_that_says_nothing_or_hides_something_is_refused(conn: Connection, reason: str) -> None:
    with pytest.raises(BadInput):
        _place(conn, reason=reason)
    assert quarantined(conn, "runbook") == frozenset()


def test_h09_a_secret_in_the_reason_is_redacted_before_it_is_written(conn: Connection) -> None:
    _place(conn, reason="it says password=hunter2hunter2 in step 3")
    assert "hunter2" not in listed(conn)[0].reason
    assert "hunter2" not in str(_entries(conn))


def test_a_failure_takes_all_of_it_back(store: Store) -> None:
    def fail_after_placing() -> None:
        with store.begin() as conn:
            _place(conn)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_placing()
    with store.read() as conn:
        assert quarantined(conn, "runbook") == frozenset()
        assert _entries(conn) == []
