"""Real servers on loopback, connections in the environment, and the example catalogue with other places in it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="holdpoint-airflow-"))

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def window() -> dict[str, Any]:
    """The last hour of shop-payments in the lab."""
    return {
        "service": "shop-payments",
        "environment": "lab",
        "since": NOW - timedelta(hours=1),
        "until": NOW + timedelta(hours=1),  # a session may be long, and these tests look at what it wrote
    }


@pytest.fixture(scope="session")
def catalogue() -> Any:
    """The example, with places that these tests know."""
    from include.catalogue.loader import EXAMPLE, load_catalogue

    example = load_catalogue(EXAMPLE, "")
    rows = []
    for row in example.tables["services"]:
        short = row.name.removeprefix("shop-")
        systems: dict[str, Any] = {
            "supervisor": {"processes": [row.name]},
            "logs": {"files": [f"{short}.log"]},
            "metrics": {"endpoint": short},
            "prometheus": {"queries": {"requests": f'sum(rate(http_requests_total{{service="{row.name}"}}[1m]))'}},
            "alertmanager": {"matcher": row.name},
            "deployments": {"repository": short},
            "tickets": {"queue": "shop"},
        }
        if short == "payments":
            systems["auth_log"] = {"sshd": ["auth.log"], "windows_4625": ["security-4625.json"]}
        rows.append(row.model_copy(update={"systems": systems}))
    return dataclasses.replace(example, tables={**example.tables, "services": tuple(rows)})


@pytest.fixture
def located(catalogue: Any) -> Callable[..., Any]:
    """`located(logs={"files": […]})`: shop-payments is found there; `located("shop-orders", …)`: that service."""

    def build(service: str = "shop-payments", *, of: Any = None, **systems: Any) -> Any:
        base = of or catalogue
        rows = tuple(
            row.model_copy(update={"systems": {**row.systems, **systems}}) if row.name == service else row
            for row in base.tables["services"]
        )
        return dataclasses.replace(base, tables={**base.tables, "services": rows})

    return build


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`connect("holdpoint_logs", extra={…})`: an Airflow connection, as an environment variable."""

    def add(name: str, **fields: Any) -> None:
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps({"conn_type": "generic", **fields}))

    return add


class Server:
    """An HTTP server that answers `reply` (status, headers, body) to everything and remembers what it was asked."""

    def __init__(self, reply: Any) -> None:
        self.reply, self.requests = reply, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.requests.append((self.command, self.path, dict(self.headers), body))
                reply = outer.reply(len(outer.requests), self.path) if callable(outer.reply) else outer.reply
                status, headers, content = reply
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                if "Content-Length" not in headers and "Transfer-Encoding" not in headers:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = _answer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> dict[str, Any]:
        return {"conn_type": "http", "host": "127.0.0.1", "port": self.port}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """`serve(b"body")`, `serve(b"", 429, **{"Retry-After": "1"})`, or `serve(function of (number of request, path))`."""
    servers: list[Server] = []

    def start(body: Any = b"", status: int = 200, **headers: str) -> Server:
        reply = body if callable(body) else (status, headers, body)
        servers.append(Server(reply))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def talk() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    """`talk(function of a socket)`: a raw TCP server; its port. The function runs in a thread per connection."""
    listeners: list[socket.socket] = []

    def start(conversation: Callable[[socket.socket], None]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def handle(wire: socket.socket) -> None:
            with wire, contextlib.suppress(OSError):
                conversation(wire)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    wire, _ = listener.accept()
                    threading.Thread(target=handle, args=(wire,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listeners:
        listener.close()
