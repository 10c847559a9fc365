"""Where SNS signing certificates come from: HTTPS, with a time limit, a size limit, a cache and a budget."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Protocol

from include.contracts.errors import Denied

TIME_LIMIT_S = 5.0
MAX_BYTES = 64_000
KEEP_S = 24 * 3_600.0
KEEP_FAILURE_S = 60.0
MAX_ENTRIES = 16
MAX_FETCHES_A_MINUTE = 10


class CertificateSource(Protocol):
    """Gives the PEM bytes behind a URL that was checked to be on an SNS host; Denied when it cannot."""

    def __call__(self, url: str) -> bytes: ...


class CertificateCache:
    """Keeps what was fetched for a day and a failure for a minute, and fetches no more than ten URLs a minute.

    Whoever knows the topic's ARN can name any certificate of an SNS host; without these bounds each such post would cost a fetch.
    """

    def __init__(self, fetch: Callable[[str], bytes], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, bytes | None]] = {}
        self._fetched: deque[float] = deque(maxlen=MAX_FETCHES_A_MINUTE)

    def __call__(self, url: str) -> bytes:
        with self._lock:
            until, pem = self._kept.get(url, (0.0, None))
            known = self._clock() < until
            if not known:
                self._spend()
        if not known:
            pem = self._fetch_once(url)
        if pem is None:
            raise _unavailable()
        return pem

    def _fetch_once(self, url: str) -> bytes | None:
        pem: bytes | None
        try:
            pem = self._fetch(url)
        except Denied:
            pem = None
        with self._lock:
            self._kept.pop(url, None)
            while len(self._kept) >= MAX_ENTRIES:
                self._kept.pop(next(iter(self._kept)))
            self._kept[url] = (self._clock() + (KEEP_S if pem else KEEP_FAILURE_S), pem)
        return pem

    def _spend(self) -> None:
        now = self._clock()
        if len(self._fetched) == MAX_FETCHES_A_MINUTE and now - self._fetched[0] < 60:
            raise _unavailable()
        self._fetched.append(now)


@cache
def default_certificates() -> CertificateCache:
    """The cache of this process, filled over HTTPS."""
    return CertificateCache(fetch_https)


def fetch_https(url: str) -> bytes:
    """The body behind `url`: no redirects, at most 64 KB, at most five seconds in all; Denied otherwise."""
    import httpx

    deadline = time.monotonic() + TIME_LIMIT_S
    found = bytearray()
    try:
        plain = {"Accept-Encoding": "identity"}  # nothing to unpack, so nothing that could swell
        with httpx.stream("GET", url, headers=plain, timeout=TIME_LIMIT_S, follow_redirects=False) as response:
            if response.status_code != 200:
                raise _unavailable()
            for chunk in response.iter_raw():
                found += chunk
                if len(found) > MAX_BYTES or time.monotonic() > deadline:
                    raise _unavailable()
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise _unavailable() from error
    return bytes(found)


def _unavailable() -> Denied:
    return Denied(
        "The signing certificate of an SNS message could not be fetched.",
        next_step="check that this host reaches https://sns.<region>.amazonaws.com; SNS sends the message again by itself",
    )
