"""Packs that would cost far more than they weigh, or never end."""

from __future__ import annotations

import hashlib
import struct
import tracemalloc
import zlib

import pytest
from dulwich.pack import write_pack_index

from include.contracts.errors import ReadFailed
from include.script_review.repository.limits import RepositoryLimits
from include.script_review.repository.objects import TooLarge
from include.script_review.repository.repository import open_local
from tests.git_kit import Made

BASE = b"b" * 65_536
BLOB, OFS_DELTA, REF_DELTA = 3, 6, 7


def number(value: int) -> bytes:
    """As differences write their lengths: seven bits a byte, the lowest first."""
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def entry(kind: int, data: bytes, before: bytes = b"", claims: int | None = None) -> bytes:
    size = len(data) if claims is None else claims
    first, size = kind << 4 | size & 15, size >> 4
    return bytes([first | (0x80 if size else 0)]) + (number(size) if size else b"") + before + zlib.compress(data, 9)


def back(distance: int) -> bytes:
    """How far before it a difference's base stands."""
    out = bytes([distance & 0x7F])
    while distance := distance >> 7:
        distance -= 1
        out = bytes([distance & 0x7F | 0x80]) + out
    return out


def grows(base: int, copies: int) -> bytes:
    """A difference that writes the whole base again and again; eight bytes each time are enough for 64 KiB."""
    return number(base) + number(base * copies) + b"\x90\x00" * copies if base == 65_536 else b""


def pack(made: Made, entries: list[tuple[str, bytes]]) -> None:
    """Write a pack of raw entries under the hashes that are given for them."""
    data, index = b"PACK" + struct.pack(">LL", 2, len(entries)), []
    for sha, raw in entries:
        index.append((bytes.fromhex(sha), len(data), zlib.crc32(raw)))
        data += raw
    data += hashlib.sha1(data).digest()
    stem = made.git / "objects" / "pack" / "pack-of-a-stranger"
    stem.with_suffix(".pack").write_bytes(data)
    with stem.with_suffix(".idx").open("wb") as file:
        write_pack_index(file, sorted(index), data[-20:], version=2)


def test_the_kit_makes_packs_that_are_read(made: Made):
    text = BASE * 3
    base, grown = (hashlib.sha1(b"blob %d\0" % len(each) + each).hexdigest() for each in (BASE, text))
    first = entry(BLOB, BASE)
    pack(made, [(base, first), (grown, entry(OFS_DELTA, grows(len(BASE), 3), back(len(first))))])
    with open_local(made.path) as repository:
        assert repository.blob(base) == BASE
        assert repository.blob(grown) == text


def test_a_difference_that_grows_a_thousandfold_is_refused_unmade(made: Made):
    first = entry(BLOB, BASE)
    bomb = entry(OFS_DELTA, grows(len(BASE), 200_000), back(len(first)))  # 13 GB from some hundred bytes
    assert len(bomb) < 2_000
    pack(made, [("a" * 40, first), ("b" * 40, bomb)])
    with open_local(made.path, limits=RepositoryLimits(blob_bytes=10**12)) as repository:
        tracemalloc.start()
        with pytest.raises(TooLarge):
            repository.blob("b" * 40)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 4_000_000


def test_a_small_file_made_from_something_huge_is_refused(made: Made):
    huge = entry(BLOB, b"\0" * 1_000, claims=10**10)
    small = number(10**10) + number(3) + b"\x03abc"
    pack(made, [("a" * 40, huge), ("b" * 40, entry(OFS_DELTA, small, back(len(huge))))])
    with open_local(made.path) as repository, pytest.raises(TooLarge, match="would have to be made"):
        repository.blob("b" * 40)


def test_a_long_chain_of_large_differences_is_refused(made: Made):
    """Each step is within the bounds; two thousand of them would take minutes."""
    entries = [("0" * 40, entry(BLOB, BASE * 100))]
    whole = number(len(BASE) * 100) * 2
    for at in range(1, 2_000):
        last = entries[-1][1]
        entries.append((f"{at:040x}", entry(OFS_DELTA, whole, back(len(last)))))
    pack(made, entries)
    with open_local(made.path, limits=RepositoryLimits(blob_bytes=10**9)) as repository, pytest.raises(TooLarge, match="made"):
        repository.blob(f"{1_999:040x}")


@pytest.mark.parametrize("length", [1, 2, 5])
def test_differences_to_each_other_end(made: Made, length: int):
    names = [f"{number:040x}" for number in range(1, length + 1)]
    delta = number(3) + number(3) + b"\x03abc"
    pack(made, [(name, entry(REF_DELTA, delta, bytes.fromhex(names[(at + 1) % length]))) for at, name in enumerate(names)])
    with open_local(made.path) as repository, pytest.raises(ReadFailed, match="does not end"):
        repository.blob(names[0])


@pytest.mark.parametrize(
    "raw",
    [
        entry(OFS_DELTA, number(3) + number(3) + b"\x03abc", back(100_000)),
        entry(OFS_DELTA, b"", back(1)),
        entry(OFS_DELTA, b"\xff" * 60, back(12)),
        entry(REF_DELTA, number(3) + number(3) + b"\x03abc", b"\x99" * 20),
        entry(5, b"x"),
        entry(0, b"x"),
        b"\xff" * 200,
        b"",
    ],
)
def test_entries_of_garbage(made: Made, raw: bytes):
    pack(made, [("a" * 40, raw)])
    with open_local(made.path) as repository, pytest.raises(ReadFailed):
        repository.blob("a" * 40)
