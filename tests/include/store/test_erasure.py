from __future__ import annotations

from pathlib import Path

import pytest

from include.contracts.errors import BadInput, Conflict, NotFound
from include.store.database import Store
from include.store.erasure import erase, erased_seq
from include.store.ledger import append, entries
from include.store.verify import verify
from tests.include.store.attacks import ERASED, Run

CANARY = "canary-7d1f0c52-of-a-person"


def test_h09_an_erased_payload_leaves_the_disk_but_not_the_chain(store: Store) -> None:
    with store.begin() as conn:
        seq = append(conn, actor="ada", kind="test.kind", subject="inc_1", payload={"who": CANARY})
    store.scrub()  # the content is in the database file proper, not only in the log
    with store.begin() as conn:
        by = erase(conn, seq, "ada", "request 12")
    assert store.scrub()
    with store.read() as conn:
        row, entry = next(entries(conn, after=seq - 1)), next(entries(conn, after=by - 1))
    assert (row.payload, row.erased) == (None, by)
    assert (entry.actor, entry.kind, entry.subject, entry.payload) == (
        "ada",
        "payload.erased",
        f"ledger:{seq}",
        {"reason": "request 12"},
    )
    report = verify(store)
    assert (report.ok, report.erased, report.missing) == (True, 1, 0)
    folder = Path(str(store.engine.url.database)).parent
    assert [file.name for file in folder.iterdir() if CANARY.encode() in file.read_bytes()] == []


def test_an_erasure_that_fails_midway_did_not_happen(store: Store) -> None:
    with store.begin() as conn:
        seq = append(conn, actor="ada", kind="test.kind", subject="inc_1", payload={"who": CANARY})
    with pytest.raises(ZeroDivisionError), store.begin() as conn:
        erase(conn, seq, "ada", "request 12") / 0
    with store.read() as conn:
        assert next(entries(conn, after=seq - 1)).payload == {"who": CANARY}
    assert verify(store).ok


def test_what_cannot_be_erased_is_refused_and_says_why(store: Store) -> None:
    with store.begin() as conn:
        bare = append(conn, actor="ada", kind="test.kind", subject="inc_1")
        full = append(conn, actor="ada", kind="test.kind", subject="inc_1", payload={"a": 1})
        with pytest.raises(NotFound):
            erase(conn, 9999, "ada", "why")
        with pytest.raises(BadInput, match="no payload"):
            erase(conn, bare, "ada", "why")
        with pytest.raises(BadInput, match="reason"):
            erase(conn, full, "ada", "  ")
        erase(conn, full, "ada", "why")
        with pytest.raises(Conflict):
            erase(conn, full, "ada", "why")


def test_an_erasures_own_reason_can_be_erased(store: Store) -> None:
    with store.begin() as conn:
        full = append(conn, actor="ada", kind="test.kind", subject="inc_1", payload={"a": 1})
        erase(conn, erase(conn, full, "ada", "names a person"), "ada", "named a person")
    report = verify(store)
    assert (report.ok, report.erased) == (True, 2)


def test_a_payload_that_was_put_back_can_be_erased_again(ledger_store: Store, attacker: Run) -> None:
    attacker(f"UPDATE payload SET salt = x'00', body = x'7b7d', erased = NULL WHERE seq = {ERASED}")
    assert not verify(ledger_store).ok
    with ledger_store.begin() as conn:
        erase(conn, ERASED, "ada", "came back")
    assert verify(ledger_store).ok


@pytest.mark.parametrize(
    "subject", ["ledger:", "ledger:05", "ledger:+5", "ledger: 5", "ledger:٥", "ledger:5x", "5", "", None, 5, b"ledger:5"]
)
def test_only_one_spelling_names_an_entry(subject: object) -> None:
    assert erased_seq(subject) is None
    assert erased_seq("ledger:5") == 5
