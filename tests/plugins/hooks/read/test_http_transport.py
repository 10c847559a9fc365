"""Every way in which an HTTP server can misbehave, with a real one for each, and what must not be in an error or a log (H12)."""

from __future__ import annotations

import gzip
import ipaddress
import json
import logging
import pickle
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from include.contracts.errors import ConfigError, HoldpointError, RateLimited, ReadFailed
from include.evidence.sources.limits import Deadline
from plugins.hooks.read import http_transport
from plugins.hooks.read.http_transport import BoundedHttp
from plugins.hooks.read.wires import Wires

CANARY = b"canary-7f3a"


def connection(**fields: Any) -> Any:
    from airflow.sdk import Connection

    return Connection(**{"conn_id": "holdpoint_test", "conn_type": "http", "host": "127.0.0.1", **fields})


def get(port: int, seconds: float = 5, **fields: Any) -> bytes:
    http = BoundedHttp(connection(port=port, **fields), deadline=Deadline(seconds, "prometheus"), agent="holdpoint (test)")
    return http.get("/api", {"q": "a b"})


def test_an_answer(serve: Callable[..., Any]) -> None:
    server = serve(b"fine")
    assert get(server.port) == b"fine"
    ((method, path, headers, _),) = server.requests
    assert (method, path) == ("GET", "/api?q=a+b")
    assert headers["User-Agent"] == "holdpoint (test)"


def test_login_and_prefix(serve: Callable[..., Any]) -> None:
    server = serve(b"fine")
    get(None, host=f"http://127.0.0.1:{server.port}/prefix", login="ada", password="s3cret-pw")  # type: ignore[arg-type]
    assert server.requests[0][1].startswith("/prefix/api")
    assert server.requests[0][2]["Authorization"].startswith("Basic ")


def test_gzip_is_unpacked(serve: Callable[..., Any]) -> None:
    assert get(serve(gzip.compress(b"x" * 100_000), **{"Content-Encoding": "gzip"}).port) == b"x" * 100_000


def test_chunks_are_joined(serve: Callable[..., Any]) -> None:
    chunked = b"4\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n"
    assert get(serve(chunked, **{"Transfer-Encoding": "chunked"}).port) == b"wikipedia"


@pytest.mark.parametrize("status", [204, 206, 301, 302, 307, 400, 401, 403, 404, 418, 500, 502, 503])
def test_every_other_status_is_a_failed_read(serve: Callable[..., Any], status: int) -> None:
    with pytest.raises(ReadFailed, match=f"http {status}") as caught:
        get(serve(CANARY if status != 204 else b"", status).port)
    assert CANARY.decode() not in str(caught.value)


def test_a_redirect_is_not_followed_not_even_to_look(serve: Callable[..., Any]) -> None:
    other = serve(b"stolen")
    server = serve(b"", 302, Location=f"http://127.0.0.1:{other.port}/", **{"Content-Length": "0"})
    with pytest.raises(ReadFailed, match="http 302, redirects are not followed"):
        get(server.port, login="ada", password="s3cret-pw")
    assert other.requests == []


def endless(status: str, interval: float = 0.0) -> Callable[[socket.socket], None]:
    def conversation(wire: socket.socket) -> None:
        wire.recv(65_536)
        wire.sendall(f"HTTP/1.1 {status}\r\nLocation: /x\r\nContent-Type: text/plain\r\n\r\n".encode())
        while True:
            wire.sendall(b"x" * (1 if interval else 65_536))
            time.sleep(interval)

    return conversation


@pytest.mark.parametrize("status", ["302 Found", "500 Error", "429 Busy"])
def test_an_endless_error_or_redirect_is_not_read_to_its_end(talk: Callable[..., int], status: str) -> None:
    began = time.monotonic()
    with pytest.raises(ReadFailed, match=status[:3]):
        get(talk(endless(status)))
    assert time.monotonic() - began < 3


def test_an_endless_answer_is_cut_off(talk: Callable[..., int]) -> None:
    with pytest.raises(ReadFailed, match="too large"):
        get(talk(endless("200 OK")), seconds=20)


def test_a_bomb_of_gzip_is_cut_off(serve: Callable[..., Any]) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, 1)
    with pytest.raises(ReadFailed, match="too large"):
        get(serve(bomb, **{"Content-Encoding": "gzip"}).port, seconds=20)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"x" * 5_000, mtime=0)[:-9], "gzip"),
        (b"no gzip " + CANARY, "gzip"),
        (b"", "gzip"),
        (b"zz", "br"),
        (b"zz", "gzip, br"),
    ],
)
def test_broken_or_unknown_encodings(serve: Callable[..., Any], body: bytes, encoding: str) -> None:
    with pytest.raises(ReadFailed, match="bad answer"):
        get(serve(body, **{"Content-Encoding": encoding}).port)


