"""Strict JSON (RFC 8259) from strangers: bounded before it is parsed, and refused where two readers could read it differently.

Refused: more bytes or deeper nesting than the settings allow, bytes that are not UTF-8, duplicate keys, NaN and Infinity,
numbers too large for a double or too long to be one. Integers of any size below that stay exact. A lone surrogate
(`"\\ud800"`, left by senders that cut text in the middle of a character) is kept; the text layer writes it out visibly.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from itertools import accumulate
from typing import Any, NoReturn

from include.alerts.unreadable import Reason, Unreadable
from include.contracts.catalogue import Settings

MAX_INTEGER_DIGITS = 40
MAX_NUMBER_CHARS = 400

# An unterminated string runs to the end, so that no position is tried twice; possessive, so that nothing is retried.
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]*)', re.IGNORECASE | re.ASCII)


def load_payload(body: bytes, settings: Settings, content_type: str = "application/json") -> Any:
    """The JSON value of a post.

    :param content_type: as sent; SNS posts JSON as text/plain, so only what cannot be JSON is refused
    :raises Unreadable: with the reason
    """
    _check_content_type(content_type)
    return load_json(body, max_bytes=settings.max_body_bytes, max_depth=settings.max_json_depth)


def load_json(body: bytes, *, max_bytes: int, max_depth: int) -> Any:
    """Parse one JSON document of at most `max_bytes` bytes, nested at most `max_depth` levels; raise Unreadable otherwise."""
    if len(body) > max_bytes:
        raise Unreadable(f"The body is longer than {max_bytes} bytes (max_body_bytes).", reason=Reason.SIZE)
    if _depth(body) > max_depth:
        raise Unreadable(f"The JSON is nested deeper than {max_depth} levels (max_json_depth).", reason=Reason.DEPTH)
    try:
        text = body.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The body is not UTF-8 at byte {error.start}.", reason=Reason.ENCODING) from error
    if not text.strip():
        raise Unreadable("The body is empty.", reason=Reason.JSON)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).", reason=Reason.JSON
        ) from error


def _check_content_type(content_type: str) -> None:
    kind = content_type.split(";", 1)[0].strip().lower()
    if kind.startswith("multipart/") or kind == "application/x-www-form-urlencoded":
        raise Unreadable("The post is a form, not JSON.", reason=Reason.CONTENT_TYPE)
    charset = _CHARSET.search(content_type[:1_000])
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Unreadable("The post is not in UTF-8, by its own Content-Type.", reason=Reason.CONTENT_TYPE)


def _depth(body: bytes) -> int:
    brackets = _STRINGS.sub(b"", body).translate(None, _NOT_BRACKETS).translate(_STEPS)
    return max(accumulate(array("b", brackets)), default=0)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("A key stands twice in one object.", reason=Reason.DUPLICATE_KEY)
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(f"{name} is not a JSON number.", reason=Reason.NUMBER)


def _integer(digits: str) -> int:
    if len(digits) > MAX_INTEGER_DIGITS:
        raise Unreadable(f"A number has more than {MAX_INTEGER_DIGITS} digits.", reason=Reason.NUMBER)
    return int(digits)


def _number(text: str) -> float:
    if len(text) > MAX_NUMBER_CHARS:
        raise Unreadable(f"A number has more than {MAX_NUMBER_CHARS} characters.", reason=Reason.NUMBER)
    value = float(text)
    if not math.isfinite(value):
        raise Unreadable("A number is too large for a double.", reason=Reason.NUMBER)
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_int=_integer, parse_float=_number)
