"""HTTP for reads: Airflow's HttpHook with a total time limit, a bounded answer, no redirects, and errors without content.

HttpHook itself limits each socket operation only, follows redirects, reads answers of any length, and logs the text of error
answers, which may hold what a log must not carry (H12).
"""

from __future__ import annotations

import json
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from airflow.providers.http.hooks.http import HttpHook
from requests import exceptions
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.exceptions import TimeoutError as Urllib3Timeout

from include.contracts.errors import ConfigError, HoldpointError, RateLimited, ReadFailed
from include.evidence.sources.limits import Deadline, Reason, read_failed
from plugins.hooks.read.wires import WatchedAdapter, Wires, quiet_urllib3

MAX_BYTES = 16_000_000  # of an answer, packed and unpacked
_ERROR_BYTES = 65_536  # of an error's answer
_TRIES = 4
_PAUSE = 0.2  # seconds, the least between two tries
_CHUNK = 65_536
_UNUSABLE = (
    exceptions.InvalidURL,
    exceptions.InvalidSchema,
    exceptions.MissingSchema,
    exceptions.InvalidHeader,
    exceptions.InvalidProxyURL,
    LocationParseError,
)

# (status, the beginning of the answer) → the error to raise, None for the usual one
Explain = Callable[[int, bytes], HoldpointError | None]


class _Status(Exception):
    """An answer that is not 200, inside this module."""

    def __init__(self, status: int, body: bytes, retry_after: float | None) -> None:
        super().__init__(status)
        self.status, self.body, self.retry_after = status, body, retry_after


