"""Repositories for tests, made object by object, so that they may hold what git would never write."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from dulwich.object_store import DiskObjectStore
from dulwich.objects import Blob, Commit, ShaFile, Tree
from dulwich.repo import Repo

AUTHOR = b"Ines Duarte <ines.duarte@shop.example>"
FILE, PROGRAM, LINK, FOLDER, SUBMODULE = 0o100644, 0o100755, 0o120000, 0o040000, 0o160000

Content = bytes | tuple[int, bytes]  # (mode, content); of a submodule the content is a hash


class Made:
    """One repository on disk; `path` is what a catalogue would name."""

    def __init__(self, path: Path, *, bare: bool = False) -> None:
        path.mkdir(parents=True)
        self.path, self.git = path, path if bare else path / ".git"
        repo = Repo.init_bare(str(path)) if bare else Repo.init(str(path))
        repo.refs.set_symbolic_ref(b"HEAD", b"refs/heads/main")  # type: ignore[arg-type]
        repo.close()
        self._at = 1_760_000_000

    def add(self, made: ShaFile) -> str:
        with closing(DiskObjectStore(self.git / "objects")) as store:  # a Repo would read the configuration
            store.add_object(made)
        return made.id.decode()

    def tree(self, files: Mapping[str | bytes, Content]) -> str:
        """A tree of these files; slashes make folders."""
        tree, below = Tree(), {}
        for name, content in files.items():
            raw = name if isinstance(name, bytes) else name.encode()
            first, slash, rest = raw.partition(b"/")
            if slash:
                below.setdefault(first, {})[rest] = content
                continue
            mode, data = content if isinstance(content, tuple) else (FILE, content)
            tree.add(raw, mode, data if mode in (SUBMODULE, FOLDER) else self.add(Blob.from_string(data)).encode())
        for first, inner in below.items():
            tree.add(first, FOLDER, self.tree(inner).encode())
        return self.add(tree)

    def commit(
        self,
        files: Mapping[str | bytes, Content] | None = None,
        *,
        tree: str | None = None,
        parents: tuple[str, ...] = (),
        branch: str | None = "main",
        at: int | None = None,
    ) -> str:
        """A commit of these files; the branch then is at it."""
        self._at += 60
        made = Commit()
        made.tree = (tree or self.tree(files or {})).encode()
        made.parents = [parent.encode() for parent in parents]
        made.author = made.committer = AUTHOR
        made.author_time = made.commit_time = self._at if at is None else at
        made.author_timezone = made.commit_timezone = 0
        made.message = b"One more"
        sha = self.add(made)
        if branch is not None:
            self.point(f"refs/heads/{branch}", sha)
        return sha

    def point(self, name: str, sha: str) -> None:
        path = self.git / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sha + "\n")

    def pack(self) -> None:
        """All loose objects into one pack, with differences."""
        with closing(DiskObjectStore(self.git / "objects")) as store:
            store.pack_loose_objects()

    def loose(self, sha: str) -> Path:
        return self.git / "objects" / sha[:2] / sha[2:]
