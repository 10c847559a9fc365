"""The lines of a log in a window of time, newest kept: live file and rotated generations, read from the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from include.contracts.tools.query_logs import Level
from include.evidence.sources.files import LogFile, open_generations
from include.evidence.sources.limits import TEXT_BUDGET, Deadline, TextBudget, read_failed
from include.evidence.sources.log_lines import RANK, LineFormat, ParsedLine, is_unfinished, parse_line, shown, time_of
from include.evidence.sources.tail import FileShrank, lines_backwards, seek_after, unpacked

DISORDER = timedelta(seconds=60)  # threads and hosts write lines out of order by seconds
_OLDER_IN_A_ROW = 200  # a single line with a wrong clock does not end the reading
_UNDATED_IN_A_ROW = 20_000  # a file whose lines name no time is not read to its beginning
_CONTINUATION = 200  # lines of one stack trace that are kept
_RENDERING = 40  # characters that a rendered line has besides file and message
_RESTARTS = 3


@dataclass(frozen=True)
class Window:
    """Half-open [since, until)."""

    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        return self.since <= at < self.until


@dataclass(frozen=True)
class Entry:
    """A log line with the lines that continue it. `order`: its time, or that of the line it stands next to."""

    at: datetime | None
    order: datetime
    level: Level
    message: str
    file: str


@dataclass
class LogScan:
    """What was found. `partial`: limits or damage ended the reading before the window's beginning."""

    entries: list[Entry] = field(default_factory=list)  # newest first
    dated: int = 0  # lines read that have a time, in the window or not
    undated: int = 0
    scanned: int = 0
    matched: int = 0
    partial: bool = False
    files: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """Which lines are kept; all lines in the window are counted.

    `keep` entries and `characters` of text at the most. `zone`: of times that name none. `contains`: any line without it is left
    out before it is counted as matched.
    """

    window: Window
    min_level: Level
    keep: int
    zone: tzinfo = UTC
    contains: str = ""
    characters: int = TEXT_BUDGET


def scan_log(root: Path, relative: str, wanted: Wanted, *, deadline: Deadline, soft: Deadline) -> LogScan:
    """Read one log.

    :param soft: when it ends, what was read so far is returned as partial; when `deadline` ends, the read fails
    :raises ReadFailed: no such file, not readable, or cut short over and over while it was read
    """
    since = wanted.window.since.timestamp() - 1
    for _ in range(_RESTARTS):
        try:
            with open_generations(root, relative, deadline.system, since=since) as files:
                scanner = _Scanner(wanted, deadline, soft)
                for file in files:
                    if not scanner.read(file):
                        break
                return scanner.found
        except FileShrank:
            continue
    raise read_failed(deadline.system, "not readable", next_step="the file is cut short again and again: clear this task later")


class _Scanner:
    def __init__(self, wanted: Wanted, deadline: Deadline, soft: Deadline) -> None:
        self.wanted, self.window, self.least = wanted, wanted.window, RANK[wanted.min_level]
        self.deadline, self.soft = deadline, soft
        self.found = LogScan()
        self.budget = TextBudget(wanted.characters)
        self.older = 0

    def read(self, file: LogFile) -> bool:
        """Read one generation; False when nothing older is of interest."""
        self.found.files.append(file.name)
        latest = datetime.fromtimestamp(file.changed, tz=UTC) + timedelta(days=1)
        form = LineFormat(self.wanted.zone, latest, self.least)
        with unpacked(file, self.deadline) as (stream, size, whole):
            if not whole:
                self.found.damaged.append(file.name)
                self.found.partial = True
            end = seek_after(stream, size, self.window.until + DISORDER, lambda raw: time_of(raw, form))
            return self._lines(lines_backwards(stream, end, self.deadline), form, file.name)

    def _lines(self, lines: Iterator[tuple[bytes, int, bool]], form: LineFormat, name: str) -> bool:
        pending: list[tuple[ParsedLine, int]] = []  # lines without a time, newest first: their predecessor decides
        newest, limited = self.window.until - timedelta(microseconds=1), False
        for raw, length, ended in lines:
            if not raw.strip() or (not ended and is_unfinished(raw)):
                continue
            line = parse_line(raw, form)
            if not ended and line.plain:
                line = ParsedLine(line.at, line.level, line.message + " [unfinished line]", plain=True)
            if line.at is None:
                self.found.undated += 1
                pending.append((line, length))
                if len(pending) >= _UNDATED_IN_A_ROW or self.soft.left() <= 0:
                    self.found.partial = limited = True
                    break
                continue
            self._block(line, line.at, length, pending, name)
            pending, newest = [], line.at
            if not self._goes_on(line.at):
                return False
        if pending:  # at the file's beginning: the line after them decides
            self._undated(pending, newest, name)
        return not limited

    def _goes_on(self, at: datetime) -> bool:
        self.older = self.older + 1 if at < self.window.since - DISORDER else 0
        if self.soft.left() <= 0:
            self.found.partial = True
            return False
        return self.older < _OLDER_IN_A_ROW

    def _block(self, line: ParsedLine, at: datetime, length: int, after: list[tuple[ParsedLine, int]], name: str) -> None:
        self.found.dated += 1
        if not self.window.holds(at):
            return
        if line.plain and after:
            continued = [text.message for text, _ in reversed(after[-_CONTINUATION:])]
            length += sum(size + 1 for _, size in after)
            line = ParsedLine(at, line.level, "\n".join([line.message, *continued]), plain=True)
        else:
            self._undated(after, at, name)
        self._take(line, at, length, name)

    def _undated(self, lines: list[tuple[ParsedLine, int]], order: datetime, name: str) -> None:
        if self.window.holds(order):
            for line, length in lines:
                self._take(line, order, length, name)

    def _take(self, line: ParsedLine, order: datetime, length: int, name: str) -> None:
        self.found.scanned += 1
        if RANK[line.level] < self.least or self.wanted.contains not in line.message:
            return
        self.found.matched += 1
        if len(self.found.entries) >= self.wanted.keep:
            return
        message = shown(line.message, length)
        if self.budget.take(len(message) + len(name) + _RENDERING):
            self.found.entries.append(Entry(line.at, order, line.level, message, name))
