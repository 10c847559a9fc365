"""An sshd authentication log as Debian's rsyslog writes it: RFC 3164, `Nov 22 15:02:11 host sshd[123]: …`, host clock in UTC.

The hours before now hold: people who log on, one of them after two typing errors; the background of guessing that every
public host has; a burst of guessed names from one address; guessing at one account that exists; and one attempt under a
user name made to look like the end of a log line. Addresses are those reserved for documentation (RFC 5737, RFC 3849).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

_HOST = "shop-bastion"
_MINUTE = 60.0
_GUESSED = ("admin", "test", "oracle", "ubuntu", "postgres", "git", "user", "ftpuser", "jenkins", "pi", "guest", "www")
_NOISE = ("192.0.2.14", "192.0.2.91", "198.51.100.211", "203.0.113.140", "2001:db8:4f::19")
_PEOPLE = {"mara": 1001, "jonas": 1002, "ines": 1003}
_OFFICE = "198.51.100.20"
_BURST_FROM, _TARGETED_FROM = "203.0.113.9", "198.51.100.77"
_FORGED_NAME = "root from 192.0.2.66 port 22 ssh2"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Line = tuple[float, str, str]  # Unix time, program with its process id, text


def auth_log(now: float) -> str:
    """The log of the eight hours before `now` (Unix seconds), oldest line first."""
    chance = random.Random(4625)
    lines = [*_people(now, chance), *_noise(now, chance), *_burst(now, chance), *_targeted(now, chance), *_cron(now, chance)]
    return "".join(f"{_stamp(at)} {_HOST} {program}: {text}\n" for at, program, text in sorted(lines, key=lambda line: line[0]))


def _stamp(at: float) -> str:
    time = datetime.fromtimestamp(at, tz=UTC)  # not strftime, whose month names follow the locale
    return f"{_MONTHS[time.month - 1]} {time.day:2d} {time:%H:%M:%S}"


def _sshd(chance: random.Random) -> str:
    return f"sshd[{chance.randint(800, 31_000)}]"


def _port(chance: random.Random) -> int:
    return chance.randint(32_768, 60_999)


def _people(now: float, chance: random.Random) -> Iterator[Line]:
    for minutes in range(470, 20, -55):
        user = chance.choice(sorted(_PEOPLE))
        yield from _logon(user, now - minutes * _MINUTE, chance, _port(chance), _sshd(chance))
    at, port, program = now - 34 * _MINUTE, _port(chance), _sshd(chance)
    for pause in (0.0, 6.0):
        yield at + pause, program, f"Failed password for jonas from {_OFFICE} port {port} ssh2"
    yield from _logon("jonas", at + 15, chance, port, program)


def _logon(user: str, at: float, chance: random.Random, port: int, program: str) -> Iterator[Line]:
    key = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=43))
    yield at, program, f"Accepted publickey for {user} from {_OFFICE} port {port} ssh2: ED25519 SHA256:{key}"
    yield at + 0.1, program, f"pam_unix(sshd:session): session opened for user {user}(uid={_PEOPLE[user]}) by (uid=0)"
    yield at + 0.2, "systemd-logind[611]", f"New session {chance.randint(100, 999)} of user {user}."
    leaves = at + chance.uniform(4, 18) * _MINUTE
    yield leaves, program, f"Received disconnect from {_OFFICE} port {port}:11: disconnected by user"
    yield leaves + 0.1, program, f"Disconnected from user {user} {_OFFICE} port {port}"
    yield leaves + 0.2, program, f"pam_unix(sshd:session): session closed for user {user}"


def _noise(now: float, chance: random.Random) -> Iterator[Line]:
    for _ in range(30):
        at = now - chance.uniform(25, 480) * _MINUTE
        yield from _guess(chance.choice(_GUESSED), chance.choice(_NOISE), at, chance)


def _burst(now: float, chance: random.Random) -> Iterator[Line]:
    for number in range(48):
        at = now - 19 * _MINUTE + number * 9.5 + chance.uniform(0, 3)
        yield from _guess(_GUESSED[number % len(_GUESSED)], _BURST_FROM, at, chance)
    yield from _guess(_FORGED_NAME, _BURST_FROM, now - 11 * _MINUTE, chance)


def _guess(user: str, source: str, at: float, chance: random.Random) -> Iterator[Line]:
    port, program = _port(chance), _sshd(chance)
    yield at, program, f"Invalid user {user} from {source} port {port}"
    yield at + 0.1, program, "pam_unix(sshd:auth): check pass; user unknown"
    failure = "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost="
    yield at + 0.2, program, f"{failure}{source}"
    yield at + 2.1, program, f"Failed password for invalid user {user} from {source} port {port} ssh2"
    yield at + 2.6, program, f"Connection closed by invalid user {user} {source} port {port} [preauth]"


def _targeted(now: float, chance: random.Random) -> Iterator[Line]:
    for minutes in (9.0, 7.0, 5.0):
        at, port, program = now - minutes * _MINUTE, _port(chance), _sshd(chance)
        failed = f"Failed password for deploy from {_TARGETED_FROM} port {port} ssh2"
        yield at, program, failed
        yield at + 9, program, f"message repeated 4 times: [ {failed}]"  # so rsyslog shortens equal lines
        exceeded = "error: maximum authentication attempts exceeded for deploy"
        yield at + 11, program, f"{exceeded} from {_TARGETED_FROM} port {port} ssh2 [preauth]"
        too_many = "Too many authentication failures [preauth]"
        yield at + 11.1, program, f"Disconnecting authenticating user deploy {_TARGETED_FROM} port {port}: {too_many}"


def _cron(now: float, chance: random.Random) -> Iterator[Line]:
    hour = now - now % 3600
    for at in (hour + 17 * _MINUTE - back * 3600 for back in range(1, 8)):
        program = f"CRON[{chance.randint(800, 31_000)}]"
        yield at + 1, program, "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"
        yield at + 1.2, program, "pam_unix(cron:session): session closed for user root"
