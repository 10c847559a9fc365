"""Group commit: every answer stands for something on disk, and one bad post costs nobody else anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import wait
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from include.alerts import intake
from include.alerts.intake import Post, prepare
from include.store.database import Store
from include.store.tables.incident import incident
from include.store.tables.intake import alert, message
from plugins.console.committer import Committer

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def committer(store: Store) -> Iterator[Committer]:
    worker = Committer(store, on_commit=lambda: None)
    worker.start()
    yield worker
    worker.stop()


def _generic(title: str) -> bytes:
    body = {
        "title": title,
        "service": "shop-orders",
        "environment": "lab",
        "severity": "warning",
        "status": "firing",
        "id": title,
    }
    return json.dumps(body | {"started_at": NOW.isoformat()}).encode()


def _post(catalogue: Any, body: bytes) -> Post:
    return prepare(body, catalogue.source("generic"), catalogue, received_at=NOW)


def _count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def test_every_answered_post_is_in_the_store(committer: Committer, store: Store, catalogue: Any) -> None:
    futures = [committer.submit(catalogue, _post(catalogue, _generic(f"Alarm {'x' * (n % 7)}"))) for n in range(200)]
    done, late = wait(futures, timeout=30)
    assert not late
    assert {future.result().problem for future in done} == {None}
    assert (_count(store, message), _count(store, alert), _count(store, incident)) == (200, 200, 7)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'{"title": {"a": 1}}',
        b"\xff\xfe",
        b'{"a": 1, "a": 2}',
        b"[" * 10_000,
        b'{"title": "x", "severity": NaN}',
    ],
)
def test_h10_what_cannot_be_understood_is_kept_and_becomes_an_incident(
    committer: Committer, store: Store, catalogue: Any, body: bytes
) -> None:
    answer = committer.submit(catalogue, _post(catalogue, body)).result(30)
    assert answer.problem
    assert answer.outcomes[0].event == "incident.opened"
    with store.read() as conn:
        kept = conn.execute(select(message)).mappings().one()
    assert (kept["digest"], kept["length"]) == (hashlib.sha256(body).hexdigest(), len(body))


def test_a_post_that_trips_the_commit_pages_its_owner_and_spares_the_others(
    committer: Committer, store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = intake.correlate

    def tripping(*args: Any) -> Any:
        if any(item.title == "poison" for item in args[4]):
            raise RuntimeError("tripped")
        return real(*args)

    monkeypatch.setattr(intake, "correlate", tripping)
    posts = [_post(catalogue, _generic(title)) for title in ("good", "poison", "fine")]
    good, poison, fine = [committer.submit(catalogue, post).result(30) for post in posts]
    assert (good.problem, fine.problem) == (None, None)
    assert poison.problem
    assert poison.outcomes[0].event == "incident.opened"


def test_a_store_that_is_gone_is_an_error_and_not_an_answer(
    store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Committer(store, on_commit=lambda: None)

    def gone() -> Any:
        raise OSError("disk gone")

    monkeypatch.setattr(store, "begin", gone)
    worker.start()
    future = worker.submit(catalogue, _post(catalogue, _generic("x")))
    with pytest.raises(OSError, match="disk gone"):
        future.result(30)
    worker.stop()
