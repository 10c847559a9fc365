"""What a stranger may make the API server hold, and for how long."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest
from starlette.requests import Request

from plugins.console import body as body_module
from plugins.console.body import Busy, read_body


def _request(*chunks: bytes | None) -> Request:
    said = list(chunks)

    async def receive() -> Any:
        chunk = said.pop(0)
        if chunk is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": chunk, "more_body": bool(said)}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def test_what_is_over_the_limit_is_counted_and_not_kept() -> None:
    body = asyncio.run(read_body(_request(b"x" * 60, b"y" * 60), limit=100, whole=False))
    assert body is not None
    assert (body.length, len(body.beginning)) == (120, 101)
    assert body.digest == hashlib.sha256(b"x" * 60 + b"y" * 60).hexdigest()
    assert asyncio.run(read_body(_request(b"x" * 401), limit=100, whole=True)) is None


def test_who_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "WITHIN_S", 0.05)
    with pytest.raises(TimeoutError):
        asyncio.run(read_body(_request(b"x", None), limit=100, whole=False))


def test_many_that_prove_nothing_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "HELD_UNPROVED", 250)

    async def run() -> Any:
        held = [asyncio.create_task(read_body(_request(b"x" * 100, None), limit=100, whole=True)) for _ in range(2)]
        await asyncio.sleep(0.01)
        with pytest.raises(Busy):
            await read_body(_request(b"x" * 100), limit=100, whole=True)
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        return await read_body(_request(b"x" * 100), limit=100, whole=True)

    assert asyncio.run(run()).length == 100
    assert body_module._held["bytes"] == 0
