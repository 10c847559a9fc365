"""The files below paths that someone named, read where they stand. Nobody who may write there can lead the review elsewhere.

Every folder and file is opened from its folder's own descriptor, never by a path that could have changed meanwhile, and without
following symbolic links. Only regular files are opened: a pipe would wait for ever, a device may act on being opened. A link
is passed over in silence only where what it points to is met under its own name; whatever else is not read is said.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from include.contracts.base import clean_text
from include.script_review.limits import Limits

SKIPPED = frozenset({".git", ".venv", "node_modules"})
_PATH_LENGTH = 4_096  # of the contract
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
_BREAKS = str.maketrans({one: f"\\u{{{ord(one):04X}}}" for one in "\n\r\t"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. `path` is fit to be printed and stored; `data` is None where it was not read, and `reason` says why.

    `reason` is None where it was.
    """

    path: str
    data: bytes | None
    reason: str | None = None


def walk(
    paths: Sequence[str | os.PathLike[str]],
    *,
    root: str | os.PathLike[str] | None = None,
    limits: Limits | None = None,
    skip: Collection[str] = SKIPPED,
) -> Iterator[Entry]:
    """The files at and below `paths`, each once, one folder after the other in the order of its names.

    A file is read when its turn comes, so that no more than one is held. A path that is given may be a link; nothing below it.

    :param root: where paths are counted from (default: the current folder); what lies outside is counted from its own path
    :param skip: names of folders that are not entered, unless one is itself given
    """
    base = os.path.realpath(os.fspath(root) if root is not None else os.getcwd())
    named = list(dict.fromkeys(_real(os.fspath(path)) for path in paths))
    tour = _Tour(limits or Limits(), frozenset(skip), frozenset(named))
    for real in named:
        yield from tour.start(real, _prefix(real, base, alone=len(named) == 1))


def shown_path(raw: str) -> str:
    """A path as the contract holds it: line ends, bytes that are no UTF-8 and hidden characters written out, length bounded."""
    shown = clean_text(raw.translate(_BREAKS))
    if len(shown) <= _PATH_LENGTH:
        return shown
    return f"{shown[: _PATH_LENGTH - 20]}…{hashlib.sha256(os.fsencode(raw)).hexdigest()[:16]}"


def _real(path: str) -> str:
    """Where a given path leads; one that no system has stays as it is and fails on being opened."""
    try:
        return os.path.realpath(path)
    except ValueError:
        return path


def _prefix(real: str, base: str, *, alone: bool) -> str:
    """How a given path itself is called."""
    if real == base:
        return ""
    if real.startswith(base.rstrip("/") + "/"):
        return real[len(base.rstrip("/")) + 1 :]
    if alone:
        return "" if os.path.isdir(real) else os.path.basename(real)
    return real.lstrip("/")


class _Tour:
    """One walk. `_seen` holds folders by device and inode: a loop, or a folder given twice, is entered once."""

    def __init__(self, limits: Limits, skip: frozenset[str], named: frozenset[str]) -> None:
        self._limits, self._skip, self._named = limits, skip, named
        self._seen: set[tuple[int, int]] = set()

    def start(self, real: str, prefix: str) -> Iterator[Entry]:
        """The file or the folder that was given."""
        try:
            mode = os.lstat(real).st_mode
            if stat.S_ISDIR(mode):
                with _opened(real, _FOLDER) as folder:
                    yield from self._folder(folder, real, prefix, real, 0)
                return
            entry = self._file(shown_path(prefix or os.path.basename(real)), real, mode, None)
        except (OSError, ValueError) as error:
            entry = Entry(shown_path(prefix or os.path.basename(real) or "/"), None, _why(error))
        yield entry

    def _folder(self, folder: int, real: str, prefix: str, top: str, depth: int) -> Iterator[Entry]:
        """What an open folder holds. `real` is where it stands, `top` the given folder that it is in."""
        here = os.fstat(folder)
        if (here.st_dev, here.st_ino) in self._seen:
            return
        self._seen.add((here.st_dev, here.st_ino))
        shown: dict[str, int] = {}
        for name, mode in _listed(folder):
            path = _unique(shown_path(f"{prefix}/{name}" if prefix else name), shown)
            place = f"{real.rstrip('/')}/{name}"
            if stat.S_ISDIR(mode):
                yield from self._below(folder, name, place, path, top, depth + 1)
            elif stat.S_ISLNK(mode):
                yield from self._link(place, path, top)
            elif place not in self._named:
                yield self._file(path, name, mode, folder)

    def _below(self, parent: int, name: str, real: str, path: str, top: str, depth: int) -> Iterator[Entry]:
        if name in self._skip or real in self._named:
            return
        if depth > self._limits.folders:
            yield Entry(path, None, f"deeper than {self._limits.folders} folders: not entered")
            return
        try:
            with _opened(name, _FOLDER, parent) as folder:
                yield from self._folder(folder, real, path, top, depth)
        except OSError as error:
            yield Entry(path, None, f"a folder that cannot be read: {_why(error)}")

    def _link(self, place: str, path: str, top: str) -> Iterator[Entry]:
        """Nothing if what it points to is met below `top` anyway."""
        target = os.path.realpath(place)
        within = target == top or target.startswith(top.rstrip("/") + "/")
        if within and os.path.lexists(target) and not os.path.islink(target):
            if self._skip.isdisjoint(target[len(top) :].split("/")):
                return
            yield Entry(path, None, "a symbolic link into a folder that is skipped: not followed")
        else:
            yield Entry(path, None, "a symbolic link that leads out of the tree or nowhere: not followed")

    def _file(self, path: str, name: str, mode: int, folder: int | None) -> Entry:
        if not stat.S_ISREG(mode):
            return Entry(path, None, "not a regular file: not opened")
        try:
            with _opened(name, _FILE, folder) as file:
                if not stat.S_ISREG(os.fstat(file).st_mode):
                    return Entry(path, None, "not a regular file: not read")
                data = _read(file, self._limits.file_bytes)
        except OSError as error:
            return Entry(path, None, f"cannot be read: {_why(error)}")
        return Entry(path, data, None if data is not None else f"larger than {self._limits.file_bytes} bytes: not read")


@contextmanager
def _opened(name: str, flags: int, folder: int | None = None) -> Iterator[int]:
    file = os.open(name, flags, dir_fd=folder)
    try:
        yield file
    finally:
        os.close(file)


def _listed(folder: int) -> list[tuple[str, int]]:
    """Names and modes in the order of the paths below: a folder `a` stands where `a/` does. What is gone by now is left out."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found.append((entry.name, entry.stat(follow_symlinks=False).st_mode))
            except FileNotFoundError:
                continue
    return sorted(found, key=lambda one: os.fsencode(one[0]) + b"/" * stat.S_ISDIR(one[1]))


def _read(file: int, most: int) -> bytes | None:
    """All of a file, whatever size it claims; None if that is more than `most` bytes."""
    if os.fstat(file).st_size > most:
        return None
    parts, left = [], most + 1
    while left > 0 and (part := os.read(file, 1 << 20)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts) if left > 0 else None


def _unique(path: str, shown: dict[str, int]) -> str:
    """Names that differ only in what is written out get a number."""
    count = shown[path] = shown.get(path, 0) + 1
    return path if count == 1 else _unique(f"{path}~{count}", shown)


def _why(error: OSError | ValueError) -> str:
    """The reason in the system's words, without the path."""
    return (error.strerror or "an error of the system") if isinstance(error, OSError) else "a path that no system has"