def test_an_answer_shorter_than_announced(serve: Callable[..., Any]) -> None:
    with pytest.raises(ReadFailed, match="connection broken"):
        get(serve(b"half", **{"Content-Length": "100", "Connection": "close"}).port, seconds=2)


def test_headers_that_break_off_are_no_empty_answer(talk: Callable[..., int]) -> None:
    def conversation(wire: socket.socket) -> None:
        wire.recv(65_536)
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/pl")

    with pytest.raises(ReadFailed, match="connection broken"):
        get(talk(conversation))


def test_what_comes_of_being_cut_off_is_no_answer() -> None:
    """The thread returns in the moment after the cut, with what it had."""
    wires, over = Wires(), threading.Event()

    def work() -> bytes:
        over.wait(5)
        return b""

    cut, close = wires.cut, wires._close
    wires.cut = lambda: (cut(), over.set())  # type: ignore[assignment,func-returns-value]
    wires._close = lambda: (close(), time.sleep(0.1))  # type: ignore[assignment,func-returns-value]
    with pytest.raises(ReadFailed, match="timeout"):
        wires.guard(work, Deadline(0.05, "prometheus"))


def drip_headers(wire: socket.socket) -> None:
    wire.recv(65_536)
    wire.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        wire.sendall(b"x")
        time.sleep(0.05)


def silence(wire: socket.socket) -> None:
    wire.recv(65_536)
    time.sleep(30)


@pytest.mark.parametrize("conversation", [drip_headers, silence, endless("200 OK", 0.05), endless("503 Busy", 0.05)])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_whoever_drips_bytes_ends_at_the_deadline(talk: Callable[..., int], conversation: Any, scheme: str) -> None:
    """Over https these never finish the handshake."""
    before = threading.active_count()
    began = time.monotonic()
    with pytest.raises(ReadFailed, match=r"timeout|certificate not accepted|connection broken"):
        get(talk(conversation), seconds=0.6, schema=scheme)
    assert time.monotonic() - began < 1.2
    time.sleep(0.3)
    assert not [thread for thread in threading.enumerate() if thread.name == "holdpoint-read"], before


def test_nobody_listens(talk: Callable[..., int]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ReadFailed, match="refused"):
        get(port)


def test_a_connection_that_breaks_off(talk: Callable[..., int]) -> None:
    with pytest.raises(ReadFailed, match="connection broken"):
        get(talk(lambda wire: wire.recv(10)))


def test_plain_http_where_tls_is_expected(serve: Callable[..., Any]) -> None:
    with pytest.raises(ReadFailed, match="certificate not accepted"):
        get(serve(b"x").port, schema="https")


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate for 127.0.0.1 that signs itself, and the certificate's file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now, address = datetime.now(UTC), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(hours=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    pem, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return context, pem


def test_tls_with_an_authority_of_one_s_own(talk: Callable[..., int], tls: tuple[ssl.SSLContext, Path]) -> None:
    context, pem = tls

    def fine(wire: socket.socket) -> None:
        with context.wrap_socket(wire, server_side=True) as inner:
            inner.recv(65_536)
            inner.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")

    def drip(wire: socket.socket) -> None:
        with context.wrap_socket(wire, server_side=True) as inner:
            drip_headers(inner)

    extra = json.dumps({"verify": str(pem)})
    assert get(talk(fine), schema="https", extra=extra) == b"fine"
    with pytest.raises(ReadFailed, match="certificate not accepted"):
        get(talk(fine), schema="https")
    began = time.monotonic()
    with pytest.raises(ReadFailed, match="timeout"):
        get(talk(drip), schema="https", extra=extra, seconds=0.6)
    assert time.monotonic() - began < 1.2


def test_an_unknown_name() -> None:
    with pytest.raises(ReadFailed, match=r"address not found|timeout"):
        get(80, host="no-such-host.invalid", seconds=3)


