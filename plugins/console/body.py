"""Read a request's body within bounds: its digest and length always, its bytes up to the limit."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

KEPT_OVERSIZE = 64 * 1024
HARD_LIMIT_FACTOR = 4  # a signed body must be in memory whole to be checked: up to this many times the limit


WITHIN_S = 30.0  # for all of a body
HELD_UNPROVED = 128 * 1024 * 1024  # bytes of signed bodies, of all requests of this process together, not checked yet
_held = Counter[str]()  # touched on the event loop only


class Busy(Exception):
    """So much waits for its signature to be checked that another body would not fit; to be sent again."""


@dataclass(frozen=True)
class Body:
    """`beginning` is all of it up to the limit (or, where `whole`, up to four times); `digest` is SHA-256 of everything sent."""

    beginning: bytes
    digest: str
    length: int


async def read_body(request: Request, *, limit: int, whole: bool) -> Body | None:
    """None when the sender went away, or sent more than a signature can be checked over.

    :param limit: bytes to keep
    :param whole: keep everything, because the signature is over all of it
    :raises TimeoutError: it has not ended within 30 s
    :raises Busy: where `whole`, others hold too much already
    """
    kept = bytearray()
    digest = hashlib.sha256()
    length = held = 0
    ceiling = limit * HARD_LIMIT_FACTOR if whole else limit + 1
    try:
        async with asyncio.timeout(WITHIN_S):
            async for chunk in request.stream():
                length += len(chunk)
                digest.update(chunk)
                if whole and length > ceiling:
                    return None
                if whole:
                    held += len(chunk)
                    _held["bytes"] += len(chunk)
                    if _held["bytes"] > HELD_UNPROVED:
                        raise Busy
                if len(kept) < ceiling:
                    kept += chunk[: ceiling - len(kept)]
    except ClientDisconnect:
        return None
    finally:
        _held["bytes"] -= held
    return Body(bytes(kept), digest.hexdigest(), length)
