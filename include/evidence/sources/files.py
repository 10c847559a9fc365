"""Files below a connection's root, and a log's rotated generations. Whatever leads out of the root is refused."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from include.contracts.errors import ConfigError
from include.evidence.sources.limits import read_failed

_LISTINGS = 50  # a rotation between listing and opening is seen, and the listing made again
_PAUSE = 0.01  # seconds
# app.log.1, app.log.2.gz (logrotate, Python); app.log-20260301.gz (logrotate's dateext); app.log.2026-03-01 (Python, timed)
_GENERATION = re.compile(
    r"(?:\.(?P<number>\d{1,4})|[-.](?P<date>\d{8}(?:[-T]?\d{2,6})?|\d{4}-\d\d-\d\d(?:_\d\d(?:-\d\d){0,2})?))(?P<gz>\.gz)?",
    re.ASCII,
)
_INVERTED = str.maketrans("0123456789", "9876543210")
_Identity = tuple[int, int]  # device, inode


@dataclass(frozen=True)
class LogFile:
    """An open generation of a log; it stays the same file when it is renamed meanwhile. `changed` is Unix time."""

    name: str
    stream: BinaryIO
    gzipped: bool
    size: int
    changed: float


def resolve_below(root: Path, relative: str) -> Path:
    """Where `relative` really is, symbolic links followed; ConfigError where that is not below `root` (H11)."""
    try:
        base = root.resolve(strict=True)
        found = (base / relative).resolve()
    except (OSError, RuntimeError, ValueError):  # RuntimeError: a loop of links; ValueError: a NUL
        found = base = Path("/")
    if Path(relative).is_absolute() or found == base or not found.is_relative_to(base):
        raise ConfigError(
            f"{relative!r} is not below its connection's path.",
            next_step="write it relative to the path in the connection's extra, without '..' or links that lead out",
        )
    return found


def open_below(root: Path, relative: str, system: str) -> BinaryIO:
    """Open a regular file below `root` for reading, unbuffered.

    :raises ConfigError: it lies outside
    :raises ReadFailed: it does not exist, may not be read, or is no regular file (a pipe would block for ever)
    """
    try:
        return _open(root, relative)
    except FileNotFoundError:
        raise read_failed(system, "no such file", repr(relative)) from None
    except OSError:
        raise read_failed(system, "not readable", repr(relative)) from None


def _open(root: Path, relative: str) -> BinaryIO:
    # The resolved path is walked again without following links, so that exchanging a folder for a link in between gains nothing.
    parts = resolve_below(root, relative).relative_to(root.resolve()).parts
    folder = os.open(root.resolve(), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            os.close(folder)
            folder = inner
        handle = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise PermissionError("not a regular file")
    return os.fdopen(handle, "rb", buffering=0)


@contextmanager
def open_generations(root: Path, relative: str, system: str, *, since: float) -> Iterator[list[LogFile]]:
    """The log and its rotated generations, newest first, all open at once, so that a rotation meanwhile loses nothing.

    :param since: Unix time; generations last changed before it are left out, as nothing in them can be newer
    :raises ReadFailed: there is no file at all, or one that may not be read
    """
    resolve_below(root, relative)
    for _ in range(_LISTINGS):
        with ExitStack() as stack:
            try:
                before = _list(root, relative)
                files = [_generation(root, name, relative, stack) for name in before]
                opened = {file.name: _identity(os.fstat(file.stream.fileno())) for file in files}
                settled = opened == before == _list(root, relative)
            except FileNotFoundError:  # renamed between listing and opening
                settled = not resolve_below(root, relative).parent.is_dir()
                files = []
            except OSError:
                raise read_failed(system, "not readable", repr(relative)) from None
            if settled:
                if not files:
                    raise read_failed(system, "no such file", repr(relative))
                yield [file for file in files if file.changed >= since or file.name == relative]
                return
        time.sleep(_PAUSE)
    raise read_failed(
        system, "not readable", repr(relative), next_step="the log is rotated again and again: clear this task later"
    )


def _generation(root: Path, name: str, live: str, stack: ExitStack) -> LogFile:
    stream = stack.enter_context(_open(root, name))
    info = os.fstat(stream.fileno())
    return LogFile(name, stream, name != live and name.endswith(".gz"), info.st_size, info.st_mtime)


def _list(root: Path, relative: str) -> dict[str, _Identity]:
    """Name → identity of the log and its generations, newest first; a plain file wins over its half-made .gz."""
    live = Path(relative)
    folder = root if live.parent == Path() else resolve_below(root, str(live.parent))
    ranked = []
    with os.scandir(folder) as entries:
        for entry in entries:
            order = _order(entry.name, live.name)
            if order is not None:
                ranked.append((order, entry.name, _identity(entry.stat())))  # "x.1" sorts before "x.1.gz"
    found: dict[tuple[int, str], tuple[str, _Identity]] = {}
    for order, name, identity in sorted(ranked):
        found.setdefault(order, (name, identity))
    return {str(live.with_name(name)): identity for name, identity in found.values()}


def _identity(info: os.stat_result) -> _Identity:
    return info.st_dev, info.st_ino


def _order(name: str, live: str) -> tuple[int, str] | None:
    """Sort key, newest first: the live file, then numbers upwards, then dates downwards; None for other files."""
    if name == live:
        return (0, "")
    match = _GENERATION.fullmatch(name[len(live) :]) if name.startswith(live) else None
    if match is None:
        return None
    if match["number"]:
        return (int(match["number"]) + 1, "")
    return (100_000, match["date"].translate(_INVERTED))
