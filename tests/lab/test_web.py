"""Requests never leave the address they were given, and every failure has one shape."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import web
from tests.lab.support import Receiver

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_redirect_is_not_followed_so_the_token_stays(code: int, own: Receiver) -> None:
    own.refusals[("A", "s")] = [code]
    body = b'{"commonLabels": {"alertname": "A", "service": "s"}}'
    answer, _ = web.request(f"{own.url}/hook", body=body, headers={"Authorization": "Bearer t"}, timeout=2)
    assert answer == code
    assert [post.path for post in own.posts] == ["/hook"]


def test_proxy_of_the_environment_is_not_used(own: Receiver) -> None:
    code = f"from lab import web; print(web.request('{own.url}/page', timeout=2)[0])"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "http_proxy": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.stderr) == ("200\n", "")


def test_refused_and_silent_peers_are_told_apart() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(web.Unreachable, match=r"^connection refused$") as refused:
            web.request(url, timeout=2)
        silent.listen()
        with pytest.raises(web.Unreachable, match=r"^no answer within 0.2 s$") as waited:
            web.request(url, timeout=0.2)
    assert (refused.value.timed_out, waited.value.timed_out) == (False, True)


@pytest.mark.parametrize(
    "garbage", [b"", b"\x00\xff\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"]
)
def test_garbage_answers_are_unreachable(garbage: bytes) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(garbage)

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(web.Unreachable):
            web.request(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=2)


@pytest.mark.parametrize(
    ("answer", "reason"), [(b'{"reason": "full"}', "full"), (b"{", "status 503 without a reason"), (b"[]", None)]
)
def test_health_reason(answer: bytes, reason: str | None) -> None:
    assert web.health_reason(503, answer) == (reason or "status 503 without a reason")
