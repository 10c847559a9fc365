"""One writing request at a time where Airflow's own database is SQLite.

Airflow 3.3 commits its audit rows on the event loop; while another request's thread holds SQLite's write lock and needs that
loop, both wait until the busy timeout, and the scheduler crashes with "database is locked". Letting one writing request pass
at a time avoids it. The intake writes to Holdpoint's own store, never to Airflow's database, and passes freely.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

READING = frozenset({"GET", "HEAD", "OPTIONS"})
INTAKE = "/holdpoint/alerts/"


class OneWriterMiddleware:
    """Pure ASGI, so that nothing is buffered."""

    def __init__(self, app: ASGIApp, *, enabled: bool | None = None) -> None:
        self.app = app
        self.enabled = _on_sqlite() if enabled is None else enabled
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        free = not self.enabled or scope["type"] != "http" or scope["method"] in READING or scope["path"].startswith(INTAKE)
        if free:
            await self.app(scope, receive, send)
            return
        async with self._turn:
            await self.app(scope, receive, send)


def _on_sqlite() -> bool:
    from airflow.configuration import conf

    return str(conf.get("database", "sql_alchemy_conn")).startswith("sqlite")
