"""Lines of a file from its end, so that a window near the end of a large file costs only the window."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO, cast

from include.evidence.sources.files import LogFile
from include.evidence.sources.limits import Deadline

BLOCK = 1 << 18
LINE_BYTES = 64_000  # of a longer line, the beginning
UNPACKED = 256 << 20  # of one compressed generation
_BISECT_STOP = 4 * BLOCK


class FileShrank(Exception):
    """The file was cut short while it was read (logrotate's copytruncate): open its generations again."""


def lines_backwards(stream: BinaryIO, end: int, deadline: Deadline) -> Iterator[tuple[bytes, int, bool]]:
    """Lines before offset `end`, last one first: its first LINE_BYTES bytes, its whole length, whether a newline ended it.

    :raises FileShrank: the file is now shorter than what is left to read
    """
    position, carry, length, ended = end, b"", 0, False
    while position > 0:
        deadline.check()
        size = min(BLOCK, position)
        position -= size
        block = os.pread(stream.fileno(), size, position)
        if len(block) < size:
            raise FileShrank
        head, *whole = block.split(b"\n")
        if whole:
            last = whole.pop()
            if ended or length + len(last):  # nothing after the file's last newline is no line
                yield (last + carry)[:LINE_BYTES], length + len(last), ended
            for line in reversed(whole):
                yield line[:LINE_BYTES], len(line), True
            carry, length, ended = b"", 0, True
        carry, length = (head + carry)[:LINE_BYTES], length + len(head)
    if ended or length:
        yield carry, length, ended


def seek_after(stream: BinaryIO, size: int, moment: datetime, time_of: Callable[[bytes], datetime | None]) -> int:
    """An offset at or after which all lines are later than `moment`, found by bisection; `size` where times do not tell.

    Lines are taken to be roughly in order of time; the caller adds to `moment` what they may be out of order by.
    """
    low, high = 0, size
    while high - low > _BISECT_STOP:
        middle = (low + high) // 2
        lines = os.pread(stream.fileno(), BLOCK, middle).split(b"\n")[1:-1]
        at = next(filter(None, (time_of(line[:LINE_BYTES]) for line in lines)), None)
        if at is None:
            return high
        if at > moment:
            high = middle + BLOCK
        else:
            low = middle
    return min(high, size)


@contextmanager
def unpacked(file: LogFile, deadline: Deadline) -> Iterator[tuple[BinaryIO, int, bool]]:
    """The file itself, or its unpacked content in a temporary file: stream, size, and whether it is whole."""
    if not file.gzipped:
        yield file.stream, file.size, True
        return
    with tempfile.TemporaryFile(buffering=0) as plain:
        size, whole = 0, False
        try:
            with gzip.open(file.stream, "rb") as packed:
                while size < UNPACKED and (block := packed.read(BLOCK)):
                    deadline.check()
                    plain.write(block)
                    size += len(block)
                whole = size < UNPACKED
        except (OSError, EOFError, zlib.error):
            whole = False
        yield cast(BinaryIO, plain), size, whole
