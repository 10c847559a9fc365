"""Which commit a branch is at: read from `HEAD`, the files below `refs/`, and `packed-refs`."""

from __future__ import annotations

from pathlib import Path

from dulwich.refs import Ref, check_ref_format

from include.contracts.errors import ReadFailed
from include.script_review.repository.plain_file import read_plain

_LINE = 4_096
_PACKED = 64 * 1024 * 1024
_HOPS = 5
_HEX = frozenset("0123456789abcdef")
_LENGTHS = (40, 64)


def is_hash(text: str) -> bool:
    """A whole hash, SHA-1 or SHA-256."""
    return len(text) in _LENGTHS and set(text) <= _HEX


def find_ref(git: Path, name: str) -> str | None:
    """The hash that a name leads to: `HEAD`, or one that begins with `refs/`; None where it leads nowhere.

    :raises ReadFailed: names that lead to each other, or a store of names that is not read
    """
    for _ in range(_HOPS):
        if name != "HEAD" and not _is_name(name):
            return None
        text = _loose(git, name) or ref_names(git).get(name)
        if text is None:
            _refuse_reftable(git)
            return None
        if is_hash(text):
            return text
        if not text.startswith("ref:"):
            return None
        name = text.removeprefix("ref:").strip()
    raise ReadFailed("Names of the repository lead to each other.", next_step="correct its HEAD")


def branch_ref(branch: str | None) -> str:
    """The whole name of a branch, of what is checked out where None."""
    if branch is None:
        return "HEAD"
    return branch if branch.startswith("refs/") else f"refs/heads/{branch}"


def _is_name(name: str) -> bool:
    return name.startswith("refs/") and name.isprintable() and check_ref_format(Ref(name[5:].encode("utf-8", "surrogateescape")))


def _loose(git: Path, name: str) -> str | None:
    data = read_plain(git / name, _LINE)
    return None if data is None else data.decode("ascii", "replace").split("\n", 1)[0].strip()


def _refuse_reftable(git: Path) -> None:
    if (git / "reftable").is_dir():
        raise ReadFailed("The repository keeps its names in a reftable.", next_step="git refs migrate --ref-format=files")


def ref_names(git: Path) -> dict[str, str]:
    """All of `packed-refs`: name to hash."""
    text = (read_plain(git / "packed-refs", _PACKED) or b"").decode("utf-8", "surrogateescape")
    pairs = (line.partition(" ")[::2] for line in text.split("\n"))
    return {name: sha for sha, name in pairs if is_hash(sha) and name.startswith("refs/")}
