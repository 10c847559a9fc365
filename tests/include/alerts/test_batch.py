"""Many posts in one transaction end as they would one by one; only the number of statements differs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from include.alerts.intake import Accepted, Post, commit
from include.contracts.alert import Alert, AlertStatus, Severity
from include.store.database import Store
from include.store.tables.incident import dispatch, firing, incident
from include.store.tables.intake import alert, message

pytestmark = pytest.mark.both_databases

_numbers = itertools.count()


def _alert(name: str, identity: int, status: AlertStatus, severity: Severity) -> Alert:
    return Alert(
        source="lab",
        fingerprint=f"{identity:064x}",
        status=status,
        severity=severity,
        service="shop-orders",
        environment="lab",
        title=name,
        started_at=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
        labels={"alertname": name},
    )


def _post(catalogue: Any, alerts: Sequence[Alert]) -> Post:
    problem = None if alerts else "It holds nothing."
    return Post(catalogue.source("lab"), b"{}", "0" * 64, 2, tuple(alerts), problem=problem)


def _outcomes(answers: Sequence[Accepted]) -> list[list[str]]:
    return [[outcome.event for outcome in answer.outcomes] for answer in answers]


def _rows(store: Store) -> dict[str, Any]:
    """All that may not depend on how posts were grouped: incidents by title and generation, not by their random ids."""
    with store.read() as conn:
        found = {row["id"]: row for row in conn.execute(select(incident)).mappings()}
        names = {key: (row["key"], row["generation"]) for key, row in found.items()} | {None: None}
        same = ("kind", "status", "severity", "briefing", "alert_count", "title")
        return {
            "incidents": sorted(
                (*names[key], *(row[name] for name in same), names[row["umbrella_id"]]) for key, row in found.items()
            ),
            "firing": sorted((*names[row.incident_id], row.fingerprint) for row in conn.execute(select(firing))),
            "dispatches": sorted((*names[row.incident_id], row.briefing, row.reason) for row in conn.execute(select(dispatch))),
            "alerts": [
                (names[row.incident_id], row.title, row.status) for row in conn.execute(select(alert).order_by(alert.c.id))
            ],
            "messages": len(conn.execute(select(message.c.id)).all()),
        }


one = st.builds(
    _alert,
    st.sampled_from(["Latency", "Errors", "Disk"]),
    st.integers(1, 2),
    st.sampled_from([AlertStatus.FIRING, AlertStatus.FIRING, AlertStatus.RESOLVED]),
    st.sampled_from([Severity.WARNING, Severity.WARNING, Severity.CRITICAL]),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


def _fresh(folder: Path) -> Store:
    store = Store.open(f"sqlite:///{folder / f'{next(_numbers)}.db'}")
    store.migrate()
    return store


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(one, max_size=3), min_size=1, max_size=8))
def test_a_batch_ends_as_its_posts_would_one_by_one(folder: Path, catalogue: Any, sent: list[list[Alert]]) -> None:
    together, alone = _fresh(folder), _fresh(folder)
    posts = [_post(catalogue, alerts) for alerts in sent]
    with together.begin() as conn:
        first = commit(conn, catalogue, posts)
    second = []
    for post in posts:
        with alone.begin() as conn:
            second += commit(conn, catalogue, [post])
    try:
        assert _outcomes(first) == _outcomes(second)
        assert _rows(together) == _rows(alone)
    finally:
        together.dispose()
        alone.dispose()


def test_repeats_are_counted_and_the_last_alert_decides(store: Store, catalogue: Any) -> None:
    fires, ends = (_alert("Disk", 1, status, Severity.WARNING) for status in (AlertStatus.FIRING, AlertStatus.RESOLVED))
    with store.begin() as conn:
        answers = commit(conn, catalogue, [_post(catalogue, [item]) for item in (fires, fires, fires, ends, fires)])
    assert _outcomes(answers) == [
        ["incident.opened"],
        ["incident.attached"],
        ["incident.attached"],
        ["incident.resolved"],
        ["incident.attached"],
    ]
    (row,) = _rows(store)["incidents"]
    assert row[3:7] == ("open", "warning", 1, 5)
    assert [item[2] for item in _rows(store)["alerts"]] == ["firing", "firing", "firing", "resolved", "firing"]


def test_a_repeat_costs_no_statements_of_its_own(store: Store, catalogue: Any) -> None:
    fires = _post(catalogue, [_alert("Disk", 1, AlertStatus.FIRING, Severity.WARNING)])
    with store.begin() as conn:
        commit(conn, catalogue, [fires])
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: said.append(args[2]))

    def cost(posts: int) -> int:
        said.clear()
        with store.begin() as conn:
            commit(conn, catalogue, [fires] * posts)
        return len(said)

    assert cost(50) == cost(1)
