"""One log line: JSON of the common loggers, or plain text. What it does not say is None or `unknown`, never guessed.

Keys: the usual ones of structlog, Python's json loggers, Bunyan, Pino, Logback/ECS, zap, Docker's json-file, journald's export.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from include.contracts.base import clean_text
from include.contracts.tools.query_logs import Level
from include.evidence.sources import stamps

_TIMES = ("at", "time", "timestamp", "ts", "@timestamp", "datetime", "date", "eventtime", "asctime", "__realtime_timestamp", "t")
_LEVELS = ("level", "lvl", "severity", "levelname", "log.level", "loglevel", "severity_text", "priority")
_MESSAGES = ("message", "msg", "event", "log", "text", "short_message", "body")
_WORDS: dict[str, Level] = {
    **dict.fromkeys(("trace", "debug", "fine", "finer", "finest", "verbose"), "debug"),
    **dict.fromkeys(("info", "information", "informational", "notice", "config", "default"), "info"),
    **dict.fromkeys(("warn", "warning"), "warning"),
    **dict.fromkeys(("err", "error", "severe", "eror"), "error"),
    **dict.fromkeys(("crit", "critical", "fatal", "panic", "dpanic", "alert", "emerg", "emergency"), "critical"),
}
_SYSLOG: tuple[Level, ...] = ("critical", "critical", "critical", "error", "warning", "info", "info", "debug")  # RFC 5424, 6.2.1
_TENS: dict[int, Level] = {1: "debug", 2: "debug", 3: "info", 4: "warning", 5: "error", 6: "critical"}  # Bunyan, Pino
_FOREVER = datetime.max.replace(tzinfo=UTC)
_FRAME_BYTES = 200  # where a plain line's time and level stand
_WORD = re.compile(
    r"(?:^|[\s\[<(|\"=:])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|SEVERE|CRIT|CRITICAL|FATAL|PANIC|ALERT|EMERG)(?=$|[\s\]>)|\":,])"
)
_BRACKETED = re.compile(
    r"(?:\[|\blevel=\"?|\blvl=\"?|\bseverity=\"?)(trace|debug|info|notice|warn|warning|err|error|crit|critical|fatal|panic|alert|emerg)\b",
    re.I,
)
_PRIORITY = re.compile(r"<(\d{1,3})>(?:1 )?", re.ASCII)
_KLOG = re.compile(r"([IWEF])(\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{6})", re.ASCII)
_LOGFMT = re.compile(r"\b(?:time|ts|timestamp|at|t)=(?:\"([^\"]{10,40})\"|(\S{10,40}))", re.ASCII)
_KLOG_LEVELS: dict[str, Level] = {"I": "info", "W": "warning", "E": "error", "F": "critical"}
RANK: dict[Level, int] = {"debug": 0, "info": 1, "warning": 2, "error": 3, "critical": 4, "unknown": 5}


@dataclass(frozen=True)
class ParsedLine:
    """`at` None: the line names no time. `plain`: text, to which following lines without a time belong."""

    at: datetime | None
    level: Level
    message: str
    plain: bool


@dataclass(frozen=True)
class LineFormat:
    """What lines do not say themselves: their time zone, and when they can have been written at the latest.

    `least`: a JSON line whose level ranks lower gets no message, because nobody will read it.
    """

    zone: tzinfo = UTC
    latest: datetime = _FOREVER
    least: int = 0


def parse_line(raw: bytes, form: LineFormat) -> ParsedLine:
    """Parse one line of at most some 64 kB. Never fails: what is no JSON object is plain text."""
    text = raw.decode("utf-8", errors="backslashreplace").rstrip("\r")
    if text.lstrip().startswith("{"):
        record = _object(text)
        if record is not None:
            return _from_object(record, form)
    head = text[:_FRAME_BYTES]
    at, after = _plain_time(head, form)
    message = text if at is None else text[after:].lstrip(" ]|-:,\t") or text
    return ParsedLine(at, _plain_level(head, after), message, plain=True)


def time_of(raw: bytes, form: LineFormat) -> datetime | None:
    """The time of a line alone."""
    return parse_line(raw, form).at


def is_unfinished(raw: bytes) -> bool:
    """Is a line without its newline a JSON object still being written?"""
    return raw.lstrip().startswith(b"{") and _object(raw.decode("utf-8", errors="backslashreplace")) is None


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _from_object(record: dict[str, Any], form: LineFormat) -> ParsedLine:
    fields = {str(key).lower(): value for key, value in record.items()}
    time_key = next((key for key in _TIMES if fields.get(key) not in (None, "")), None)
    level_key = next((key for key in _LEVELS if isinstance(fields.get(key), str | int)), None)
    message_key = next((key for key in _MESSAGES if isinstance(fields.get(key), str) and fields[key]), None)
    at = stamps.parse_time(fields[time_key], form.zone) if time_key else None
    level = _level(fields[level_key], level_key) if level_key else _nested_level(fields.get("log"))
    if RANK[level] < form.least:
        return ParsedLine(at, level, "", plain=False)
    rest = {key: value for key, value in record.items() if str(key).lower() not in (time_key, level_key, message_key)}
    message = " ".join(filter(None, (str(fields[message_key]).rstrip("\n") if message_key else "", _fields(rest))))
    return ParsedLine(at, level, message, plain=False)


def _fields(rest: dict[str, Any]) -> str:
    """What varies, after the message: `key=value`, empty values left out."""
    shown = []
    for key, value in rest.items():
        if value is None or value == "":
            continue
        simple = isinstance(value, str | float | int) and not isinstance(value, bool)
        text = str(value) if simple else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        shown.append(f"{key}={text}")
    return " ".join(shown)


def _nested_level(log: object) -> Level:
    return _level(log.get("level"), "level") if isinstance(log, dict) else "unknown"


def _level(value: object, key: str) -> Level:
    if isinstance(value, str):
        word = value.strip().strip("[]<>").lower()
        if word.isascii() and word.isdigit() and len(word) < 4:
            return _level(int(word), key)
        return _WORDS.get(word, "unknown")
    if isinstance(value, bool) or not isinstance(value, int):
        return "unknown"
    if key in ("priority", "severity", "level") and 0 <= value <= 7:
        return _SYSLOG[value]
    return _TENS.get(value // 10, "unknown")


def _plain_time(head: str, form: LineFormat) -> tuple[datetime | None, int]:
    """The line's time where it begins with one (after a priority or bracket), and where the rest begins."""
    priority = _PRIORITY.match(head)
    start = priority.end() if priority else 0
    while start < len(head) and head[start] in "[(\"' ":
        start += 1
    if match := stamps.ISO.match(head, start):
        return stamps.from_iso(match, form.zone), match.end()
    if match := stamps.RFC3164.match(head, start):
        return stamps.from_rfc3164(match, form.latest, form.zone), match.end()
    if match := _KLOG.match(head, start):
        _, month, day, hour, minute, second, _ = match.groups()
        classic = stamps.RFC3164.match(f"{stamps.month_name(int(month))} {int(day):2} {hour}:{minute}:{second}.{match[7]}")
        return (stamps.from_rfc3164(classic, form.latest, form.zone) if classic else None), match.end()
    if match := stamps.ACCESS_LOG.search(head):  # after the client's address and name
        return stamps.from_access_log(match), 0
    return _logfmt_time(head, form), 0


def _logfmt_time(head: str, form: LineFormat) -> datetime | None:
    match = _LOGFMT.search(head)
    return stamps.parse_time(match[1] or match[2], form.zone) if match else None


def _plain_level(head: str, after: int) -> Level:
    if match := _KLOG.match(head):
        return _KLOG_LEVELS[match[1]]
    if match := _BRACKETED.search(head, max(0, after - 1)) or _WORD.search(head, max(0, after - 1)):
        return _WORDS[match[1].lower()]
    if priority := _PRIORITY.match(head):
        return _SYSLOG[int(priority[1]) & 7]
    return "unknown"


def shown(text: str, length: int, limit: int = 4_000) -> str:
    """A message as evidence: inert, cut visibly; `length` is that of the whole line in bytes."""
    clean = clean_text(text)
    return clean if len(clean) <= limit else f"{clean[:limit]}… [cut: the line has {length} bytes]"
