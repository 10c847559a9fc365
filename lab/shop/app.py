"""What the three services share: HTTP, configuration, log, metrics, health, and life under a supervisor."""

from __future__ import annotations

import argparse
import json
import socketserver
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Generic

from include.contracts.errors import ConfigError
from lab import process, web
from lab.layout import WORK_PATH, Layout
from lab.logs import JsonLog
from lab.shop.config import C, changes, load
from lab.shop.metrics import CONTENT_TYPE, Registry
from lab.shop.trace import Trace

_MAX_BODY = 65_536
_CONFIG_EXIT = 78  # EX_CONFIG of sysexits.h
_DRAIN_SECONDS = 1.0
_SHUTDOWN_POLL = 0.2  # seconds


class WorkFailed(Exception):
    """A request that ends in an HTTP error: `code` is answered, the text is logged and answered."""

    def __init__(self, code: int, reason: str, **fields: object) -> None:
        super().__init__(reason)
        self.code, self.fields = code, fields


class App(Generic[C]):
    """One service. A subclass gives `name`, `config_class` and `work`, and may give `unhealthy` and `configured`."""

    name: ClassVar[str]
    config_class: type[C]

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.log = JsonLog(self.name, layout.log(self.name))
        self.metrics = Registry(self.name)
        self.config = self._load()
        self.build = _build(layout.repository(self.name))
        started = time.time()
        self.metrics.info("build_info", "Version and commit of the deployed configuration.", lambda: self.build)
        self.metrics.gauge("process_start_time_seconds", "Start of the process, Unix time.", lambda: started)
        self.requests = self.metrics.counter("http_requests_total", "Requests to the work endpoint.", label="code")
        self.durations = self.metrics.histogram("http_request_duration_seconds", "Time to answer a request.")

    def work(self, order: dict[str, Any], trace: Trace) -> dict[str, Any]:
        """Do the service's work for one request body; raise WorkFailed to answer an HTTP error."""
        raise NotImplementedError

    def unhealthy(self) -> str:
        """Why /healthz must answer 503, or "" while all is well."""
        return ""

    def configured(self) -> None:
        """Called after a changed configuration was accepted."""

    def reload(self) -> None:
        """Take over a changed configuration; keep the old one where the new one is refused."""
        before = self.config
        try:
            self.config = self._load()
        except ConfigError as error:
            self.log.error("configuration not reloaded", reason=error.message)
            return
        self.build = _build(self.layout.repository(self.name))
        self.configured()
        self.log.info("configuration reloaded", changes=changes(before, self.config), **self.build)

    def call(self, upstream: str, base: str, order: dict[str, Any], trace: Trace, timeout_ms: int) -> dict[str, Any]:
        """POST `order` to another service; its failure becomes ours, as a gateway's: 502, 503 or 504."""
        headers = {"Content-Type": "application/json", "traceparent": trace.child()}
        url = base + WORK_PATH[upstream]
        try:
            code, answer = web.request(url, body=json.dumps(order).encode(), headers=headers, timeout=timeout_ms / 1000)
        except web.Unreachable as error:
            code = 504 if error.timed_out else 502
            raise WorkFailed(code, f"{upstream} failed: {error}", upstream=upstream, address=base) from error
        if code >= 500:
            raise WorkFailed(code if code in (503, 504) else 502, f"{upstream} answered {code}", upstream=upstream, address=base)
        if code != 200:
            raise WorkFailed(code, f"{upstream} refused the request with {code}", upstream=upstream, address=base)
        result: dict[str, Any] = json.loads(answer)
        return result

    def _load(self) -> C:
        return load(self.config_class, self.layout.config(self.name), self.layout.override(self.name))


