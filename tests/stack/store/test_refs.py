"""The index of what payloads name, under PostgreSQL's roles: who appends fills it, who erases empties it, who reads asks it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.contracts.errors import StoreError
from include.store import refs
from include.store.database import Store, new_id
from include.store.erasure import erase
from include.store.ledger import Entry, append_many

Login = Callable[[str], Store]
APPENDING = ("holdpoint_intake", "holdpoint_propose", "holdpoint_vote", "holdpoint_execute", "holdpoint_verify")


@pytest.mark.parametrize("role", APPENDING)
def test_whoever_appends_indexes_what_it_names(store: Store, login: Login, role: str) -> None:
    hold = new_id("hold")
    with login(role).begin() as conn:
        seqs = append_many(conn, [Entry("ada", "k", "s", payload={"hold": hold})] * (2 * refs.BLOCK))
    with login("holdpoint_read").read() as conn:
        assert refs.find(conn, (refs.ID, hold), limit=1_000) == seqs
    with store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM ledger_ref").scalar()


def test_whoever_erases_takes_out_what_was_named(store: Store, login: Login) -> None:
    hold = new_id("hold")
    with store.begin() as conn:
        seqs = append_many(conn, [Entry("ada", "k", "s", payload={"hold": hold, "sha": "ab" * 32})] * (2 * refs.BLOCK))
    with login("holdpoint_erase").begin() as conn:
        erase(conn, seqs[5], "ada", "request 12")
    with store.read() as conn:
        assert conn.exec_driver_sql(f"SELECT count(*) FROM ledger_ref WHERE seq = {seqs[5]}").scalar() == 0
        assert refs.find(conn, (refs.ID, hold), limit=1_000) == [seq for seq in seqs if seq != seqs[5]]


@pytest.mark.parametrize("role", APPENDING)
def test_only_the_tables_owner_makes_it_again(store: Store, login: Login, role: str) -> None:
    with store.begin() as conn:
        append_many(conn, [Entry("ada", "k", "s", payload={"tool": "t"})] * refs.BLOCK)
        conn.exec_driver_sql("INSERT INTO ledger_ref VALUES ('tool', 'lie', 1)")
    with pytest.raises(StoreError, match="tables' owner"):
        refs.rebuild(login(role))
    assert refs.rebuild(store) == (0, 1)
