"""Read one of a repository's own files: only a regular one, only so much of it.

A pipe would wait for ever and a device may act on being opened, so neither is; a link of the repository's own is followed, since
what is read is either checked against its hash or no more than a hash itself.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_plain(path: Path, most: int) -> bytes | None:
    """The first `most` bytes of a regular file; None where there is none that can be read."""
    try:
        file = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    try:
        return _read(file, most) if stat.S_ISREG(os.fstat(file).st_mode) else None
    except OSError:
        return None
    finally:
        os.close(file)


def _read(file: int, most: int) -> bytes:
    parts, left = [], most
    while left > 0 and (part := os.read(file, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def is_plain(path: Path) -> bool:
    """Is it a regular file, or a link to one?"""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False
