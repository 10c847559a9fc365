"""The objects of a repository, read from its own files and checked against their hashes. Nothing else of it is looked at.

No configuration is read, so none can name a command, a filter or another place; no alternate store is followed; nothing is
checked out, so no attribute, hook, link or submodule has an occasion.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Final, NamedTuple

from dulwich.object_format import SHA1, SHA256, ObjectFormat
from dulwich.objects import RawObjectID

from include.contracts.errors import BadInput, HoldpointError, ReadFailed
from include.script_review.repository.packs import Corrupt, Packs
from include.script_review.repository.plain_file import is_plain, read_plain

COMMIT: Final = 1
TREE: Final = 2
BLOB: Final = 3
TAG: Final = 4
_KINDS = {b"commit": COMMIT, b"tree": TREE, b"blob": BLOB, b"tag": TAG}
_NAMES = {number: name for name, number in _KINDS.items()}
_MOST_HELD = 128 * 1024 * 1024  # of anything on the way to an object
_MOST_WORK = 1024 * 1024 * 1024  # of all of it together
_HEADER = 64
_WHOLE = "make the repository whole: git fsck says what is missing; an alternate store is not followed"


class TooLarge(BadInput):
    """An object larger than what was asked for."""

    def __init__(self, message: str, *, next_step: str = "leave it out of the review, or review it by hand") -> None:
        super().__init__(message, next_step=next_step)


class _Head(NamedTuple):
    kind: int
    size: int


class Objects:
    """Objects by their hash.

    :param git: the folder that holds `objects`
    :param seconds: how long one answer may take that is made of many objects; `begin` begins one
    """

    def __init__(self, git: Path, form: ObjectFormat, seconds: float = 120.0) -> None:
        self._folder, self._form, self._seconds = git / "objects", form, seconds
        self._ends = inf
        self._packs = Packs(self._folder / "pack", form)

    @property
    def hash_bytes(self) -> int:
        return self._form.oid_length

    def close(self) -> None:
        self._packs.close()

    def begin(self) -> None:
        """From now on it counts."""
        self._ends = time.monotonic() + self._seconds

    def _in_time(self) -> None:
        if time.monotonic() > self._ends:
            raise BadInput(
                f"The repository takes longer than {self._seconds:g} s to answer.",
                next_step="review its parts as repositories of their own",
            )

    def size(self, sha: str) -> int:
        """Bytes of an object, without inflating it; ReadFailed where it is missing or broken."""
        self._in_time()
        with _guard(sha):
            return self._size(sha)

    def read(self, sha: str, kind: int, most: int) -> bytes:
        """What it holds, its hash proved.

        :param most: bytes; of a larger one nothing is read
        :raises TooLarge: it is larger
        :raises ReadFailed: it is missing, broken, or of another kind
        """
        self._in_time()
        with _guard(sha):
            return self._read(sha, kind, most)

    def kind(self, sha: str) -> int:
        """COMMIT, TREE, BLOB or TAG."""
        with _guard(sha):
            return self._kind(sha)

    def __contains__(self, sha: str) -> bool:
        with _guard(sha):
            return self._packs.find(RawObjectID(bytes.fromhex(sha))) is not None or is_plain(self._loose_path(sha))

    def _size(self, sha: str) -> int:
        if (found := self._packs.find(RawObjectID(bytes.fromhex(sha)))) is not None:
            return self._packs.cost(*found).size
        return _loose_head(self._loose(sha, 4 * _HEADER))[0].size

    def _kind(self, sha: str) -> int:
        if (found := self._packs.find(RawObjectID(bytes.fromhex(sha)))) is not None:
            return self._packs.cost(*found).kind
        return _loose_head(self._loose(sha, 4 * _HEADER))[0].kind

    def _read(self, sha: str, kind: int, most: int) -> bytes:
        oid = RawObjectID(bytes.fromhex(sha))
        if (found := self._packs.find(oid)) is not None:
            cost = self._packs.cost(*found)
            _check(sha, cost.kind, kind, cost.size, most)
            if cost.most > _MOST_HELD or cost.work > _MOST_WORK:
                raise TooLarge(f"To make the object {sha[:12]}, {max(cost.most, cost.work)} bytes would have to be made.")
            data = self._packs.read(found[0], oid)[1]
        else:
            data = self._read_loose(sha, kind, most)
        head = b"%s %d\0" % (_NAMES[kind], len(data))
        proved = self._form.hash_func()
        proved.update(head)
        proved.update(data)
        if proved.hexdigest() != sha:
            raise Corrupt("its content has another hash")
        return data

    def _read_loose(self, sha: str, kind: int, most: int) -> bytes:
        head, start = _loose_head(self._loose(sha, 4 * _HEADER))
        _check(sha, head.kind, kind, head.size, most)
        # Deflate makes nothing much longer: what is, is no object of the size that it claims.
        packed = self._loose(sha, head.size + head.size // 100 + 4_096)
        inflate = zlib.decompressobj()
        data = inflate.decompress(packed, start + head.size + 1)
        if len(data) != start + head.size or not inflate.eof:
            raise Corrupt("it has another size than it says")
        return data[start:]

    def _loose_path(self, sha: str) -> Path:
        return self._folder / sha[:2] / sha[2:]

    def _loose(self, sha: str, most: int) -> bytes:
        found = read_plain(self._loose_path(sha), most)
        if found is None:
            raise KeyError(sha)
        return found


def object_format(sha: str) -> ObjectFormat:
    """SHA-1 or SHA-256, by the length of a hash."""
    return SHA256 if len(sha) == SHA256.hex_length else SHA1


def _loose_head(packed: bytes) -> tuple[_Head, int]:
    """Kind and size, and where the content begins: `blob 12` and a zero byte before it."""
    name, zero, _ = zlib.decompressobj().decompress(packed, _HEADER).partition(b"\0")
    kind, _, size = name.partition(b" ")
    if not zero or kind not in _KINDS or not size.isdigit() or len(size) > 18:
        raise Corrupt("it does not begin as an object does")
    return _Head(_KINDS[kind], int(size)), len(name) + 1


def _check(sha: str, found: int, wanted: int, size: int, most: int) -> None:
    if found != wanted:
        raise Corrupt(f"it is no {_NAMES[wanted].decode()}")
    if size > most:
        raise TooLarge(f"The object {sha[:12]} has {size} bytes, more than the {most} that are read.")


@contextmanager
def _guard(sha: str) -> Iterator[None]:
    """Whatever a broken store makes of reading becomes one of our errors; words of what was read never stand in it."""
    try:
        yield
    except (HoldpointError, KeyboardInterrupt):
        raise
    except KeyError:
        raise ReadFailed(f"The repository lacks the object {sha[:12]}.", next_step=_WHOLE) from None
    except Exception as error:
        why = str(error) if isinstance(error, Corrupt) else type(error).__name__
        raise ReadFailed(f"The object {sha[:12]} is broken: {why}.", next_step=_WHOLE) from error
