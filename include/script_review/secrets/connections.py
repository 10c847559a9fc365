"""Passwords inside connection strings."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Confidence
from include.script_review.secrets.judge import judge
from include.script_review.secrets.names import Name
from include.script_review.secrets.secret import Candidate, Family
from include.script_review.secrets.strength import drawn
from include.script_review.secrets.value import Form

# Fields that stand beside the password in ADO.NET, ODBC, OLE DB, JDBC, libpq, Azure and Redis connection strings.
_BESIDE = re2.compile(
    rb"(?i)(?:^|[\s;\"'?&({,])(?:server|data source|datasource|host|hostname|hostaddr|addr(?:ess)?|network address|user ?id|uid"
    rb"|user|username|database|dbname|initial catalog|driver|dsn|provider"
    rb"|accountname|(?:account)?endpoint"
    rb"|defaultendpointsprotocol|port|sslmode|ssl|abortconnect|encrypt"
    rb"|integrated security|persist security info|trusted_connection"
    rb"|sharedaccesskeyname|deviceid)[ \t]*=[ \t]*[^\s=]"
)
_FIELD = re2.compile(
    rb"(?i)(?:^|[\s;\"'?&({,])(?:password|pwd|accountkey|sharedaccesskey)[ \t]{0,2}=[ \t]{0,2}"
    rb"(?:(\{)[^}\r\n]{4}|[^;\"'\s{}&<>]{4})"
)
_BRACED = re2.compile(rb"[^}\r\n]*")
_BARE = re2.compile(rb"[^;\"'\s{}&<>]*")
# libpq puts blanks between its fields.
_BLANKS = re2.compile(rb"(?:^|[\s\"'])(?:host|hostaddr|dbname|user|port)=[^\s,;(){}\"']+[ \t]+$")
_LIBPQ = re2.compile(rb"(?:^|[\s\"'])(?:host|hostaddr|dbname|sslmode)=[^\s,;(){}\"']")
_PLAIN = re2.compile(rb"[A-Za-z_][A-Za-z_.0-9]*")
_LINE = 400


def connection_strings(data: bytes) -> Iterator[Candidate]:
    """Passwords and keys with the other fields of a connection string beside them."""
    for found in _FIELD.finditer(data):
        start = found.end() - 4
        end = (_BRACED if found[1] else _BARE).match(data, start, start + _LINE).end()
        value = data[start:end].rstrip(b" )],\\")
        if found[1] and _PLAIN.fullmatch(value):
            continue  # a field of a format, not what ODBC puts in braces
        if (b"=" in value[:-2] and b"&" in value) or not _connected(data, found.start() + 1, end):
            continue
        if sure := _sure(value.decode("utf-8", "replace")):
            yield Candidate(start, start + len(value), Family.CONNECTION, "connection-string", sure)


def _sure(value: str) -> Confidence | None:
    if drawn(value):
        return Confidence.HIGH
    return judge(Name(0, "password", "password"), value, Form.LINES, told=True)


def _connected(data: bytes, start: int, end: int) -> bool:
    """Do other fields stand beside, on the same line, with what joins them?"""
    line = data.rfind(b"\n", max(0, start - _LINE), start) + 1
    stop = data.find(b"\n", end, end + _LINE)
    before = data[max(line, start - _LINE) : start]
    after = data[end : stop if stop >= 0 else end + _LINE]
    if before.rstrip()[-1:] in (b";", b"&", b"?") or after.lstrip()[:1] in (b";", b"&"):
        return bool(_BESIDE.search(before) or _BESIDE.search(after))
    return bool(_BLANKS.search(before) and (_LIBPQ.search(before) or _LIBPQ.search(after)))
