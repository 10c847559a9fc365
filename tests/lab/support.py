"""A real webhook receiver on loopback, and waiting for what must come."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from lab.alerting.scrape import parse
from lab.estate import Estate

T = TypeVar("T")


def eventually(look: Callable[[], T], *, within: float, what: str) -> T:
    """The first truthy value of `look`, or a failure that says what never came."""
    deadline = time.monotonic() + within
    while True:
        value = look()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        time.sleep(0.1)


@dataclass(frozen=True)
class Post:
    at: float  # Unix time
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    answered: int

    @property
    def about(self) -> tuple[str, str]:
        labels = self.body["commonLabels"]
        return labels["alertname"], labels["service"]


@dataclass
class Receiver:
    """Keeps every post; answers 202, or for one alert a few times with another status."""

    posts: list[Post] = field(default_factory=list)
    refusals: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                labels = body.get("commonLabels", {})
                waiting = receiver.refusals.get((labels.get("alertname"), labels.get("service")), [])
                code = waiting.pop(0) if waiting else 202
                receiver.posts.append(Post(time.time(), self.path, dict(self.headers), body, code))
                self.send_response(code)
                if code in (301, 302, 307, 308):
                    self.send_header("Location", f"{receiver.url}/elsewhere")
                self.end_headers()

            def do_GET(self) -> None:
                receiver.posts.append(Post(time.time(), self.path, dict(self.headers), {}, 200))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def about(self, alertname: str, service: str, status: str) -> list[Post]:
        return [post for post in self.posts if post.about == (alertname, service) and post.body["status"] == status]

    def fires(self, alertname: str, service: str) -> bool:
        statuses = [post.body["status"] for post in self.posts if post.about == (alertname, service) and post.answered == 202]
        return bool(statuses) and statuses[-1] == "firing"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Traces:
    """What an investigation could read about the estate since a moment."""

    def __init__(self, estate: Estate, since: str) -> None:
        self._estate, self._since = estate, since

    def log(self, service: str, text: str) -> list[dict[str, Any]]:
        lines = self._estate.layout.log(service).read_text(encoding="utf-8").splitlines()
        return [line for line in map(json.loads, lines) if line["at"] >= self._since and text in line["message"]]

    def state(self, program: str) -> str:
        return str(self._estate.supervisor.programs()[program]["statename"])

    def metric(self, service: str, name: str, **labels: str) -> float:
        with urllib.request.urlopen(self._estate.facts()["services"][service]["metrics_url"], timeout=5) as answer:
            samples = parse(answer.read().decode())
        return sum(each.value for each in samples if each.name == name and labels.items() <= each.labels.items())

    def git(self, service: str, *arguments: str) -> str:
        repository = self._estate.layout.repository(service)
        return subprocess.run(["git", "-C", repository, *arguments], capture_output=True, text=True, check=True).stdout.strip()

    def health(self, service: str) -> str:
        return self._estate.health(service)


@dataclass(frozen=True)
class Outage:
    """One outage of payments: what its posts were, and how payments looked while it lasted."""

    record: dict[str, Any]
    traces: Traces
    state: str
    health: str
    posts: list[Post]
