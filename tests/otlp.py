"""A collector for tests: a real HTTP server that takes OTLP and decodes the protobuf; it can be slow, or refuse."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass
class Collector:
    status: int = 200
    slow_s: float = 0.0
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""

    def requests(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(body) for body in self.bodies]

    def spans(self) -> list[Any]:
        """All spans that came, in the order in which they ended."""
        found = [
            span
            for request in self.requests()
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
        return sorted(found, key=lambda span: span.end_time_unix_nano)

    def wait(self, count: int, seconds: float = 5.0) -> list[Any]:
        """The spans, once there are so many."""
        until = time.monotonic() + seconds
        while len(self.spans()) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.spans()

    def by_name(self, count: int) -> dict[str, Any]:
        return {span.name: span for span in self.wait(count)}


def attributes(span: Any) -> dict[str, Any]:
    """Its attributes as Python values."""
    return {item.key: getattr(item.value, item.value.WhichOneof("value")) for item in span.attributes}


@contextmanager
def collecting(collector: Collector | None = None) -> Iterator[Collector]:
    """A collector on loopback."""
    own = collector or Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(own.slow_s)
            own.paths.append(self.path)
            if own.status == 200:
                own.bodies.append(body)
            try:
                self.send_response(own.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:  # it did not wait for us
                return

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    own.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield own
    finally:
        server.shutdown()
        server.server_close()


def without_settings(environ: Any = os.environ) -> dict[str, str]:
    """The environment without any setting of telemetry."""
    return {key: value for key, value in environ.items() if not key.startswith("OTEL_") and key != "HOLDPOINT_OTLP_ENDPOINT"}
