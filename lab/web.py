"""One HTTP request over loopback: no proxy, no redirect, a status for every answer, one error for no answer."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

_MAX_ANSWER = 4_000_000


class Unreachable(Exception):
    """No HTTP answer. `str()` says why ("connection refused"); `timed_out` tells a slow peer from an absent one."""

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow nothing: a redirect would carry the bearer token to an address nobody configured."""


# A proxy from the environment would send loopback requests, and tokens, to another machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def request(
    url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None, timeout: float
) -> tuple[int, bytes]:
    """GET `url`, or POST `body`; (status, answer) for any status. `timeout` in seconds. Raises Unreachable."""
    try:
        prepared = urllib.request.Request(url, data=body, headers=dict(headers or {}))
        with _opener.open(prepared, timeout=timeout) as answer:
            return answer.status, _whole(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _whole(error.fp)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable(error, timeout) from error


def _whole(answer: Any) -> bytes:
    body: bytes = answer.read(_MAX_ANSWER)
    if answer.length:  # bytes announced and not read: `read` with a limit does not complain about a cut-off answer
        raise http.client.IncompleteRead(body, answer.length)
    return body


def health_reason(code: int, answer: bytes) -> str:
    """The `reason` in an answer of /healthz, or the status where it gives none."""
    try:
        reason = json.loads(answer)["reason"]
    except (ValueError, KeyError, TypeError):
        reason = ""
    return str(reason or f"status {code} without a reason")


def _unreachable(error: Exception, timeout: float) -> Unreachable:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return Unreachable(f"no answer within {timeout:g} s", timed_out=True)
    if isinstance(cause, ConnectionRefusedError):
        return Unreachable("connection refused")
    if isinstance(cause, ConnectionError | http.client.HTTPException):
        return Unreachable(f"connection broken ({type(cause).__name__})")
    return Unreachable(str(cause) or type(cause).__name__)
