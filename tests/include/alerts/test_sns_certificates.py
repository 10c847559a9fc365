"""The certificate cache against a clock, and the fetch against real servers on loopback."""

from __future__ import annotations

import contextlib
import http.server
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from include.alerts import sns_certificates
from include.alerts.sns_certificates import (
    KEEP_FAILURE_S,
    KEEP_S,
    MAX_ENTRIES,
    MAX_FETCHES_A_MINUTE,
    CertificateCache,
    fetch_https,
)
from include.contracts.errors import Denied


class Network:
    def __init__(self) -> None:
        self.now = 1_000.0
        self.up = True
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if not self.up:
            raise Denied("down", next_step="wait")
        return url.encode()


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def cache(network: Network) -> CertificateCache:
    return CertificateCache(network.fetch, clock=lambda: network.now)


def test_a_certificate_is_fetched_once_a_day(network: Network, cache: CertificateCache) -> None:
    assert cache("a") == cache("a") == b"a"
    network.now += KEEP_S - 1
    assert cache("a") == b"a"
    assert network.asked == ["a"]
    network.now += 2
    assert cache("a") == b"a"
    assert network.asked == ["a", "a"]


def test_a_failure_is_remembered_for_a_minute(network: Network, cache: CertificateCache) -> None:
    network.up = False
    for _ in range(3):
        with pytest.raises(Denied):
            cache("a")
    assert network.asked == ["a"]
    network.up = True
    network.now += KEEP_FAILURE_S + 1
    assert cache("a") == b"a"


def test_strangers_cannot_make_it_fetch_without_end(network: Network, cache: CertificateCache) -> None:
    assert cache("good") == b"good"
    for number in range(50):
        with contextlib.suppress(Denied):
            cache(f"x{number}")
    assert len(network.asked) == MAX_FETCHES_A_MINUTE
    assert cache("good") == b"good"
    network.now += 61
    assert cache("y") == b"y"


def test_the_cache_is_bounded(network: Network, cache: CertificateCache) -> None:
    for number in range(3 * MAX_ENTRIES):
        network.now += 61
        cache(f"x{number}")
    assert len(cache._kept) == MAX_ENTRIES


Handler = Callable[[http.server.BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(answer: Handler, context: ssl.SSLContext | None = None) -> str:
        class Quiet(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with contextlib.suppress(OSError):
                    answer(self)

            def log_message(self, *args: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
        server.daemon_threads = True
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}/x.pem"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def answer(body: bytes, status: int = 200, **headers: str) -> Handler:
    def handle(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return handle


def test_a_body_is_fetched(serve: Callable[..., str]) -> None:
    assert fetch_https(serve(answer(b"pem"))) == b"pem"


def test_errors_and_redirects_are_denied(serve: Callable[..., str]) -> None:
    elsewhere = serve(answer(b"evil"))
    for handler in (answer(b"no", 404), answer(b"no", 500), answer(b"", 302, Location=elsewhere)):
        with pytest.raises(Denied):
            fetch_https(serve(handler))


def test_a_body_without_end_is_denied(serve: Callable[..., str]) -> None:
    with pytest.raises(Denied):
        fetch_https(serve(answer(b"x" * 1_000_000)))


def test_a_server_that_drips_is_denied_in_time(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sns_certificates, "TIME_LIMIT_S", 0.5)

    def drip(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b"x" * 100)
            time.sleep(0.1)

    began = time.monotonic()
    with pytest.raises(Denied):
        fetch_https(serve(drip))
    assert time.monotonic() - began < 5


def test_a_host_whose_tls_certificate_is_not_trusted_is_denied(serve: Callable[..., str], tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.eu-central-1.amazonaws.com")])
    now = datetime.now(UTC)
    day = timedelta(days=1)
    self_made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day).sign(key, hashes.SHA256())
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + self_made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with pytest.raises(Denied):
        fetch_https(serve(answer(b"pem"), context))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://[::1", "nonsense"])
def test_nobody_there_is_denied(url: str) -> None:
    with pytest.raises(Denied):
        fetch_https(url)
