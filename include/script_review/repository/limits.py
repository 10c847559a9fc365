"""How much of a repository a review takes on. Only the constructor's arguments change a bound: nothing of the repository does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class RepositoryLimits:
    """Sizes in bytes, times in seconds."""

    blob_bytes: int = 5_000_000  # a larger file is not read
    tree_bytes: int = 16_000_000  # of one folder's listing
    entries: int = 500_000  # files and folders of one commit
    folders: int = 100  # folders within folders
    path_bytes: int = 100_000_000  # of all paths of one commit
    answer_seconds: float = 120.0  # for one answer that is made of many objects
    commits: int = 200_000  # looked at for the commit that two lines have in common
    fetch_seconds: float = 600.0  # wall time for one fetch, all of it
    read_seconds: float = 60.0  # for a server to say anything
    fetch_bytes: int = 2_000_000_000  # over the wire for one fetch, and on disk
    process_bytes: int = 1_000_000_000  # of memory for the process that fetches

    def __post_init__(self) -> None:
        if any(getattr(self, name) <= 0 for name in self.__slots__):
            raise ValueError("a bound must be more than nothing")
