"""One writing request at a time, and nobody who can keep the turn by doing nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from plugins.console import one_writer
from plugins.console.one_writer import OneWriterMiddleware

SCOPE = {"type": "http", "method": "POST", "path": "/api/v2/dags", "headers": []}


class Requests:
    """Requests against an application that reads its body, then works for a moment."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.at_once = self.most_at_once = 0
        self.middleware = OneWriterMiddleware(self._app, enabled=True)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message.get("more_body", False)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.01)
        self.at_once -= 1
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def post(self, *chunks: bytes | None, **scope: Any) -> list[Any]:
        """None among the chunks: the client says nothing more, for ever."""
        said, sent = list(chunks), []

        async def receive() -> Any:
            chunk = said.pop(0)
            if chunk is None:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": chunk, "more_body": bool(said)}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.middleware({**SCOPE, **scope}, receive, send)
        return sent


def test_a_client_that_never_ends_its_body_does_not_keep_the_turn() -> None:
    async def run() -> list[bytes]:
        requests = Requests()
        stuck = asyncio.create_task(requests.post(b"a", None))
        await asyncio.sleep(0.01)
        await asyncio.wait_for(requests.post(b"b", b"c"), timeout=2)
        stuck.cancel()
        return requests.bodies

    assert asyncio.run(run()) == [b"bc"]


def test_writing_requests_go_one_by_one_and_reading_ones_and_ours_do_not() -> None:
    async def most(**scope: Any) -> int:
        requests = Requests()
        await asyncio.gather(*(requests.post(b"x", **scope) for _ in range(3)))
        return requests.most_at_once

    assert asyncio.run(most()) == 1
    assert asyncio.run(most(method="GET")) == 3
    assert asyncio.run(most(path="/holdpoint/alerts/lab")) == 3
    assert asyncio.run(most(path="/holdpoint/incidents/inc_1/feedback/summary")) == 3


def test_a_body_that_is_too_large_is_refused_and_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_writer, "MAX_BODY_BYTES", 3)

    async def run() -> tuple[list[Any], list[bytes]]:
        requests = Requests()
        return await requests.post(b"1234", None), requests.bodies

    sent, bodies = asyncio.run(run())
    assert sent[0]["status"] == 413
    assert bodies == []