class _Server(ThreadingHTTPServer):
    request_queue_size = 64

    def __init__(self, app: App[Any]) -> None:
        self.app = app
        self.in_flight = 0
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", app.config.port), _Handler)

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # the base class looks its own name up in DNS, which can take seconds
        self.server_name, self.server_port = "127.0.0.1", self.app.config.port

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 (socketserver's signature)
        self.app.log.warning("client connection broken", error=type(sys.exc_info()[1]).__name__)

    def drain(self, seconds: float) -> None:
        """Stop accepting, then give running requests `seconds` to end."""
        self.shutdown()
        deadline = time.monotonic() + seconds
        while self.in_flight and time.monotonic() < deadline:
            time.sleep(0.02)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10  # a client that sends nothing must not hold a thread for ever

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to stderr: what matters is in the JSON log."""

    def do_GET(self) -> None:
        app = self.server.app
        if self.path == "/metrics":
            self._answer(200, app.metrics.render(), CONTENT_TYPE)
        elif self.path == "/healthz":
            reason = app.unhealthy()
            self._json(503 if reason else 200, {"status": "unhealthy" if reason else "ok", "service": app.name, "reason": reason})
        else:
            self._json(405 if self.path == WORK_PATH[app.name] else 404, {"error": f"no such page: GET {self.path}"})

    def do_POST(self) -> None:
        app = self.server.app
        if self.path != WORK_PATH[app.name]:
            self._json(404, {"error": f"no such page: POST {self.path}"})
            return
        with self.server.lock:
            self.server.in_flight += 1
        try:
            self._work(app)
        finally:
            with self.server.lock:
                self.server.in_flight -= 1

    def _work(self, app: App[Any]) -> None:
        trace, began = Trace.of(self.headers.get("traceparent")), time.monotonic()
        code, answer = self._outcome(app, trace)
        seconds = time.monotonic() - began
        app.requests.add(str(code))
        app.durations.observe(seconds)
        message = f"{self.command} {self.path} {code}"
        app.log.info(message, trace=trace.id, code=code, duration_ms=round(seconds * 1000, 1))
        self._json(code, answer)

    def _outcome(self, app: App[Any], trace: Trace) -> tuple[int, dict[str, Any]]:
        try:
            return 200, app.work(self._body(), trace)
        except WorkFailed as failure:
            (app.log.error if failure.code >= 500 else app.log.warning)(str(failure), trace=trace.id, **failure.fields)
            return failure.code, {"error": str(failure), "trace": trace.id}
        except Exception as error:  # a bug answers 500 and is logged; it does not end the service
            app.log.error("request failed unexpectedly", trace=trace.id, error=f"{type(error).__name__}: {error}")
            return 500, {"error": "internal error", "trace": trace.id}

    def _body(self) -> dict[str, Any]:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise WorkFailed(411, "the request has no valid Content-Length")
        if int(length) > _MAX_BODY:
            raise WorkFailed(413, f"the request is longer than {_MAX_BODY} bytes")
        try:
            order = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError) as error:
            raise WorkFailed(400, "the request is not JSON") from error
        amount = order.get("amount_cents") if isinstance(order, dict) else None
        if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount < 10**9:
            raise WorkFailed(400, "the request has no amount_cents between 1 and 999999999")
        return dict(order)

    def _json(self, code: int, value: object) -> None:
        self._answer(code, (json.dumps(value) + "\n").encode(), "application/json")

    def _answer(self, code: int, body: bytes, kind: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _build(repository: Path) -> dict[str, str]:
    """`{"version": "deploy-3", "commit": "9f3c…"}` of the deployed configuration, "unknown" where git does not say."""
    command = ["git", "-C", str(repository), "describe", "--tags", "--long", "--abbrev=12"]
    try:
        described = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return {"version": "unknown", "commit": "unknown"}
    version, _, commit = described.rsplit("-", 2)
    return {"version": version, "commit": commit.removeprefix("g")}


def main(kind: type[App[Any]]) -> int:
    """Run a service until SIGTERM; SIGHUP reloads its configuration. 78 where the configuration is refused."""
    parser = argparse.ArgumentParser(description=kind.__doc__)
    parser.add_argument("--dir", type=Path, default=Path(), help="the lab's directory (default: here)")
    layout = Layout(parser.parse_args().dir.resolve())
    process.prepare()
    try:
        app = kind(layout)
        server = _Server(app)
    except (ConfigError, OSError) as error:
        reason = error.message if isinstance(error, ConfigError) else f"cannot listen: {error}"
        JsonLog(kind.name, layout.log(kind.name)).error("service not started", reason=reason)
        print(f"{kind.name}: {reason}", file=sys.stderr)
        return _CONFIG_EXIT
    threading.Thread(target=server.serve_forever, args=(_SHUTDOWN_POLL,), daemon=True).start()
    app.log.info("service started", port=app.config.port, **app.build)
    process.wait_for_stop(app.reload)
    server.drain(_DRAIN_SECONDS)
    app.log.info("service stopped")
    return 0
