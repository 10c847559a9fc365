"""A statement is kept once, with its ledger entry, as it came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from include.contracts.errors import BadInput, Conflict, StoreError
from include.contracts.statement import Method, Revocation, Revoked, Signed, Vote
from include.holds.digest import body_of, digest_of
from include.store import ledger, statements
from include.store.database import Store

pytestmark = pytest.mark.both_databases
HOLD = "hold_01jd3c4k7w8m9e2f5a6b7c8d9e"
KEY = "key_" + "ab" * 20


def a_vote(**fields: Any) -> Vote:
    said: dict[str, Any] = {
        "person": "maya",
        "key": KEY,
        "at": datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
        "hold": HOLD,
        "environment": "lab",
        "plan_digest": "1" * 64,
        "view_digest": "2" * 64,
        "decision": "approve",
    }
    return Vote(**(said | fields))


def keep(store: Store, statement: Any, kind: str = "vote.cast", signature: str = "-----BEGIN SSH SIGNATURE-----") -> int:
    signed = Signed(statement=body_of(statement), method=Method.SSH, signature=signature)
    with store.begin() as conn:
        ledger.lock(conn)
        return statements.add(conn, statement, digest_of(statement), signed, kind, HOLD)


def test_a_statement_comes_back_as_it_came_with_its_ledger_entry(store: Store) -> None:
    vote = a_vote()
    seq = keep(store, vote)
    with store.read() as conn:
        (row,) = statements.of_subject(conn, HOLD)
        assert statements.of_type(conn, "holdpoint.vote.v1") == [row]
        assert statements.find(conn, row.digest) == row
        (entry,) = ledger.entries(conn, subject=HOLD)
    assert (row.digest, row.seq, row.body) == (digest_of(vote), seq, body_of(vote))
    assert row.signed().statement == body_of(vote)
    assert (entry.seq, entry.actor, entry.kind) == (seq, "maya", "vote.cast")
    assert entry.payload == {
        "statement": row.digest,
        "type": "holdpoint.vote.v1",
        "person": "maya",
        "key": KEY,
        "hold": HOLD,
        "environment": "lab",
        "plan_digest": "1" * 64,
        "view_digest": "2" * 64,
        "decision": "approve",
    }


def test_the_same_statement_is_kept_once_whatever_its_signature_s_bytes(store: Store) -> None:
    keep(store, a_vote())
    with pytest.raises(Conflict):
        keep(store, a_vote(), signature="-----BEGIN SSH SIGNATURE-----\n")
    with store.read() as conn:
        assert len(list(ledger.entries(conn, kind="vote.cast"))) == 1


def test_what_is_filed_elsewhere_is_not_found_here(store: Store) -> None:
    keep(store, a_vote())
    with store.read() as conn:
        assert statements.of_subject(conn, "hold_" + "0" * 26) == []
        assert statements.of_type(conn, "holdpoint.witness.v1") == []
        assert statements.find(conn, "0" * 64) is None


def test_a_reason_with_a_secret_is_not_kept_since_it_could_not_be_redacted(store: Store) -> None:
    said = {"person": "maya", "key": KEY, "at": datetime(2026, 11, 20, tzinfo=UTC), "what": Revoked.HOLD, "subject": HOLD}
    with pytest.raises(BadInput, match="secret"):
        keep(store, Revocation(**said, reason="the password: hunter2hunter2"), "hold.revoked")
    with store.read() as conn:
        assert statements.of_subject(conn, HOLD) == []


def test_an_unknown_kind_is_a_programming_error(store: Store) -> None:
    with pytest.raises(ValueError, match=r"hold\.approved"):
        keep(store, a_vote(), "hold.approved")


def test_nothing_is_kept_outside_a_write_transaction(store: Store) -> None:
    vote = a_vote()
    signed = Signed(statement=body_of(vote), method=Method.SSH, signature="-----BEGIN SSH SIGNATURE-----")
    with store.read() as conn, pytest.raises(StoreError):
        statements.add(conn, vote, digest_of(vote), signed, "vote.cast", HOLD)
