"""What a commit holds, and what differs between two: read from trees, which name files and never lead out of them.

A subtree with the same hash is the same to the last byte, so it is passed over whole. Trees are checked against their hashes,
therefore none can hold itself; one that holds another many times over is stopped by counting.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dulwich.objects import parse_tree

from include.contracts.errors import BadInput, ReadFailed
from include.script_review.repository.limits import RepositoryLimits
from include.script_review.repository.objects import TREE, Objects
from include.script_review.walk import shown_path

_SUBMODULE = 0o160000
_MOST_MODE = 0o177777
_FILES = (0o100644, 0o100755, 0o100664)  # the last: written by very old versions of git
_NO_NAMES = (b"", b".", b"..", b".git")
SUBMODULE = "a submodule: another repository, not entered"
LINK = "a symbolic link: not followed"
ODD_NAME = "a name that git does not give"
ODD_MODE = "neither a file nor a folder"


class File(NamedTuple):
    """`sha`: the hash of what it holds, `size` in bytes, `mode` as git keeps it: 0o100644, or 0o100755 if it may be run."""

    sha: str
    size: int
    mode: int


class Named(NamedTuple):
    """A file of a tree: the hash of what it holds, and its mode."""

    sha: str
    mode: int


@dataclass(frozen=True)
class Tree:
    """All files of a commit by path, and what is none with the reason. Paths are fit to be printed and stored."""

    files: Mapping[str, Named]
    skipped: Mapping[str, str]


class Change(NamedTuple):
    """Before is None for what is new, after for what is gone. A file that was renamed is gone there and new here."""

    before: Named | None
    after: Named | None


@dataclass(frozen=True)
class Changes:
    """What differs between two trees, by path. `skipped`: what is there now and new or changed, and not looked at."""

    files: Mapping[str, Change]
    skipped: Mapping[str, str]


@dataclass
class _Found:
    files: dict[bytes, Named] = field(default_factory=dict)
    skipped: dict[bytes, str] = field(default_factory=dict)


class _Entry(NamedTuple):
    mode: int
    sha: str


class Trees:
    """Trees of one repository, for one answer: of what is counted, more than the limits say raises BadInput."""

    def __init__(self, objects: Objects, limits: RepositoryLimits) -> None:
        self._objects, self._limits = objects, limits
        self._entries, self._room = limits.entries, limits.path_bytes

    def tree(self, sha: str) -> Tree:
        """Everything below a tree."""
        found = _Found()
        self._all(sha, found)
        names = _Names()
        files = {names.shown(path): named for path, named in sorted(found.files.items())}
        return Tree(files, {names.shown(path): why for path, why in sorted(found.skipped.items())})

    def changes(self, before: str, after: str) -> Changes:
        """What differs. Work is proportional to that, not to the size of the trees."""
        old, new = _Found(), _Found()
        folders = [(b"", before, after)] if before != after else []
        while folders:
            prefix, was, now = folders.pop()
            self._compare(prefix, self._listed(was), self._listed(now), old, new, folders)
        names = _Names()
        paths = sorted({*old.files, *new.files})
        files = {names.shown(path): Change(old.files.get(path), new.files.get(path)) for path in paths}
        return Changes(files, {names.shown(path): why for path, why in sorted(new.skipped.items())})

    def _compare(
        self,
        prefix: bytes,
        was: Mapping[bytes, _Entry],
        now: Mapping[bytes, _Entry],
        old: _Found,
        new: _Found,
        folders: list[tuple[bytes, str, str]],
    ) -> None:
        for name in {*was, *now}:
            before, after = was.get(name), now.get(name)
            if before == after:
                continue
            if before and after and stat.S_ISDIR(before.mode) and stat.S_ISDIR(after.mode) and self._may_enter(prefix, name):
                folders.append((prefix + name + b"/", before.sha, after.sha))
                continue
            if before:
                self._sort(prefix, name, before, old)
            if after:
                self._sort(prefix, name, after, new)

    def _may_enter(self, prefix: bytes, name: bytes) -> bool:
        return not _odd(name) and prefix.count(b"/") < self._limits.folders

    def _sort(self, prefix: bytes, name: bytes, entry: _Entry, found: _Found) -> None:
        """Keep one entry, and all below it if it is a folder."""
        if (below := self._keep(prefix, name, entry, found)) is not None:
            self._all(entry.sha, found, below)

    def _all(self, sha: str, found: _Found, prefix: bytes = b"") -> None:
        folders = [(prefix, sha)]
        while folders:
            prefix, sha = folders.pop()
            for name, entry in self._listed(sha).items():
                if (below := self._keep(prefix, name, entry, found)) is not None:
                    folders.append((below, entry.sha))

    def _keep(self, prefix: bytes, name: bytes, entry: _Entry, found: _Found) -> bytes | None:
        """Keep what is no folder; of a folder that may be entered, its path with a slash."""
        self._room -= len(prefix) + len(name)
        self._require(self._room, f"more than {self._limits.path_bytes} bytes of paths")
        path = prefix + name
        why = _skipped(name, entry.mode)
        if why is None and stat.S_ISDIR(entry.mode):
            if prefix.count(b"/") < self._limits.folders:
                return path + b"/"
            why = f"deeper than {self._limits.folders} folders: not entered"
        if why is None:
            found.files[path] = Named(entry.sha, entry.mode)
        else:
            found.skipped[path] = why
        return None

    def _listed(self, sha: str) -> dict[bytes, _Entry]:
        """One folder's entries; of a name that stands there twice, both are wrong and the last is as good as the first."""
        data = self._objects.read(sha, TREE, self._limits.tree_bytes)
        try:
            entries = dict(_parsed(data, self._objects.hash_bytes))
        except Exception as error:
            raise ReadFailed(f"The tree {sha[:12]} cannot be read.", next_step="git fsck says what is wrong") from error
        self._entries -= len(entries) + 1
        self._require(self._entries, f"more than {self._limits.entries} entries")
        return entries

    @staticmethod
    def _require(left: int, what: str) -> None:
        if left < 0:
            raise BadInput(
                f"The tree holds {what}.",
                next_step="review its parts as repositories of their own; one this large is often a trap",
            )


def _parsed(data: bytes, hash_bytes: int) -> Iterator[tuple[bytes, _Entry]]:
    for name, mode, sha in parse_tree(data, hash_bytes):
        yield name, _Entry(mode if 0 <= mode <= _MOST_MODE else 0, sha.decode("ascii"))


def _skipped(name: bytes, mode: int) -> str | None:
    """Why this is not looked at; None for a file and for a folder."""
    if _odd(name):
        return ODD_NAME
    if mode == _SUBMODULE:
        return SUBMODULE
    if stat.S_ISLNK(mode):
        return LINK
    return None if stat.S_ISDIR(mode) or mode in _FILES else ODD_MODE


def _odd(name: bytes) -> bool:
    return name.lower() in _NO_NAMES or b"/" in name


class _Names:
    """Paths as text. Two that differ only in what is written out get a number, so that none hides another."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def shown(self, raw: bytes) -> str:
        path = first = shown_path(raw.decode("utf-8", "surrogateescape"))
        count = 1
        while path in self._given:
            count += 1
            path = f"{first}~{count}"
        self._given.add(path)
        return path