class BoundedHttp(HttpHook):
    """One read's HTTP client.

    :param connection: the Airflow connection, without extra keys that are none of HttpHook's
    :param deadline: of everything together, with waiting for a busy server included
    :param agent: User-Agent, so that the system's own log shows who read
    :param unix_socket: connect there instead of to the connection's host
    """

    def __init__(self, connection: Any, *, deadline: Deadline, agent: str, unix_socket: str | None = None) -> None:
        self._wires = Wires()
        adapter = WatchedAdapter(self._wires, unix_socket)
        super().__init__(method="GET", http_conn_id=str(connection.conn_id), adapter=adapter)
        self._connection = connection
        self._deadline = deadline
        self._agent = agent

    def get_connection(self, conn_id: str) -> Any:
        """The connection given, whatever the id: the read hook has looked it up."""
        del conn_id
        return self._connection

    def get(self, endpoint: str, params: dict[str, str] | None = None, explain: Explain | None = None) -> bytes:
        """GET, and again after a 429 whose Retry-After leaves time.

        :param explain: for hooks that know the format of an error's answer; content may not get into the error
        :returns: the body, unpacked
        :raises RateLimited: 429, and no time to come back
        :raises ReadFailed: no 200 within the time
        """
        return self._ask("GET", endpoint, params, {}, explain)

    def post_xml(self, endpoint: str, body: bytes) -> bytes:
        """POST an XML-RPC call; the caller's calls are constants."""
        return self._ask("POST", endpoint, body, {"Content-Type": "text/xml"}, None)

    def sign_in(self, login: str, password: str) -> bytes:
        """POST to Airflow's own `/auth/token`, which gives a token and changes nothing. The answer may be a 201."""
        body = json.dumps({"username": login, "password": password}).encode()
        return self._ask("POST", "/auth/token", body, {"Content-Type": "application/json"}, None)

    def _ask(self, method: str, endpoint: str, data: Any, headers: dict[str, str], explain: Explain | None) -> bytes:
        self.method = method
        headers = {"User-Agent": self._agent, "Accept-Encoding": "gzip", "Connection": "close", **headers}
        for attempt in range(1, _TRIES + 1):
            try:
                return self._once(endpoint, data, headers)
            except _Status as answer:
                pause = self._pause(answer, attempt)
                if pause is None:
                    raise self._error(answer, explain) from None
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _pause(self, answer: _Status, attempt: int) -> float | None:
        """How long to wait before the next try; None when there is none."""
        if answer.status != 429 or answer.retry_after is None or attempt == _TRIES:
            return None
        pause = max(_PAUSE, answer.retry_after)
        return pause if pause < self._deadline.left() else None

    def _error(self, answer: _Status, explain: Explain | None) -> HoldpointError:
        system = self._deadline.system
        if answer.status == 429:
            when = f"in {answer.retry_after:.0f} s" if answer.retry_after is not None else "later"
            return RateLimited(f"{system} is busy and asks to come back {when}: http 429.", next_step="clear this task then")
        if 300 <= answer.status < 400:
            where = f"if you trust where it leads, write that address into the connection {self.http_conn_id!r}"
            return read_failed(system, "http", f"{answer.status}, redirects are not followed", next_step=where)
        return (explain(answer.status, answer.body) if explain else None) or read_failed(system, "http", str(answer.status))

    def _once(self, endpoint: str, data: Any, headers: dict[str, str]) -> bytes:
        options = {
            "stream": True,
            "timeout": max(0.001, self._deadline.left()),
            "allow_redirects": False,
            "check_response": False,
        }
        if "trust_env" not in self._connection.extra_dejson:
            options["trust_env"] = False  # no proxy and no .netrc that nobody wrote into the connection

        def work() -> bytes:
            with quiet_urllib3():
                body: bytes = self.run(endpoint, data=data, headers=headers, extra_options=options)
                return body

        try:
            return self._wires.guard(work, self._deadline)
        except _UNUSABLE:
            raise self._unusable() from None
        except (exceptions.RequestException, HTTPError, OSError) as error:
            raise read_failed(self._deadline.system, "timeout" if self._deadline.left() <= 0 else _reason(error)) from None
        except ValueError:  # HttpHook's word for an address without a scheme
            raise self._unusable() from None

    def _unusable(self) -> ConfigError:
        return ConfigError(
            f"The connection {self.http_conn_id!r} has no usable address or headers.",
            next_step="give it a host with http:// or https://, a port, and no extra keys but those in docs/reads.md",
        )

    def run_and_check(self, session: Any, prepped_request: Any, extra_options: dict[Any, Any]) -> bytes:
        """Send and read the whole body; `HttpHook.run` calls this."""
        # requests would read a redirect's body, of whatever length, even where it does not follow it.
        session.get_redirect_target = lambda _: None
        settings = session.merge_environment_settings(
            prepped_request.url, proxies=session.proxies, stream=True, verify=session.verify, cert=session.cert
        )
        timeout = extra_options["timeout"]
        with session.send(prepped_request, timeout=timeout, allow_redirects=False, **settings) as response:
            if response.status_code == 200 or (response.status_code == 201 and prepped_request.method == "POST"):
                return self._body(response, MAX_BYTES) or self._really_empty(response)
            after = _retry_after(response.headers.get("Retry-After"))
            try:
                body = self._body(response, _ERROR_BYTES)
            except ReadFailed:  # broken or too long: the status says enough
                self._deadline.check()
                body = b""
            raise _Status(response.status_code, body, after)

    def _body(self, response: Any, limit: int) -> bytes:
        system = self._deadline.system
        body = b"".join(self._chunks(response, limit + 1))
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding in ("gzip", "x-gzip") and len(body) <= limit:
            unpacking = zlib.decompressobj(wbits=31)
            try:
                body = unpacking.decompress(body, limit + 1)
            except zlib.error:
                raise read_failed(system, "bad answer", "broken gzip") from None
            if len(body) <= limit and not unpacking.eof:
                raise read_failed(system, "bad answer", "gzip ends early")
        elif encoding not in ("identity", "", "gzip", "x-gzip"):
            raise read_failed(system, "bad answer", "unknown encoding")
        if len(body) > limit:
            raise read_failed(system, "answer too large")
        return body

    def _really_empty(self, response: Any) -> bytes:
        """Nothing, where the server said so. Python reads headers that break off as headers that end."""
        if "Content-Length" in response.headers or "Transfer-Encoding" in response.headers:
            return b""
        raise read_failed(self._deadline.system, "connection broken")

    def _chunks(self, response: Any, limit: int) -> list[bytes]:
        chunks: list[bytes] = []
        while limit > 0 and (chunk := response.raw.read1(min(_CHUNK, limit), decode_content=False)):
            self._deadline.check()
            chunks.append(chunk)
            limit -= len(chunk)
        return chunks


def _retry_after(value: str | None) -> float | None:
    """Seconds from now; the header is seconds or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


_CAUSES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Reason], ...] = (
    (ConnectionRefusedError, "refused"),
    (socket.gaierror, "address not found"),
    ((ssl.SSLError, exceptions.SSLError), "certificate not accepted"),
    ((TimeoutError, Urllib3Timeout, exceptions.Timeout), "timeout"),
)


def _reason(error: BaseException) -> Reason:
    """Why there was no answer: the first known cause in the chain."""
    chain = _chain(error)
    for kinds, reason in _CAUSES:
        if any(isinstance(link, kinds) for link in chain):
            return reason
    return "connection broken"


def _chain(error: BaseException | None) -> list[BaseException]:
    """The error, what it wraps (urllib3: `reason`, or the first argument), and what it was raised from."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting and len(found) < 20:
        link = waiting.pop(0)
        if isinstance(link, BaseException) and link not in found:
            found.append(link)
            waiting += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args[:2]]
    return found
