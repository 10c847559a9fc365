"""HTTP to a change system: one host, no redirects, bounded in time and size, and exact about what is known after a write.

A write that broke off is `Lost`, unless the connection was never made. A 429 was not taken, so it may be sent again when the
server says. Errors carry statuses and names of fields, no content (H12).
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from threading import Timer
from typing import Any, Literal

import httpx

from include.contracts.errors import ConfigError, DeliveryFailed, HoldpointError, RateLimited, ReadFailed
from include.delivery.change_drafts.base import Lost
from include.delivery.change_drafts.text import AGENT

TIMEOUT_S = 60.0  # of everything together that one filing asks
STEP_S = 20.0  # of one request
MAX_BYTES = 4_000_000
_TRIES = 4
# A credential goes out in the clear to this machine only.
_ADDRESS = re.compile(r"(?:https://[^/\s?#@]+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?)(?:/[^\s?#@]*)?")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


@dataclass(frozen=True)
class Answer:
    """`body` is None for an answer without one. `status` is 2xx, or one that the caller asked to see. `total` is ServiceNow's
    count of all rows that match, those left out included."""

    status: int
    body: Any
    total: str | None = None


class _Unreadable(Exception):
    """An answer that is no JSON, e.g. a page to sign in; or too much of it."""


class Wire:
    """One system's HTTP client.

    :param system: its name, for people
    :param url: where it is, without a query
    :param authorization: the value of the Authorization header
    :param timeout_s: for all requests together, waiting for a busy server included
    :param headers: more of them, or others than the usual ones
    :param page: where people read how its connection is set up
    """

    def __init__(
        self,
        *,
        system: str,
        url: str,
        authorization: str,
        timeout_s: float = TIMEOUT_S,
        headers: Mapping[str, str] | None = None,
        page: str = "docs/change-drafts.md",
    ) -> None:
        if not _ADDRESS.fullmatch(url):
            raise ConfigError(
                f"The connection to {system} has no usable address.",
                next_step=f"give its host as https://… ; {page} says how",
            )
        if not authorization.isascii() or not authorization.isprintable() or not authorization.strip():
            raise ConfigError(f"The connection to {system} has no usable credential.", next_step=f"{page} says how")
        self.system = system
        self.url = url.rstrip("/")
        self._headers = {"Authorization": authorization, "Accept": "application/json", "User-Agent": AGENT}
        self._headers["Accept-Encoding"] = "identity"  # what is packed could be too large once it is unpacked
        self._headers |= headers or {}
        self._page = page
        self._end = time.monotonic() + timeout_s

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(follow_redirects=False, trust_env=False)  # no proxy and no .netrc that nobody wrote down

    def read(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        json: Any = None,
        known: tuple[int, ...] = (),
    ) -> Answer:
        """GET, or POST of a search.

        :param known: error statuses that the caller understands, without their body
        :raises ReadFailed: no usable answer in time
        """
        try:
            return self._ask("GET" if json is None else "POST", path, params, json, known)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError) as error:
            raise ReadFailed(f"{self.system} did not answer: {type(error).__name__}.", next_step="try again later") from None
        except _Unreadable as error:
            raise ReadFailed(
                f"{self.system}'s answer cannot be read: {error}.",
                next_step="look whether its address leads to a page to sign in",
            ) from None

    def write(
        self, method: Literal["POST", "PUT", "PATCH"], path: str, json: Any, params: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a write once.

        :raises Lost: whether it was taken is not known
        :raises DeliveryFailed: it was not taken; may be tried again
        :raises ConfigError: it was refused, and would be again
        """
        try:
            return self._ask(method, path, params, json, ())
        except ReadFailed as error:  # a status of 5xx, or 429 with no time left
            if isinstance(error, RateLimited):
                raise DeliveryFailed(error.message, next_step=error.next_step) from None
            raise Lost from None
        except _NOT_SENT as error:
            raise DeliveryFailed(f"{self.system} was not reached: {type(error).__name__}.", next_step="try again later") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError, _Unreadable):
            raise Lost from None

    def _ask(self, method: str, path: str, params: Any, json: Any, known: tuple[int, ...]) -> Answer:
        for attempt in range(1, _TRIES + 1):
            status, headers, body = self._once(method, path, params, json)
            pause = _retry_after(headers.get("Retry-After")) if status == 429 else None
            if pause is None or attempt == _TRIES or pause >= self._left() - 1:
                break
            time.sleep(max(0.05, pause))
        if status in known:
            return Answer(status, None)
        if 200 <= status < 300:
            return Answer(status, _json(headers, body), headers.get("X-Total-Count"))
        raise self._error(status, headers, body)

    def _once(self, method: str, path: str, params: Any, json: Any) -> tuple[int, httpx.Headers, bytes]:
        left = self._left()
        if left <= 0:
            raise httpx.PoolTimeout("no time left")
        watch = Timer(left, self._client.close)  # a server that sends a byte now and then keeps every single limit
        watch.daemon = True
        watch.start()
        try:
            options: dict[str, Any] = {"timeout": min(STEP_S, left), **({} if json is None else {"json": json})}
            url = f"{self.url}{path}"
            with self._client.stream(method, url, params=params, headers=self._headers, **options) as answer:
                return answer.status_code, answer.headers, self._body(answer)
        finally:
            watch.cancel()

    def _body(self, answer: httpx.Response) -> bytes:
        body = b""
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise _Unreadable("it is packed, which was not asked for")
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                raise _Unreadable("it is too long")
            if self._left() <= 0:
                raise httpx.ReadTimeout("no time left")
        return body

    def _left(self) -> float:
        return self._end - time.monotonic()

    def _error(self, status: int, headers: httpx.Headers, body: bytes) -> HoldpointError:
        if status == 429:
            when = headers.get("Retry-After", "")
            when = f"in {when} s" if when.isascii() and when.isdigit() else "later"
            return RateLimited(f"{self.system} is busy and asks to come back {when}: http 429.", next_step="try again then")
        if status >= 500 or status == 408:
            return ReadFailed(f"{self.system} failed: http {status}.", next_step="try again later")
        if 300 <= status < 400:
            return ConfigError(
                f"{self.system} redirects (http {status}), which is not followed.",
                next_step="write the address that it leads to into the connection, if you trust that one",
            )
        if status in (401, 403):
            return ConfigError(
                f"{self.system} refuses our account: http {status}.",
                next_step=f"check credential and roles; {self._page}",
            )
        fields = _fields(headers, body)
        return ConfigError(
            f"{self.system} does not take it: http {status}{f', fields {fields}' if fields else ''}.",
            next_step=f"compare its mandatory fields with {self._page}",
        )


def _json(headers: httpx.Headers, body: bytes) -> Any:
    import json

    if not body.strip():
        return None
    if "json" not in headers.get("Content-Type", "").lower():
        raise _Unreadable("it is no JSON")
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _Unreadable("it is no JSON") from None


def _fields(headers: httpx.Headers, body: bytes) -> str:
    """The names of the fields that Jira complains about; what it says of them may quote content."""
    try:
        found = _json(headers, body)
    except _Unreadable:
        return ""
    errors = found.get("errors") if isinstance(found, dict) else None
    names = [name for name in errors if re.fullmatch(r"[A-Za-z0-9_]{1,60}", name)] if isinstance(errors, dict) else []
    return ", ".join(sorted(names)[:10])


def _retry_after(value: str | None) -> float | None:
    """Seconds from now; the header is seconds or a date (RFC 9110, 10.2.3). None: it does not say."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