@pytest.mark.parametrize(
    "fields",
    [{"schema": "ftp"}, {"host": "http://[::1"}, {"extra": '{"X-Nested": {"a": 1}}'}, {"host": "http://", "port": None}],
)
def test_a_connection_that_makes_no_request(fields: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        get(**{"port": 80, **fields})


def test_a_busy_server_that_says_when_is_asked_again(serve: Callable[..., Any]) -> None:
    replies = {1: (429, {"Retry-After": "1"}, b""), 2: (429, {"Retry-After": "0"}, b""), 3: (200, {}, b"fine")}
    server = serve(lambda number, path: replies[number])
    began = time.monotonic()
    assert get(server.port) == b"fine"
    assert time.monotonic() - began >= 1.0


def test_a_date_in_retry_after(serve: Callable[..., Any]) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    server = serve(lambda number, path: (429, {"Retry-After": when}, b"") if number == 1 else (200, {}, b"fine"))
    assert get(server.port) == b"fine"


@pytest.mark.parametrize("after", [None, "120", "99999999999999", "soon", "-1", "Fri, 31 Dec 9999 23:59:59 GMT", "1e9"])
def test_a_busy_server_without_a_time_within_ours_is_rate_limited(serve: Callable[..., Any], after: str | None) -> None:
    server = serve(CANARY, 429, **({"Retry-After": after} if after else {}))
    began = time.monotonic()
    with pytest.raises(RateLimited, match="http 429") as caught:
        get(server.port)
    assert time.monotonic() - began < 1
    assert len(server.requests) == 1
    assert caught.value.retryable


def test_a_server_that_is_always_busy_is_not_asked_for_ever(serve: Callable[..., Any]) -> None:
    server = serve(b"", 429, **{"Retry-After": "0"})
    with pytest.raises(RateLimited):
        get(server.port)
    assert len(server.requests) == 4


def bad_header(wire: socket.socket) -> None:
    wire.recv(65_536)
    wire.sendall(
        b"HTTP/1.1 503 Busy " + CANARY + b"\r\nnot a header " + CANARY + b"\r\nX: y\r\nContent-Length: 11\r\n\r\n" + CANARY
    )


@pytest.fixture
def all_logs() -> Iterator[list[str]]:
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage() + str(record.exc_info))

    handler, root = Keep(logging.DEBUG), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def test_h12_nothing_of_an_answer_is_in_an_error_or_a_log(
    talk: Callable[..., int], serve: Callable[..., Any], all_logs: list[str]
) -> None:
    caught: list[HoldpointError] = []
    ports = [talk(bad_header), serve(CANARY, 500).port, serve(CANARY, **{"Content-Encoding": "gzip"}).port]
    ports.append(serve(b"", 302, Location=f"http://{CANARY.decode()}.invalid/").port)
    for port in ports:
        with pytest.raises(HoldpointError) as error:
            get(port)
        caught.append(error.value)
    told = [str(error) + repr(error.__cause__) + str(pickle.loads(pickle.dumps(error))) for error in caught]
    assert all(error.__suppress_context__ for error in caught)  # a printed traceback would show what it was raised from
    assert CANARY.decode() not in "".join(told)
    assert CANARY.decode() not in "".join(all_logs)


def test_the_environment_s_proxy_and_netrc_are_not_used(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    proxy, server = serve(b"from the proxy"), serve(b"fine")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password s3cret-pw\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert get(server.port) == b"fine"
    assert "Authorization" not in server.requests[0][2]
    assert get(server.port, extra='{"trust_env": true}') == b"from the proxy"


def test_the_connection_cannot_switch_the_limits_off(serve: Callable[..., Any], talk: Callable[..., int]) -> None:
    extra = '{"timeout": 60, "allow_redirects": true, "stream": false, "check_response": true, "max_redirects": 5}'
    other = serve(b"stolen")
    with pytest.raises(ReadFailed, match="http 302, redirects are not followed"):
        get(serve(b"", 302, Location=f"http://127.0.0.1:{other.port}/").port, extra=extra)
    assert other.requests == []
    began = time.monotonic()
    with pytest.raises(ReadFailed, match="timeout"):
        get(talk(silence), seconds=0.5, extra=extra)
    assert time.monotonic() - began < 1.2


def test_the_limit_of_an_answer_is_exact(serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_transport, "MAX_BYTES", 1_000)
    for packed in (False, True):
        headers = {"Content-Encoding": "gzip"} if packed else {}
        pack = gzip.compress if packed else bytes
        assert len(get(serve(pack(b"x" * 1_000), **headers).port)) == 1_000
        with pytest.raises(ReadFailed, match="too large"):
            get(serve(pack(b"x" * 1_001), **headers).port)
