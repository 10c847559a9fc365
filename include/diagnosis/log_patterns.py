"""Log lines by pattern: which errors are new, which have grown, which have always been there, and when it began."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from include.contracts.base import clean_text
from include.contracts.claims import LineCount, count_claim, count_lines
from include.contracts.diagnosis import Observation
from include.contracts.tools.query_logs import LogLine, LogLines
from include.diagnosis import log_causes
from include.diagnosis.board import Analyser
from include.diagnosis.case import Case, Line, Source
from include.diagnosis.faults import fault_of, is_addressed
from include.diagnosis.finding import Finding, Sign
from include.diagnosis.quoting import cut
from include.diagnosis.templates import fragments, template

QUIET_BEFORE = timedelta(minutes=20)  # without the hours before, what is older than this within the window stands for them
BURST = timedelta(minutes=5)
_SERIOUS = frozenset({"error", "critical"})
_MESSAGE = 240  # characters of a message in a statement
_MAX_PATTERNS = 40  # a service, most lines first: a log of all different lines is no reason to write a book
_MAX_USUAL = 3
_ADDRESSED_WEIGHT = 40  # at the most, for lines that speak to their reader: who writes them wants them read first


@dataclass(frozen=True)
class Entry:
    at: datetime | None
    level: str
    message: str
    line: Line


@dataclass(frozen=True)
class Pattern:
    """`expected`: lines that the time before would let one expect; None where there is nothing to compare with."""

    level: str
    template: str
    entries: tuple[Entry, ...]  # in the window, in order of time
    before: int
    expected: float | None
    onset: datetime | None

    @property
    def unusual(self) -> bool:
        count = len(self.entries)
        if self.expected is None or self.before == 0:
            return True
        return count >= 5 and count >= 3 * self.expected and count - self.expected >= 4 * math.sqrt(self.expected)


@dataclass(frozen=True)
class ServiceLogs:
    """A service's window and the time before it."""

    service: str
    window: Source[LogLines]
    baseline: Source[LogLines] | None
    patterns: tuple[Pattern, ...]


def observe(case: Case) -> list[Finding]:
    return [finding for logs in read_logs(case) for finding in _findings(case, logs)]


def read_logs(case: Case) -> list[ServiceLogs]:
    """The logs of every service that were read, by pattern."""
    by_service: dict[str, list[Source[LogLines]]] = defaultdict(list)
    for source in case.of_tool("query_logs", LogLines):
        if source.service:
            by_service[source.service].append(source)
    return [logs for name in case.services() if (logs := _service_logs(case, name, by_service.get(name, [])))]


def _service_logs(case: Case, service: str, sources: list[Source[LogLines]]) -> ServiceLogs | None:
    started = case.incident.started_at
    earlier = [source for source in sources if (until := source.time("until")) is not None and until <= started]
    current = [source for source in sources if source not in earlier]
    if not current:
        return None
    window, baseline = current[0], earlier[-1] if earlier else None
    boundary = window.time("since")
    entries = [entry for entry in _entries(window) if boundary is None or entry.at is None or entry.at >= boundary]
    hours: float | None
    if baseline is not None:
        before = [entry for entry in _entries(baseline) if entry.at is None or boundary is None or entry.at < boundary]
        hours = _hours(baseline, before)
    else:
        before, hours = _quiet_part(entries, window, started)
    return ServiceLogs(service, window, baseline, _patterns(entries, before, hours, _window_hours(window)))


def _entries(source: Source[LogLines]) -> list[Entry]:
    return [_entry(item, line) for item, line in source.items(source.output.log_lines) if line.text]


def _entry(item: LogLine, line: Line) -> Entry:
    # The message as it stands on the line, so that what is counted is what can be quoted.
    head = len(f" {item.level.upper()} {clean_text(item.file)}: ") + len(line.text.split(" ", 1)[0])
    return Entry(item.at, item.level, line.text[head:], line)


def _hours(source: Source[LogLines], entries: Sequence[Entry]) -> float:
    """Hours that a read really covers: from its oldest line on where it was cut."""
    since, until = source.time("since"), source.time("until")
    times = [entry.at for entry in entries if entry.at]
    if source.output.truncated and times:
        since = min(times)
    return max((until - since).total_seconds() / 3600, 0.01) if since and until else 1.0


def _window_hours(source: Source[LogLines]) -> float:
    since, until = source.time("since"), source.time("until")
    return max((until - since).total_seconds() / 3600, 0.01) if since and until else 1.0


def _quiet_part(entries: Sequence[Entry], window: Source[LogLines], started: datetime) -> tuple[list[Entry], float | None]:
    since, quiet = window.time("since"), started - QUIET_BEFORE
    before = [entry for entry in entries if entry.at and entry.at < quiet]
    if since is None or since >= quiet or not before:
        return [], None
    return before, (quiet - since).total_seconds() / 3600


