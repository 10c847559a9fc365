"""What the words of a log message usually stand for. A hint for ranking; the message itself is what gets quoted."""

from __future__ import annotations

import re


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


# Checked in this order: the first that fits names the class.
_FAULTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "configuration",
        _any(
            r"config(?:uration)?\b.{0,40}\b(?:refused|invalid|error|rejected|not reloaded|missing|unknown)",
            r"\b(?:invalid|missing|unknown|unexpected|bad)\b.{0,20}\b(?:config\w*|setting|option|key|parameter)",
        ),
    ),
    (
        "connection pool",
        _any(
            r"\bpool\b.{0,40}\b(?:exhaust\w*|timed? ?out|timeout|full|limit|empty)",
            r"no (?:free|available|idle) .{0,20}connection",
            r"(?:too many|remaining) connection",
            r"connection pool|QueuePool|HikariPool",
        ),
    ),
    (
        "disk",
        _any(
            r"no space left|disk (?:is )?full|disk quota|i/o error|read-only file system",
            r"\b(?:slow|stalled)\b.{0,25}\b(?:disk|journal|fsync|write)\b",
            r"\b(?:journal|disk|fsync|wal)\b.{0,25}\b(?:slow|stall\w*|not free|cannot be written|latency)",
        ),
    ),
    ("memory", _any(r"out of memory|\boom\b|oom-?kill\w*|memoryerror|cannot allocate memory|java heap space")),
    ("certificate", _any(r"certificate|\bx509\b|tls handshake|\bssl\b.{0,20}(?:error|fail\w*|verify)")),
    (
        "credentials",
        _any(
            r"authenti\w+ fail\w*|password authentication|access denied|permission denied|unauthori[sz]ed",
            r"(?:invalid|expired) (?:token|credential\w*|password)",
        ),
    ),
    ("name resolution", _any(r"name resolution|name or service not known|no such host|nxdomain|getaddrinfo")),
)
# Text that speaks to a reader instead of reporting. It is quoted like any other, and nothing is built on it (H11).
_ADDRESSED = _any(
    r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:previous|prior|above|all|earlier|your)\b.{0,30}\b(?:instruction|prompt|rule)",
    r"\byou are (?:now )?an? (?:ai|assistant|agent|language model)\b",
    r"\bsystem prompt\b",
    r"\b(?:dear|attention|note to) (?:ai|assistant|agent|model)\b",
)


def fault_of(message: str) -> str | None:
    """The class of fault that a message's words name, or None."""
    return next((name for name, pattern in _FAULTS if pattern.search(message)), None)


def is_addressed(message: str) -> bool:
    """Does it try to instruct its reader?"""
    return bool(_ADDRESSED.search(message))
