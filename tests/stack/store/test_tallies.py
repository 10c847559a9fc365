"""The counts under PostgreSQL's roles: who reconciles counts, who looks asks, nobody else writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from include.contracts.errors import StoreError
from include.fleet.registry import QUESTIONS, answer
from include.store import tallies
from include.store.database import Store
from include.store.ledger import Entry, append_many
from tests.briefing import Stages, open_incident

Login = Callable[[str], Store]


@pytest.fixture
def briefed(store: Store, catalogue: Any) -> str:
    stages = Stages(store, catalogue, open_incident(store, catalogue))
    stages.collect(stages.begin()["get_service_status"])
    stages.draft()
    with store.begin() as conn:
        append_many(conn, [Entry("tomas", "vote.cast", "hold_x", payload={"decision": "approve"})])
    return stages.incident_id


def test_who_reconciles_counts_and_who_reads_asks(store: Store, login: Login, catalogue: Any, briefed: str) -> None:
    reader = login("holdpoint_read")

    def asked() -> dict[str, Any]:
        with reader.read() as conn:
            return {name: answer(conn, catalogue, catalogue.person("maya"), name).to_json() for name in QUESTIONS}

    before = asked()
    assert tallies.catch_up(login("holdpoint_propose")) > 5
    assert asked() == before
    assert tallies.rebuild(store) == 0


@pytest.mark.parametrize(
    "role", ["holdpoint_intake", "holdpoint_vote", "holdpoint_execute", "holdpoint_verify", "holdpoint_erase"]
)
def test_nobody_else_writes_counts(store: Store, login: Login, briefed: str, role: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        tallies.catch_up(login(role))


def test_only_the_tables_owner_makes_them_again(store: Store, login: Login, briefed: str) -> None:
    tallies.catch_up(store)
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE tally SET count = count + 1 WHERE kind = 'tool.called'")
    with pytest.raises(StoreError, match="tables' owner"):
        tallies.rebuild(login("holdpoint_propose"))
    assert tallies.rebuild(store) == 1
