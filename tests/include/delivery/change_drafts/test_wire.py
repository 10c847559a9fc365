"""One host, no redirects, bounded in time and size, and exact about what is known after a write."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from include.contracts.errors import ConfigError, DeliveryFailed, RateLimited, ReadFailed
from include.delivery.change_drafts import wire as module
from include.delivery.change_drafts.base import Lost
from include.delivery.change_drafts.wire import Wire
from tests.change_systems import AUTHORIZATION, Jira, as_json

PATH = "/rest/api/3/issue/1"


def wire(url: str, timeout_s: float = 10.0) -> Wire:
    return Wire(system="Jira", url=url, authorization=AUTHORIZATION, timeout_s=timeout_s)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "jira",
        "ftp://x",
        "http://changes.example.com",
        "https://user:pw@x.example",
        "https://x.example?y=1",
        "https://",
        "http://127.0.0.1.evil.example",
    ],
)
def test_an_address_that_would_carry_the_credential_elsewhere_or_in_the_clear_is_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        wire(url)


@pytest.mark.parametrize("authorization", ["", "  ", "Basic x\r\nHost: evil", "Basic ü"])
def test_a_credential_that_breaks_the_header_is_refused(authorization: str) -> None:
    with pytest.raises(ConfigError):
        Wire(system="Jira", url="https://x.example", authorization=authorization)


def test_nobody_there_is_not_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(DeliveryFailed, match="not reached"):
        wire(url).write("POST", PATH, {})
    with pytest.raises(ReadFailed):
        wire(url).read(PATH)


# A proxy's or a sign-in page's, even where its body happens to be JSON.
PAGES = [(200, {"Content-Type": "text/html"}, b"<html>"), (200, {"Content-Type": "text/html"}, b'{"id": "1"}')]


@pytest.mark.parametrize("answer", ["cut", as_json(500, {}), as_json(408, {}), *PAGES])
def test_h06_what_is_not_known_is_lost(jira: Jira, answer: object) -> None:
    jira.misbehave("POST", ".*", answer)  # type: ignore[arg-type]
    with pytest.raises(Lost):
        wire(jira.url).write("POST", PATH, {})
    assert len(jira.asked) == 1  # sent once


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 403, 404, 409, 413, 422])
def test_what_was_refused_is_not_tried_again(jira: Jira, status: int) -> None:
    jira.misbehave("POST", ".*", as_json(status, {"errors": ["quoted secret"]}, Location="http://127.0.0.1:1/"))
    with pytest.raises(ConfigError) as refused:
        wire(jira.url).write("POST", PATH, {})
    assert str(status) in str(refused.value)
    assert "quoted secret" not in str(refused.value)
    assert len(jira.asked) == 1


def test_retry_after_as_a_date(jira: Jira) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    jira.misbehave("GET", ".*", as_json(429, {}, **{"Retry-After": when}))
    assert wire(jira.url).read(PATH, known=(404,)).status == 404


@pytest.mark.parametrize("after", ["60", "soon", "-1", "99999999999999"])
def test_a_pause_that_is_too_long_or_not_said_is_left_to_the_caller(jira: Jira, after: str) -> None:
    jira.misbehave("GET", ".*", as_json(429, {}, **{"Retry-After": after}), times=9)
    start = time.monotonic()
    with pytest.raises(RateLimited):
        wire(jira.url).read(PATH)
    assert time.monotonic() - start < 3


def test_an_answer_without_end_is_cut_off(jira: Jira, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1_000)
    jira.misbehave("GET", ".*", as_json(200, {"x": "y" * 5_000}))
    with pytest.raises(ReadFailed, match="too long"):
        wire(jira.url).read(PATH)


def test_an_answer_that_would_have_to_be_unpacked_is_not(jira: Jira) -> None:
    packed = gzip.compress(b'{"x": "' + b"y" * 50_000_000 + b'"}')
    jira.misbehave("GET", ".*", (200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, packed))
    with pytest.raises(ReadFailed, match="packed"):
        wire(jira.url).read(PATH)
    assert jira.asked[0].headers["accept-encoding"] == "identity"


@pytest.fixture
def dribbling() -> Iterator[str]:
    """A server that sends a byte of its header every 0.1 s, for ever."""
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        try:
            client, _ = server.accept()
            client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not ended.wait(0.1):
                client.sendall(b"x")
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    ended.set()
    server.close()
    thread.join(2)


def test_a_server_that_dribbles_does_not_hold_us(dribbling: str) -> None:
    start = time.monotonic()
    with pytest.raises(Lost):
        wire(dribbling, timeout_s=0.8).write("POST", PATH, {})
    assert time.monotonic() - start < 3


def test_proxies_of_the_environment_are_not_used(jira: Jira, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    assert wire(jira.url).read(PATH, known=(404,)).status == 404
