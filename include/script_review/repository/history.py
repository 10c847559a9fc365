"""Commits: what one says of its tree and parents, and the newest that two lines have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path

from include.contracts.errors import BadInput, ReadFailed
from include.script_review.repository.objects import COMMIT, TAG, Objects
from include.script_review.repository.plain_file import read_plain
from include.script_review.repository.refs import is_hash

_MOST_BYTES = 4_000_000  # of one commit
_TAGS = 5  # tags of tags
_ONE, _OTHER, _BOTH, _STALE = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Commit:
    """`at`: when it was committed, seconds since 1970; it orders the walk and proves nothing."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    at: int


class History:
    """The commits of one repository. `most`: how many are looked at for one answer."""

    def __init__(self, objects: Objects, git: Path, most: int) -> None:
        self._objects, self._most = objects, most
        self._shallow = frozenset((read_plain(git / "shallow", 8_000_000) or b"").decode("ascii", "replace").split())

    def commit(self, sha: str) -> Commit:
        """One commit; ReadFailed where it is missing or broken."""
        found = _parsed(sha, self._objects.read(sha, COMMIT, _MOST_BYTES))
        return found if sha not in self._shallow else Commit(sha, found.tree, (), found.at)

    def peeled(self, sha: str) -> str:
        """The commit that a hash names, by way of tags."""
        for _ in range(_TAGS):
            if self._objects.kind(sha) != TAG:
                return self.commit(sha).sha
            sha = _field(self._objects.read(sha, TAG, _MOST_BYTES).split(b"\n\n", 1)[0], b"object") or ""
            if not is_hash(sha):
                break
        raise ReadFailed("A tag that leads to no commit.", next_step="name a commit or a branch")

    def common(self, one: str, other: str) -> str | None:
        """The newest commit that is in the history of both; None where there is none.

        Where lines were merged crosswise there are several best ones: then the newest, by its own clock.
        """
        walk = _Walk(self.commit, self._most)
        walk.mark(one, _ONE)
        walk.mark(other, _OTHER)
        found = walk.meet()
        return max(found, key=lambda commit: (commit.at, commit.sha)).sha if found else None


class _Walk:
    """Back from both sides, newest first, marking what each reaches; what lies behind a common commit is stale."""

    def __init__(self, commit: Callable[[str], Commit], most: int) -> None:
        self._commit, self._most = commit, most
        self._marks: dict[str, int] = {}
        self._known: dict[str, Commit] = {}
        self._queue: list[tuple[int, str]] = []
        self._fresh: set[str] = set()  # in the queue, and not stale

    def mark(self, sha: str, flags: int) -> None:
        """Note that a side reaches it; looked at again if that is news."""
        had = self._marks.get(sha, 0)
        if had | flags == had:
            return
        self._marks[sha] = had | flags
        if sha not in self._known:
            if len(self._known) >= self._most:
                raise BadInput(f"The lines have no common commit among {self._most}.", next_step="review the whole branch")
            self._known[sha] = self._commit(sha)
        heappush(self._queue, (-self._known[sha].at, sha))
        (self._fresh.discard if self._marks[sha] & _STALE else self._fresh.add)(sha)

    def meet(self) -> list[Commit]:
        """The commits that both reach and that lie behind no other such one."""
        found: dict[str, Commit] = {}
        while self._queue and self._fresh:
            _, sha = heappop(self._queue)
            self._fresh.discard(sha)
            flags = self._marks[sha]
            if flags & _BOTH == _BOTH:
                if not flags & _STALE:
                    found[sha] = self._known[sha]
                flags |= _STALE
            for parent in self._known[sha].parents:
                self.mark(parent, flags)
        return [commit for sha, commit in found.items() if not self._marks[sha] & _STALE]


def _parsed(sha: str, data: bytes) -> Commit:
    """`tree`, any number of `parent`, `author`, `committer`; a blank line ends them. Format: gitformat-commit."""
    head = data.split(b"\n\n", 1)[0]
    parents = [line[7:].decode("ascii", "replace") for line in head.split(b"\n") if line.startswith(b"parent ")]
    tree = _field(head, b"tree")
    if tree is None or not all(map(is_hash, (tree, *parents))):
        raise ReadFailed(f"The commit {sha[:12]} does not say what it holds.", next_step="git fsck says what is wrong")
    words = (_field(head, b"committer") or "").split()
    at = int(words[-2]) if len(words) > 1 and words[-2].isascii() and words[-2].isdigit() and len(words[-2]) < 18 else 0
    return Commit(sha, tree, tuple(parents), at)


def _field(head: bytes, name: bytes) -> str | None:
    """The first line of that name."""
    for line in head.split(b"\n"):
        if line.startswith(name + b" "):
            return line[len(name) + 1 :].decode("ascii", "replace")
    return None
