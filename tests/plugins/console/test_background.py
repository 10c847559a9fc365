"""Our trouble is not the server's: it starts, and Holdpoint follows as soon as its store can be had."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from include.store.database import Store
from plugins.console import background
from plugins.console import services as services_module
from plugins.console.background import BackgroundMiddleware


async def _lifespan(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "lifespan.startup.complete"})


def _start() -> list[str]:
    sent: list[str] = []

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def receive() -> Any:
        return {"type": "lifespan.startup"}

    asyncio.run(BackgroundMiddleware(_lifespan)({"type": "lifespan"}, receive, send))
    return sent


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would take the tests' own objects out of the garbage collector's sight is only noted."""
    calls: list[str] = []
    monkeypatch.setattr(background.gc, "freeze", lambda: calls.append("freeze"))
    return calls


def test_a_store_that_cannot_be_had_does_not_keep_the_server_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frozen: list[str]
) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'holdpoint.db'}")
    (tmp_path / "holdpoint.db").write_bytes(b"no database at all" * 100)
    own = services_module.Services(store)
    own._starter.backoff_s = 0.05
    monkeypatch.setattr(own.dispatcher, "_start_run", lambda *_: True)
    monkeypatch.setattr(own.dispatcher, "_find_run", lambda *_: None)
    monkeypatch.setattr(services_module, "services", lambda: own)
    try:
        assert _start() == ["lifespan.startup.complete"]
        assert frozen == ["freeze"]
        assert not own.started
        store.dispose()
        (tmp_path / "holdpoint.db").write_bytes(b"")
        deadline = time.monotonic() + 20
        while not own.started and time.monotonic() < deadline:
            time.sleep(0.05)
        assert own.started
    finally:
        own.stop()


def test_a_store_that_is_not_configured_right_does_not_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDPOINT_STORE", "mysql://nobody/nothing")
    services_module.services.cache_clear()
    try:
        assert _start() == ["lifespan.startup.complete"]
    finally:
        services_module.services.cache_clear()
