"""A repository on a server: fetched when a commit is wanted that is not here yet, and read from our own folder.

Stages of one review run in processes, maybe on machines, of their own: each finds the commit in its cache, or fetches it again.
"""

from __future__ import annotations

from pathlib import Path

from include.script_review.repository.fetch import Ask, fetch, folder_of
from include.script_review.repository.limits import RepositoryLimits
from include.script_review.repository.repository import Repository, Snapshot, local_path, open_local
from include.script_review.repository.trees import Changes


class RemoteRepository:
    """The same questions as to a local one. Only `resolve(None)` and a commit that is missing ask the server."""

    def __init__(
        self,
        url: str,
        *,
        branch: str | None = None,
        credentials: Ask | None = None,
        limits: RepositoryLimits | None = None,
        cache: Path | None = None,
    ) -> None:
        self._url, self._branch, self._credentials = url, branch, credentials
        self._limits, self._cache = limits or RepositoryLimits(), cache
        self._open: Repository | None = None

    def resolve(self, commit: str | None = None) -> str:
        """The whole hash of a commit; None: the newest of the branch, as it is on the server now."""
        if commit is None:
            return self._fetched().resolve(None)
        return self._having(commit).resolve(commit)

    def snapshot(self, commit: str) -> Snapshot:
        return self._having(commit).snapshot(commit)

    def changed(self, old: str, new: str) -> Changes:
        return self._having(old, new).changed(old, new)

    def common(self, one: str, other: str) -> str:
        return self._having(one, other).common(one, other)

    def pull_request(self, base: str, head: str) -> Changes:
        return self._having(base, head).pull_request(base, head)

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _having(self, *commits: str) -> Repository:
        here = self._open
        if here is None and (folder := folder_of(self._url, self._cache)).is_dir():
            here = self._open = Repository(folder, branch=self._branch, limits=self._limits)
        if here is None or any(commit not in here for commit in commits):
            return self._fetched(*commits)
        return here

    def _fetched(self, *commits: str) -> Repository:
        self.close()
        folder = fetch(
            self._url,
            branch=self._branch,
            commits=commits,
            credentials=self._credentials,
            limits=self._limits,
            cache=self._cache,
        )
        self._open = Repository(folder, branch=self._branch, limits=self._limits)
        return self._open


def open_repository(
    where: str, *, branch: str | None = None, credentials: Ask | None = None, limits: RepositoryLimits | None = None
) -> Repository | RemoteRepository:
    """A repository by what stands in the catalogue.

    :param where: an `https` address, a `file://` address or a path; a relative path is below Holdpoint's home
    :raises NotFound: a path that does not exist or holds no repository
    """
    if where.startswith(("https://", "http://")):
        return RemoteRepository(where, branch=branch, credentials=credentials, limits=limits)
    return open_local(local_path(where), branch=branch, limits=limits)
