"""JSON in its one canonical form (RFC 8785): the bytes that are stored, hashed and never made again."""

from __future__ import annotations

import json
import re
from typing import Any, cast

import rfc8785

# Python's own encoder, in C, writes the same bytes five times as fast but for numbers with a fraction or beyond 2**53 and
# for keys beyond the Basic Multilingual Plane, which it sorts otherwise. In JSON without blanks a number follows one of
# `[:,`; text that looks like one merely takes the long way.
_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
_OTHER_NUMBER = re.compile(rb"[\[:,]-?(?:[0-9]+[.eE]|[0-9]{16})")


def canonical(value: dict[str, Any]) -> bytes:
    """The canonical JSON of `value`.

    :raises ValueError: a number is not finite or an integer beyond 2**53, text is not valid Unicode, a type is not JSON's
    :raises RecursionError: it is nested too deeply
    """
    try:
        quick = _ENCODE(value).encode()
    except (TypeError, ValueError):
        quick = b""
    if quick.isascii() and quick and _OTHER_NUMBER.search(quick) is None:
        return quick
    return cast(bytes, rfc8785.dumps(value))  # its CanonicalizationError is a ValueError
