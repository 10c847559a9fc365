"""The intake over HTTP: who is let in, what is answered, what is on disk afterwards."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from include.contracts.errors import StoreError
from include.store.database import Store
from include.store.tables.incident import incident
from include.store.tables.intake import alert, counter, message
from plugins.console import turned_away
from plugins.console.app import mounts
from plugins.console.services import Services

TOKEN = "a-token-of-some-length"
SENTRY = "a-signing-secret"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def served(running: Services, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """The real application over its real store, in process; only Airflow's own trigger is not there."""
    monkeypatch.setenv("HOLDPOINT_SECRET_GENERIC", TOKEN)
    monkeypatch.setenv("HOLDPOINT_SECRET_SENTRY", SENTRY)
    monkeypatch.delenv("HOLDPOINT_SECRET_DATADOG", raising=False)
    monkeypatch.setattr(turned_away, "FLUSH_S", 0.0)
    airflow = FastAPI()
    for path, app in mounts():
        airflow.mount(path, app)
    return httpx.AsyncClient(transport=httpx.ASGITransport(airflow), base_url="http://testserver/holdpoint")


def _post(served: httpx.AsyncClient, source: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    import anyio

    async def send() -> httpx.Response:
        return await served.post(f"/alerts/{source}", content=body, headers=headers)

    return anyio.run(send)


def _alert(**fields: Any) -> bytes:
    base = {"title": "High error rate", "id": "7", "service": "shop-orders", "environment": "lab", "severity": "critical"}
    return json.dumps(base | {"status": "firing", "started_at": datetime.now(UTC).isoformat()} | fields).encode()


def _count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def test_an_authenticated_alert_is_on_disk_when_202_is_answered(served: httpx.AsyncClient, store: Store) -> None:
    answer = _post(served, "generic", _alert(), BEARER)
    assert answer.status_code == 202
    body = answer.json()
    assert body["understood"]
    assert len(body["incidents"]) == 1
    again = _post(served, "generic", _alert(), BEARER)
    assert again.status_code == 202
    assert again.json()["incidents"] == body["incidents"]
    assert (_count(store, incident), _count(store, alert)) == (1, 2)


@pytest.mark.parametrize(
    ("source", "headers"),
    [
        ("generic", {}),
        ("generic", {"Authorization": "Bearer "}),
        ("generic", {"Authorization": f"Bearer {TOKEN}x"}),
        ("generic", {"Authorization": f"Bearer {TOKEN[:-1]}"}),
        ("generic", {"Authorization": f"Basic {TOKEN}"}),
        ("datadog", BEARER),  # its own secret is not set: nobody can be it
        ("nobody", BEARER),
        ("sentry", {"Sentry-Hook-Signature": "0" * 64}),
    ],
)
def test_who_is_not_known_gets_401_and_is_counted_and_leaves_nothing_else(
    served: httpx.AsyncClient, store: Store, source: str, headers: dict[str, str]
) -> None:
    answer = _post(served, source, _alert(), headers)
    assert answer.status_code == 401
    assert answer.json() == {"error": "unauthenticated"}
    assert (_count(store, message), _count(store, incident)) == (0, 0)
    with store.read() as conn:
        assert conn.scalar(select(func.sum(counter.c.count))) == 1


def test_a_signature_is_over_every_byte(served: httpx.AsyncClient, store: Store) -> None:
    body = _alert()
    signature = {"Sentry-Hook-Signature": hmac.new(SENTRY.encode(), body, hashlib.sha256).hexdigest()}
    assert _post(served, "sentry", body + b" ", signature).status_code == 401
    assert _post(served, "sentry", body, signature).status_code == 202
    assert _count(store, message) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"title": ', id="broken JSON"),
        pytest.param(b'{"title": [1], "severity": {}}', id="wrong types"),
        pytest.param(_alert(started_at="2019-01-01T00:00:00Z"), id="a clock far off"),
        pytest.param(json.dumps({"alerts": [{"title": "x"}] * 10_000}).encode(), id="10,000 alerts"),
        pytest.param(b"[" * 200_000, id="depth"),
        pytest.param(b'{"title": "x", "pad": "' + b"y" * 6_000_000 + b'"}', id="6 MB"),
        pytest.param(b"\x00\xff" * 50_000, id="binary"),
        pytest.param(b"", id="empty"),
    ],
)
def test_h10_an_authenticated_post_that_cannot_be_understood_is_answered_202_and_pages(
    served: httpx.AsyncClient, store: Store, body: bytes
) -> None:
    answer = _post(served, "generic", body, BEARER)
    assert answer.status_code == 202
    assert not answer.json()["understood"]
    with store.read() as conn:
        kept = conn.execute(select(message)).mappings().one()
        opened = conn.execute(select(incident)).mappings().one()
    assert (kept["digest"], kept["length"]) == (hashlib.sha256(body).hexdigest(), len(body))
    assert len(kept["body"]) <= 64 * 1024 * 8  # the first 64 KB; what is no text is written out
    assert kept["truncated"] == (len(body) > 64 * 1024)
    assert (opened["kind"], opened["owner"]) == ("unreadable", "maya")


