"""What doctor says: one thing that is wrong, missing or worth knowing, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from include.contracts.errors import HoldpointError


class Level(StrEnum):
    """An error stops something from working; a warning will, or leaves something unwatched; info only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """`area` is the check, `subject` the thing it looked at: a file, a row, a variable."""

    level: Level
    area: str
    subject: str
    problem: str
    next_step: str

    def to_json(self) -> dict[str, str]:
        """`{"level", "area", "subject", "problem", "next_step"}`."""
        return asdict(self)


def error(area: str, subject: str, problem: str, next_step: str) -> Finding:
    return Finding(Level.ERROR, area, subject, problem, next_step)


def warning(area: str, subject: str, problem: str, next_step: str) -> Finding:
    return Finding(Level.WARNING, area, subject, problem, next_step)


def info(area: str, subject: str, problem: str, next_step: str) -> Finding:
    return Finding(Level.INFO, area, subject, problem, next_step)


def raised(area: str, subject: str, found: HoldpointError, level: Level = Level.ERROR) -> Finding:
    """One of our own errors, as a finding."""
    return Finding(level, area, subject, found.message, found.next_step)
