"""The pack files of a repository, each object's cost known before it is inflated.

What a pack says about an object is read from its header: a few bytes tell how large it, and everything it is a difference to,
will become. So a pack of a few kilobytes that would fill the memory is refused and not tried.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from dulwich.object_format import ObjectFormat
from dulwich.objects import RawObjectID
from dulwich.pack import OFS_DELTA, REF_DELTA, Pack

from include.script_review.repository.plain_file import is_plain

_CACHED_BYTES = 32 * 1024 * 1024
_MAX_LINKS = 4_096  # of differences to differences; git itself makes fifty
_MAX_PACKS = 10_000


class Corrupt(Exception):
    """What is stored is not what a repository may hold. The message names no content."""


class Cost(NamedTuple):
    """`size` of the object itself; `most`: of the largest thing that must be held to make it; `work`: bytes of all of them."""

    kind: int
    size: int
    most: int
    work: int


class Packs:
    """All packs below `objects/pack`; opened when first asked, and again where an object is not found."""

    def __init__(self, folder: Path, form: ObjectFormat) -> None:
        self._folder, self._form = folder, form
        self._open: dict[str, Pack] = {}

    def find(self, oid: RawObjectID) -> tuple[Pack, int] | None:
        """The pack that has it, and where; None where none has."""
        return self._among(oid, list(self._open.values())) or self._among(oid, self._look())

    def cost(self, pack: Pack, offset: int) -> Cost:
        """What making the object takes.

        :raises Corrupt: its chain of differences leads nowhere, or does not end
        """
        size, most, work = -1, 0, 0
        for _ in range(_MAX_LINKS):
            link = _link(pack, offset, self._form.oid_length)
            size = link.target if size < 0 else size
            most, work = max(most, link.stored, link.target), work + link.stored + link.target
            if link.base is None:
                return Cost(link.kind, size, most, work)
            offset = link.base
        raise Corrupt("a chain of differences that does not end")

    def read(self, pack: Pack, oid: RawObjectID) -> tuple[int, bytes]:
        return pack.get_raw(oid)

    def close(self) -> None:
        for pack in self._open.values():
            with suppress(BufferError):  # an error that somebody still holds looks into it; it is closed when that is gone
                pack.close()
        self._open.clear()

    @staticmethod
    def _among(oid: RawObjectID, packs: list[Pack]) -> tuple[Pack, int] | None:
        for pack in packs:
            try:
                return pack, pack.index.object_offset(oid)
            except KeyError:
                continue
        return None

    def _look(self) -> list[Pack]:
        """Packs that have come since."""
        try:
            names = sorted(os.listdir(self._folder))[: 4 * _MAX_PACKS]
        except OSError:
            return []
        stems = [name.removesuffix(".pack") for name in names if name.endswith(".pack")]
        fresh = []
        for stem in stems[:_MAX_PACKS]:
            if stem not in self._open and is_plain(self._folder / f"{stem}.idx") and is_plain(self._folder / f"{stem}.pack"):
                base = str(self._folder / stem)
                fresh.append(Pack(base, object_format=self._form, delta_base_cache_limit=_CACHED_BYTES))
                self._open[stem] = fresh[-1]
        return fresh


class _Link(NamedTuple):
    """`stored`: bytes of the object or of the difference; `target`: of what it makes; `base`: where what it changes stands."""

    kind: int
    stored: int
    target: int
    base: int | None


def _link(pack: Pack, offset: int, oid_length: int) -> _Link:
    """One entry of a pack, by its first bytes. Format: gitformat-pack(5)."""
    head = pack.data._buffer()[offset : offset + 128]
    first, at = _byte(head, 0), 1
    kind, stored, shift = (first >> 4) & 7, first & 15, 4
    while first & 0x80:
        first = _byte(head, at)
        stored |= (first & 0x7F) << shift
        shift, at = shift + 7, at + 1
    if kind == OFS_DELTA:
        distance, at = _distance(head, at)
        if not 0 < distance < offset:
            raise Corrupt("a difference to nothing")
        return _Link(kind, stored, _target(head, at), offset - distance)
    if kind == REF_DELTA:
        base = pack.index.object_offset(RawObjectID(bytes(head[at : at + oid_length])))
        return _Link(kind, stored, _target(head, at + oid_length), base)
    return _Link(kind, stored, stored, None)


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise Corrupt("an entry of a pack that is cut off")
    return data[at]


def _distance(head: bytes, at: int) -> tuple[int, int]:
    """How far before it the base stands, big end first, each further byte counting from one more."""
    byte = _byte(head, at)
    found = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = _byte(head, at)
        found = ((found + 1) << 7) | (byte & 0x7F)
    return found, at + 1


def _target(head: bytes, at: int) -> int:
    """How large what a difference makes is: the second of the two numbers that it begins with."""
    text = zlib.decompressobj().decompress(head[at:], 40)
    numbers, value, shift = [], 0, 0
    for byte in text:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            numbers.append(value)
            value = shift = 0
            if len(numbers) == 2:
                return numbers[1]
    raise Corrupt("a difference that does not say what it makes")
