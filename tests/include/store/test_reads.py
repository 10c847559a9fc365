"""Reads and evidence, when two tries are at work at once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from include.alerts.correlate import open_unreadable
from include.contracts.errors import StoreError
from include.contracts.evidence import Evidence, ReadRequest, text_digest
from include.store import reads
from include.store.database import Store, now
from include.store.tables.triage import evidence, read
from tests.overlap import overlap

pytestmark = pytest.mark.both_databases

REQUEST = ReadRequest(tool="get_service_status", params={"service": "shop-orders", "environment": "lab"})


@pytest.fixture
def incident_id(store: Store, catalogue: Any) -> str:
    with store.begin() as conn:
        return str(open_unreadable(conn, catalogue.source("lab"), "msg_1", now(conn), quiet_minutes=30).incident_id)


def _evidence(name: str, text: str = "shop-orders is RUNNING") -> Evidence:
    return Evidence(
        id=name,
        tool="get_service_status",
        params={},
        principal="incident_triage@service",
        label="internal",
        place="supervisor",
        collected_at=datetime(2026, 11, 20, tzinfo=UTC),
        text=text,
        digest=text_digest(text),
        output={},
    )


def _count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def test_two_that_plan_one_read_plan_it_once(store: Store, incident_id: str) -> None:
    plan = partial(reads.plan_one, incident_id=incident_id, briefing=1, principal="maya", request=REQUEST, label="internal")
    first, second = overlap(store, plan, plan)
    assert first == second
    assert _count(store, read) == 1


def test_two_that_keep_the_subject_keep_it_once(store: Store, incident_id: str) -> None:
    keep = partial(reads.add_subject, item=_evidence("subject-1"), incident_id=incident_id)
    overlap(store, keep, keep)
    assert _count(store, evidence) == 1


def test_a_failure_that_comes_after_the_answer_takes_nothing_back(store: Store, incident_id: str) -> None:
    with store.begin() as conn:
        read_id = reads.plan_one(conn, incident_id, 1, "maya", REQUEST, "internal")
    answer = partial(reads.answered, read_id=read_id, item=_evidence("ev-1"), incident_id=incident_id)
    overlap(store, answer, partial(reads.failed, read_id=read_id, reason="timeout"))
    with store.read() as conn:
        assert [item.id for item in reads.evidence_of(conn, incident_id, 1)] == ["ev-1"]
        assert reads.get(conn, read_id)["attempts"] == 2


def test_evidence_comes_in_the_order_asked_for_without_what_is_not_there(store: Store, incident_id: str) -> None:
    kept = {name: _evidence(name, f"{name} is RUNNING") for name in ("ev-1", "ev-2", "ev-3")}
    with store.begin() as conn:
        for item in kept.values():
            reads.add_subject(conn, item, incident_id=incident_id)
    with store.read() as conn:
        found = reads.evidence_by_ids(conn, ("ev-3", "ev-0", "ev-1"))
        assert list(found.items()) == [("ev-3", kept["ev-3"]), ("ev-1", kept["ev-1"])]
        assert reads.evidence_by_ids(conn, ()) == {}


@pytest.mark.parametrize("keep", [reads.add_subject, partial(reads.add_evidence, read_id="read_1")], ids=["subject", "read"])
def test_h09_evidence_that_is_not_redacted_is_kept_out(store: Store, incident_id: str, keep: Any) -> None:
    secret = _evidence("ev-1", "login with password=hunter2hunter2")
    with pytest.raises(StoreError, match="not redacted"), store.begin() as conn:
        keep(conn, item=secret, incident_id=incident_id)
    assert _count(store, evidence) == 0
