"""Output of git, asked for in formats in which foreign text cannot break the frame.

Records end with NUL, which no commit header, tag or path can hold; fields end with a newline, which none of the fields can hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from include.evidence.sources.limits import Unreadable

COMMIT_FORMAT = "%H%n%h%n%ct%n%an%n%s"
TAG_FORMAT = "%(objectname)%0a%(*objectname)%0a%(creatordate:unix)%0a%(refname:strip=2)%00"


@dataclass(frozen=True)
class Commit:
    """`id` is the full hash, `revision` the short one, `at` the committer's date."""

    id: str
    revision: str
    at: datetime
    author: str
    subject: str


@dataclass(frozen=True)
class Tag:
    """`commit` is what it points at; `annotated` tags have a date of their own."""

    name: str
    commit: str
    at: datetime
    annotated: bool


def commits(output: bytes) -> list[Commit]:
    """`git log -z --format=COMMIT_FORMAT`."""
    found = []
    for record in output.decode("utf-8", errors="backslashreplace").split("\0"):
        if record:
            fields = record.split("\n")
            if len(fields) != 5:
                raise Unreadable("not its format")
            found.append(Commit(fields[0], fields[1], _at(fields[2]), fields[3], fields[4]))
    return found


def tags(output: bytes) -> list[Tag]:
    """`git for-each-ref --format=TAG_FORMAT`."""
    found = []
    for record in output.decode("utf-8", errors="backslashreplace").split("\0"):
        fields = record.lstrip("\n").split("\n")
        if fields == [""]:
            continue
        if len(fields) != 4:
            raise Unreadable("not its format")
        if fields[2]:  # a tag of something that has no date is no deployment
            found.append(Tag(fields[3], fields[1] or fields[0], _at(fields[2]), bool(fields[1])))
    return found


def paths(output: bytes) -> list[str]:
    """`git diff-tree -z --name-only`."""
    return [path for path in output.decode("utf-8", errors="backslashreplace").split("\0") if path]


def _at(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable("not its format") from None