def test_a_signed_post_too_large_to_check_is_not_let_in(served: httpx.AsyncClient, store: Store) -> None:
    body = b"x" * 21_000_000
    signature = {"Sentry-Hook-Signature": hmac.new(SENTRY.encode(), body, hashlib.sha256).hexdigest()}
    assert _post(served, "sentry", body, signature).status_code == 401
    assert _count(store, message) == 0


@pytest.mark.parametrize("path", ["/alerts/", "/alerts/a/b", "/alerts/..%2f..%2fetc", "/docs", "/openapi.json", "/redoc"])
def test_nothing_else_is_served(served: httpx.AsyncClient, path: str, tmp_path: Path) -> None:
    import anyio

    async def get() -> int:
        return (await served.get(path)).status_code

    assert anyio.run(get) in {404, 405}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_the_intake_takes_posts_only(served: httpx.AsyncClient, method: str) -> None:
    import anyio

    async def ask() -> httpx.Response:
        return await served.request(method, "/alerts/generic", headers=BEARER)

    answer = anyio.run(ask)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreError("canary", next_step="wait"), 503),
        (OperationalError("canary", {}, Exception("canary")), 503),
        (RuntimeError("canary"), 500),
    ],
)
def test_h12_a_post_that_fails_is_an_error_for_its_sender_without_its_words(
    served: httpx.AsyncClient, running: Services, monkeypatch: pytest.MonkeyPatch, caplog: Any, error: Exception, status: int
) -> None:
    """A 5xx: senders keep what was answered so, and send it again."""

    async def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(running.committer, "accept", fail)
    answer = _post(served, "generic", _alert(), BEARER)
    assert answer.status_code == status
    assert "canary" not in answer.text + caplog.text
    assert type(error).__name__ in caplog.text


def test_nothing_of_a_strangers_body_is_read_where_the_header_decides(served: httpx.AsyncClient) -> None:
    import anyio

    read = []

    async def endless() -> Any:
        for _ in range(100):
            read.append(1)
            yield b"x" * 1_000_000

    async def send() -> httpx.Response:
        return await served.post("/alerts/generic", content=endless(), headers={"Authorization": "Bearer no"})

    assert anyio.run(send).status_code == 401
    assert not read


def test_a_store_that_is_locked_does_not_hold_up_the_event_loop(served: httpx.AsyncClient, store: Store) -> None:
    """Anybody may be turned away; nobody else must wait for that."""
    import anyio

    _post(served, "generic", _alert(), BEARER)
    gaps: list[float] = []

    async def watch() -> None:
        while True:
            before = anyio.current_time()
            await anyio.sleep(0.01)
            gaps.append(anyio.current_time() - before)

    async def run() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(watch)
            with store.begin():
                with anyio.move_on_after(0.6):
                    await served.post("/alerts/nobody", content=b"")
            group.cancel_scope.cancel()

    anyio.run(run)
    assert max(gaps) < 0.5