def _patterns(entries: list[Entry], before: list[Entry], hours: float | None, window_hours: float) -> tuple[Pattern, ...]:
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.level, template(entry.message)].append(entry)
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for entry in before:
        seen[entry.level, template(entry.message)] += 1
    found = []
    for (level, text), group in groups.items():
        ordered = tuple(sorted(group, key=lambda entry: (entry.at is None, entry.at or entries[0].at, entry.line.start)))
        count = seen[level, text]
        expected = count / hours * window_hours if hours else None
        found.append(Pattern(level, text, ordered, count, expected, _onset(ordered, expected, window_hours)))
    found.sort(key=lambda item: (-len(item.entries), item.template, item.level))
    return tuple(found[:_MAX_PATTERNS])


def _onset(entries: Sequence[Entry], expected: float | None, window_hours: float) -> datetime | None:
    """When the lines begin to come in a burst; the first of them where they never do."""
    times = [entry.at for entry in entries if entry.at]
    usual = (expected or 0.0) * (BURST.total_seconds() / 3600) / window_hours
    size = min(len(times), max(3, math.ceil(3 * usual) + 1))
    for start in range(len(times) - size + 1 if size else 0):
        if times[start + size - 1] - times[start] <= BURST:
            return times[start]
    return times[0] if times else None


def _findings(case: Case, logs: ServiceLogs) -> Iterable[Finding]:
    unusual = [pattern for pattern in logs.patterns if pattern.unusual]
    total = sum(len(pattern.entries) for pattern in unusual)
    for number, pattern in enumerate(unusual, 1):
        yield _unusual(case, logs, pattern, number, total)
    usual = [pattern for pattern in logs.patterns if not pattern.unusual][:_MAX_USUAL]
    for number, pattern in enumerate(usual, 1):
        key = f"log:{logs.service}:usual:{number}"
        yield Finding(_observation(logs, pattern, key, weight=15), Sign.NEUTRAL, logs.service)


def _unusual(case: Case, logs: ServiceLogs, pattern: Pattern, number: int, total: int) -> Finding:
    message = pattern.entries[0].message
    addressed = any(is_addressed(entry.message) for entry in pattern.entries)
    weight = min(_weight(case, pattern), _ADDRESSED_WEIGHT) if addressed else _weight(case, pattern)
    observation = _observation(logs, pattern, f"log:{logs.service}:{number}", weight=weight)
    return Finding(
        observation,
        Sign.NEUTRAL if addressed else Sign.LOG,
        logs.service,
        at=pattern.onset,
        names=frozenset() if addressed else _named(case, logs.service, message),
        fault=None if addressed else fault_of(message),
        share=len(pattern.entries) / total,
        details={"count": str(len(pattern.entries)), "addressed": "yes" if addressed else ""},
    )


def _weight(case: Case, pattern: Pattern) -> int:
    weight = 60 if pattern.level in _SERIOUS else 45
    weight += 12 if len(pattern.entries) >= 10 else 0
    near = pattern.onset is not None and abs(pattern.onset - case.incident.started_at) <= timedelta(minutes=15)
    return weight + (10 if near else 0)


def _named(case: Case, service: str, message: str) -> frozenset[str]:
    """Dependencies, known from the catalogue, that the message names exactly."""
    known = case.facts.reachable(service)
    return frozenset(name for name in known if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", message))


def _observation(logs: ServiceLogs, pattern: Pattern, key: str, *, weight: int) -> Observation:
    first, last = pattern.entries[0], pattern.entries[-1]
    onset = next((entry for entry in pattern.entries if entry.at == pattern.onset), first)
    cited = {entry.line.start: entry.line for entry in (first, onset, last)}
    claims = _claims(logs, pattern)
    said = first.line.text.split(" ", 1)[1]  # level, file and message, without the time that the claim states
    statement = f"{logs.service}: {cut(said, _MESSAGE)}"
    return Observation(
        key=key,
        statement=" — ".join([statement, "; ".join(claims)]) if claims else statement,
        citations=tuple(line.cite() for _, line in sorted(cited.items())),
        weight=weight,
        at=pattern.onset,
    )


def _claims(logs: ServiceLogs, pattern: Pattern) -> list[str]:
    """Counts by a literal that is on exactly the pattern's lines; none where there is no such literal."""
    for literal in fragments(pattern.template):
        now = count_lines(logs.window.evidence.text, literal)
        if now.count != len(pattern.entries):
            continue
        claims = [count_claim(logs.window.evidence.id, literal, now)]
        if logs.baseline is not None:
            then = count_lines(logs.baseline.evidence.text, literal)
            if then.count != pattern.before:
                continue
            claims.append(count_claim(logs.baseline.evidence.id, literal, LineCount(then.count, None, None)))
        return claims
    return []


ANALYSER = Analyser("log_patterns", observe, log_causes.explain)
