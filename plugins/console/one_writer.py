"""One writing request at a time where Airflow's own database is SQLite.

Airflow 3.3 commits its audit rows on the event loop; while another request's thread holds SQLite's write lock and needs that
loop, both wait until the busy timeout, and the scheduler crashes with "database is locked". Letting one writing request pass
at a time avoids it. The intake and the console write to Holdpoint's own store, never to Airflow's database, and pass freely.
"""

from __future__ import annotations

import asyncio
from collections import deque

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READING = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = "/holdpoint/"
MAX_BODY_BYTES = 64 * 1024 * 1024


class OneWriterMiddleware:
    """Pure ASGI: answers are not buffered, and of the requests only the body, which FastAPI would hold as well."""

    def __init__(self, app: ASGIApp, *, enabled: bool | None = None) -> None:
        self.app = app
        self.enabled = _on_sqlite() if enabled is None else enabled
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        free = not self.enabled or scope["type"] != "http" or scope["method"] in READING or scope["path"].startswith(OURS)
        if free:
            await self.app(scope, receive, send)
            return
        # All of the body before the turn: whoever sends slowly, or never ends, must not keep the others waiting.
        whole = await _received(receive)
        if whole is None:
            await PlainTextResponse("The body is too large.", status_code=413)(scope, receive, send)
            return
        async with self._turn:
            await self.app(scope, whole, send)


async def _received(receive: Receive) -> Receive | None:
    """Wait for the whole body; a `receive` that gives it again. None when it is larger than anything Airflow is sent."""
    messages: deque[Message] = deque()
    length = 0
    while not messages or messages[-1].get("more_body", False):
        messages.append(await receive())
        length += len(messages[-1].get("body", b""))
        if length > MAX_BODY_BYTES:
            return None

    async def again() -> Message:
        return messages.popleft() if messages else await receive()

    return again


def _on_sqlite() -> bool:
    from airflow.configuration import conf

    return str(conf.get("database", "sql_alchemy_conn")).startswith("sqlite")
