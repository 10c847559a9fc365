"""A repository as a review sees it: commits, the files of each, what differs, what a file holds. It only reads.

with open_local(Path("/srv/git/scripts.git")) as repository:
    snapshot = repository.snapshot(repository.resolve(None))
    snapshot.read("scripts/Reset-Pool.ps1")
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

from include.contracts.errors import ConfigError, NotFound, ReadFailed
from include.script_review.repository.history import History
from include.script_review.repository.limits import RepositoryLimits
from include.script_review.repository.objects import BLOB, Objects, TooLarge, object_format
from include.script_review.repository.owners import Note, Owners, place_of, read_owners
from include.script_review.repository.plain_file import read_plain
from include.script_review.repository.refs import branch_ref, find_ref, is_hash
from include.script_review.repository.trees import Changes, File, Tree, Trees
from include.store.location import home

_SAMPLE = 200


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The files of one commit: regular ones only, no link followed, no submodule entered.

    :ivar commit: its whole hash
    """

    repository: Repository
    commit: str
    tree: Tree

    @cached_property
    def blobs(self) -> Mapping[str, str]:
        """Path to the hash of what it holds."""
        return {path: file.sha for path, file in self.tree.files.items()}

    @property
    def skipped(self) -> Mapping[str, str]:
        """What is no regular file, with the reason."""
        return self.tree.skipped

    def read(self, path: str) -> bytes:
        """What the file holds.

        :raises NotFound: the commit has no such file
        :raises TooLarge: it is larger than `blob_bytes`
        :raises ReadFailed: the repository cannot give it
        """
        file = self.tree.files.get(path)
        if file is None:
            raise NotFound("The commit has no such file.", next_step="list what the commit holds")
        return self.repository.blob(file.sha)

    def owners(self) -> Owners:
        """What its CODEOWNERS says; nobody owns anything where it has none, or where that is too large to be read."""
        place = place_of(self.tree.files)
        try:
            return read_owners(self.read(place)) if place is not None else Owners()
        except TooLarge as error:
            return Owners(notes=[Note(0, error.message)])


class Repository:
    """One repository's store.

    :param git: the folder that holds `HEAD`, `objects` and `refs`
    :param branch: what `resolve(None)` means; None: what is checked out
    """

    def __init__(self, git: Path, *, branch: str | None = None, limits: RepositoryLimits | None = None) -> None:
        self._git, self._branch, self.limits = git, branch, limits or RepositoryLimits()
        first = find_ref(git, branch_ref(branch)) or find_ref(git, "HEAD") or ""
        self._hash_length = len(first) or 40
        self._objects = Objects(git, object_format(first), self.limits.answer_seconds)
        self._history = History(self._objects, git, self.limits.commits)
        self._closed = weakref.finalize(self, self._objects.close)

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._closed()

    def __contains__(self, commit: str) -> bool:
        """Is there an object of that hash?"""
        return len(commit) == self._hash_length and is_hash(commit) and commit in self._objects

    def resolve(self, commit: str | None = None) -> str:
        """The whole hash of a commit.

        :param commit: a whole hash, a branch or a name below `refs/`; None: the newest of the reviewed branch
        :raises NotFound: there is none; an empty repository has none
        :raises ReadFailed: the repository cannot be read
        """
        self._objects.begin()
        if commit is not None and is_hash(commit):
            if commit not in self:
                raise NotFound(f"The repository has no commit {commit[:12]}.", next_step="fetch it, or name another")
            return self._history.peeled(commit)
        name = branch_ref(commit if commit is not None else self._branch)
        found = find_ref(self._git, name)
        if found is None:
            what = "what is checked out" if name == "HEAD" else name[:200]
            raise NotFound(f"The repository has no commit at {what!r}.", next_step="commit something, or name another branch")
        return self._history.peeled(found)

    def snapshot(self, commit: str) -> Snapshot:
        """The files of a commit, without their sizes."""
        self._objects.begin()
        return Snapshot(self, commit, self._trees().tree(self._history.commit(commit).tree))

    def tree(self, commit: str) -> Mapping[str, File]:
        """The files of a commit by path, each with its size; `snapshot` also has what was skipped, and is faster."""
        self._objects.begin()
        found = self._trees().tree(self._history.commit(commit).tree)
        return {path: File(file.sha, self._objects.size(file.sha), file.mode) for path, file in found.files.items()}

    def changed(self, old: str, new: str) -> Changes:
        """What differs between two commits. Subtrees that are the same are not opened."""
        self._objects.begin()
        before, after = self._history.commit(old), self._history.commit(new)
        return self._trees().changes(before.tree, after.tree)

    def merge_base(self, one: str, other: str) -> str | None:
        """The newest commit that both have in their history; None where there is none."""
        self._objects.begin()
        return self._history.common(one, other)

    def common(self, one: str, other: str) -> str:
        """The same; `one` where there is none."""
        return self.merge_base(one, other) or one

    def pull_request(self, base: str, head: str) -> Changes:
        """What `head` changes since it left `base`, as `base...head` shows it."""
        return self.changed(self.common(base, head), head)

    def blob(self, sha: str, most: int | None = None) -> bytes:
        """What a file holds; TooLarge where that is more than `most` bytes (default: `blob_bytes`)."""
        self._objects.begin()
        return self._objects.read(sha, BLOB, self.limits.blob_bytes if most is None else most)

    def _trees(self) -> Trees:
        limits = self.limits
        return Trees(self._objects, limits)


def open_local(path: Path, *, branch: str | None = None, limits: RepositoryLimits | None = None) -> Repository:
    """A repository on this machine, bare or with files beside it, read where it stands.

    :raises NotFound: there is no such folder, or it holds no repository
    :raises ReadFailed: it is a linked worktree or a submodule, whose store is somewhere else
    """
    for git in (path / ".git", path):
        if (git / "objects").is_dir() and read_plain(git / "HEAD", _SAMPLE) is not None:
            return Repository(git, branch=branch, limits=limits)
    if read_plain(path / ".git", _SAMPLE) is not None:
        raise ReadFailed(
            f"{path} is a worktree of a repository that stands elsewhere.", next_step="name that repository in repositories.yaml"
        )
    what = "holds no git repository" if path.is_dir() else "does not exist"
    raise NotFound(f"{path} {what}.", next_step="correct `where` in repositories.yaml, or make the repository")


def local_path(where: str) -> Path:
    """The folder that a path or a `file://` address means; ConfigError for another kind of address."""
    if "://" not in where:
        return home() / where
    parts = urlsplit(where)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise ConfigError("A repository is a path, a file:// or an https:// address.", next_step="correct repositories.yaml")
    return Path(unquote(parts.path))
