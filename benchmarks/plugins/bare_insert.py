"""The floor of the intake: an endpoint in the same API server that does one durable insert and answers.

It is asked with GET, so that it passes our one-writer lock as freely as the intake does.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from typing import Any

from airflow.plugins_manager import AirflowPlugin

_own = threading.local()


def _connection() -> sqlite3.Connection:
    if not hasattr(_own, "connection"):
        _own.connection = sqlite3.connect(os.environ["BENCH_BARE_DB"], timeout=60, isolation_level=None)
        _own.connection.execute("PRAGMA journal_mode=WAL")
        _own.connection.execute("PRAGMA synchronous=FULL")
        _own.connection.execute("CREATE TABLE IF NOT EXISTS post (id INTEGER PRIMARY KEY, body TEXT)")
    return _own.connection


def _insert(body: bytes) -> None:
    _connection().execute("INSERT INTO post (body) VALUES (?)", (body.decode(),))


class BareInsertPlugin(AirflowPlugin):
    name = "bare_insert"

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        from fastapi import FastAPI
        from starlette.concurrency import run_in_threadpool
        from starlette.requests import Request
        from starlette.responses import JSONResponse
        from starlette.routing import Route

        async def receive(request: Request) -> JSONResponse:
            await run_in_threadpool(_insert, await request.body())
            return JSONResponse({"kept": True}, status_code=202)

        app = FastAPI(routes=[Route("/insert", receive, methods=["GET"])])
        return [{"app": app, "url_prefix": "/bare", "name": "bare insert"}]
