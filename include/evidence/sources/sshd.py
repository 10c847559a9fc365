"""Failed logons in OpenSSH's syslog lines.

One attempt leaves several lines (sshd's own, PAM's, the closing of the connection). Counted are sshd's "Failed … for" lines; what
else tells of a failure counts once per connection, and only where that connection has none of them. Formats: OpenSSH `auth.c`,
`auth2.c`, `packet.c`; rsyslog's "message repeated".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

_FRAME = re.compile(
    r"(?P<host>\S+) (?:sshd|sshd-session|sshd-auth)(?:\[(?P<pid>\d+)\]:| (?P<pid5424>\d+|-) \S+ (?:-|\[.*?\])) ?(?P<text>.*)",
    re.ASCII,
)
_REPEATED = re.compile(r"message repeated (\d{1,6}) times: \[ ?(.*)\]")
_SOFT_PREFIX = re.compile(r"(?:(?:error|fatal|info|warning): |\[ID \d+ [a-z.]+\] )+")
# A client chooses its user name, blanks and "from 10.0.0.1 port 22" included: the last such group in the line is sshd's own.
_FAILED = re.compile(r"Failed (\S+) for (invalid user )?(.*) from (\S+) port (\d+)(?: ssh\d?)?(?:: \S+ \S+)?$")
_ACCEPTED = re.compile(r"Accepted \S+ for .* from (\S+) port (\d+)(?: ssh\d?)?(?:: .*)?$")
_INVALID = re.compile(r"(?:Invalid|Illegal) user (.*) from (\S+?)(?: port (\d+))?$")
_NOT_ALLOWED = re.compile(r"User (.*) from (\S+) not allowed because .*$")
_TOO_MANY = re.compile(
    r"maximum authentication attempts exceeded for (invalid user )?(.*) from (\S+) port (\d+)(?: ssh\d?)?(?: \[preauth\])?$"
)
_CLOSED = re.compile(
    r"(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting) (authenticating|invalid) user (.*) (\S+) port (\d+)"
    r"(?:: [A-Za-z ]+)?(?: \[preauth\])?$"
)
_PAM = re.compile(r"pam_\w+\(sshd:auth\): authentication failure;.*?\brhost=(\S*)(?:\s+user=(.*))?$")
_PAM_ERROR = re.compile(r"PAM: .* for (?:illegal user |invalid user )?(.*) from (\S+)$")

UNKNOWN_USER, NOT_ALLOWED, TOO_MANY, GAVE_UP, PAM = (
    "unknown user",
    "not allowed",
    "too many attempts",
    "gave up before authenticating",
    "authentication failure (PAM)",
)
_TELLING = (NOT_ALLOWED, UNKNOWN_USER, TOO_MANY, GAVE_UP, PAM)  # the most telling first; sshd calls a banned user invalid, too
_Session = tuple[str, str]  # host, process id
_METHODS = {"password": "wrong password", "publickey": "key refused"}


@dataclass(frozen=True)
class Failure:
    """`count` failed logons at `at`. `address` as sshd wrote it: an IP address, or a host name with UseDNS."""

    at: datetime
    host: str
    account: str
    address: str
    reason: str
    count: int = 1


@dataclass(frozen=True)
class _Seen:
    """What one line says. `hard`: an attempt of its own; otherwise a hint that counts only where there is no attempt."""

    failure: Failure
    session: _Session
    port: str
    hard: bool
    key: bool = False


def failures(lines: Iterable[tuple[datetime, str]]) -> Iterator[Failure]:
    """Failed logons in syslog lines.

    :param lines: (time, the line after its time), in any order
    """
    seen: list[_Seen] = []
    accepted: set[tuple[_Session, str]] = set()
    for at, line in lines:
        frame = _FRAME.match(line)
        if not frame:
            continue
        session = (frame["host"], frame["pid"] or frame["pid5424"] or "-")
        repeated = _REPEATED.match(frame["text"])
        text, count = (repeated[2], int(repeated[1])) if repeated else (frame["text"], 1)
        text = text[match.end() :] if (match := _SOFT_PREFIX.match(text)) else text
        if match := _ACCEPTED.match(text):
            accepted.add((session, match[2]))
        elif found := _read(at, session, text, count):
            seen.append(found)
    yield from _attempts(seen, accepted)
    yield from _hints(seen, accepted)


def _failed(m: re.Match[str]) -> tuple[str, str, str, str]:
    reason = UNKNOWN_USER if m[2] else GAVE_UP if m[1] == "none" else _METHODS.get(m[1], f"{m[1]} refused")
    return m[3], m[4], m[5], reason


# pattern → account, address, port, reason
_HINTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str, str, str]]], ...] = (
    (_FAILED, _failed),
    (_INVALID, lambda m: (m[1], m[2], m[3], UNKNOWN_USER)),
    (_NOT_ALLOWED, lambda m: (m[1], m[2], "", NOT_ALLOWED)),
    (_TOO_MANY, lambda m: (m[2], m[3], m[4], UNKNOWN_USER if m[1] else TOO_MANY)),
    (_CLOSED, lambda m: (m[2], m[3], m[4], UNKNOWN_USER if m[1] == "invalid" else GAVE_UP)),
    (_PAM, lambda m: (m[2], m[1], "", PAM)),
    (_PAM_ERROR, lambda m: (m[1], m[2], "", PAM)),
)


def _read(at: datetime, session: _Session, text: str, count: int) -> _Seen | None:
    for pattern, fields in _HINTS:
        if match := pattern.match(text):
            account, address, port, reason = fields(match)
            method = match[1] if pattern is _FAILED else ""
            failure = Failure(at, session[0], account or "", address, reason, count)
            return _Seen(failure, session, port or "", hard=method not in ("", "none"), key=method == "publickey")
    return None


def _attempts(seen: list[_Seen], accepted: set[tuple[_Session, str]]) -> Iterator[Failure]:
    banned = {s.session for s in seen if s.failure.reason == NOT_ALLOWED}
    for s in seen:
        if not s.hard or (s.key and (s.session, s.port) in accepted):  # a client offers its keys one after the other
            continue
        if s.failure.reason == UNKNOWN_USER and s.session in banned:
            f = s.failure
            yield Failure(f.at, f.host, f.account, f.address, NOT_ALLOWED, f.count)
        else:
            yield s.failure


def _hints(seen: list[_Seen], accepted: set[tuple[_Session, str]]) -> Iterator[Failure]:
    """One failure per connection that has only hints, with the most telling reason.

    A line without a port belongs to its process's connection where there was one (process ids are used again).
    """
    counted: dict[_Session, set[str]] = {}
    for session, port in {(s.session, s.port) for s in seen if s.hard} | accepted:
        counted.setdefault(session, set()).add(port)
    hints: dict[_Session, list[_Seen]] = {}
    for s in seen:
        if not s.hard:
            hints.setdefault(s.session, []).append(s)
    for session, lines in hints.items():
        done = counted.get(session, set())
        ports = {s.port for s in lines if s.port}
        single = len(ports | done) <= 1
        for port in sorted(ports - done) or ([] if done or ports else [""]):
            own = [s for s in lines if s.port == port or (single and not s.port)]
            f = min(own, key=lambda s: (_TELLING.index(s.failure.reason), s.failure.at)).failure
            yield Failure(f.at, f.host, f.account, f.address, f.reason)
