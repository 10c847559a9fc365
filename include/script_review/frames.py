"""What is said between us and a worker: a length, JSON, and behind a request the files' bytes as they are.

    request   4 bytes length, {"id", "seconds", "files": [[path, size], …], "options"}, the files one after the other
    answer    4 bytes length, {"ready": true} or {"unfit": why} at first, then {"id", "result"} or {"id", "error"}

A worker may have been taken over by what it parsed, so an answer is read as anything foreign is.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from io import BufferedReader
from typing import Any, NamedTuple, NoReturn

from include.contracts.base import clean_text
from include.script_review.runner import Unit

ANSWER_BYTES = 8 * 1024 * 1024
_LENGTH = struct.Struct(">I")
_REASON = 300  # characters


class Request(NamedTuple):
    """A unit as it arrives in a worker."""

    id: int
    seconds: float
    files: dict[str, bytes]
    options: dict[str, Any]


class Rubbish(Exception):
    """What came is no answer."""


def request(number: int, seconds: float, unit: Unit) -> Sequence[bytes]:
    """The parts of a request; the files are not copied."""
    sizes = [[path, len(data)] for path, data in unit.files.items()]
    header = json.dumps({"id": number, "seconds": seconds, "files": sizes, "options": dict(unit.options)}).encode()
    return [_LENGTH.pack(len(header)) + header, *(data for data in unit.files.values() if data)]


def read_request(stream: BufferedReader) -> Request | None:
    """The next request; None when there will be none, or only a part of one came."""
    start = stream.read(_LENGTH.size)
    if len(start) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(start)[0]
    described = stream.read(length)
    if len(described) < length:
        return None
    header = json.loads(described)
    files = {path: stream.read(size) for path, size in header["files"]}
    if any(len(files[path]) < size for path, size in header["files"]):
        return None
    return Request(header["id"], header["seconds"], files, header["options"])


def framed(payload: bytes) -> bytes:
    """A payload behind its length."""
    return _LENGTH.pack(len(payload)) + payload


class Answers:
    """Answers out of bytes as they come."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> list[tuple[dict[str, Any], int]]:
        """The answers that are complete with these bytes, and their sizes.

        :raises Rubbish: one is no JSON object, or too long
        """
        self._bytes += data
        found = []
        while len(self._bytes) >= _LENGTH.size:
            size = _LENGTH.unpack_from(self._bytes)[0]
            if size > ANSWER_BYTES:
                raise Rubbish
            if len(self._bytes) < _LENGTH.size + size:
                break
            found.append((_object(self._bytes[_LENGTH.size : _LENGTH.size + size]), size))
            del self._bytes[: _LENGTH.size + size]
        return found


def verdict(answer: dict[str, Any], number: int) -> tuple[Any, str | None]:
    """Result and reason out of the answer to request `number`.

    :raises Rubbish: it answers another, or neither or both are in it
    """
    if answer.keys() == {"id", "result"} and answer["id"] == number:
        return answer["result"], None
    if answer.keys() == {"id", "error"} and answer["id"] == number:
        return None, reason(answer["error"])
    raise Rubbish


def reason(value: Any) -> str:
    """A reason as a line of bounded length.

    :raises Rubbish: it is no text
    """
    if not isinstance(value, str) or not value:
        raise Rubbish
    return clean_text(" ".join(value.split())[:_REASON]) or "no reason was given"


def _object(payload: bytes | bytearray) -> dict[str, Any]:
    try:
        value = json.loads(payload, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Rubbish from error
    if not isinstance(value, dict):
        raise Rubbish
    return value


def _refuse(_: str) -> NoReturn:
    raise ValueError("no number of JSON")
