"""Credentials in addresses, in their queries and in Authorization headers."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import re2

from include.contracts.script_review import Confidence
from include.script_review.secrets.judge import credentials, judge, weak_pair
from include.script_review.secrets.names import Name
from include.script_review.secrets.placeholder import nothing, reference
from include.script_review.secrets.secret import Candidate, Family
from include.script_review.secrets.strength import drawn
from include.script_review.secrets.value import Form

# RFC 3986, section 3.2.1: user information, deprecated there for this reason. From behind `://`.
_USER = re2.compile(rb"([^\s/?#\"'<>@:(){}`|\\]*):([^\s/\"'<>`@|]+)@(\[?[A-Za-z0-9.\-$_{%:]+)")
_QUERY = re2.compile(
    rb"(?i)[?&](password|passwd|pwd|(?:access_|auth_|private_)?token|api[_-]?key|apikey|client_secret|secret|signature|key|code)="
    rb"[^\s&\"'<>`#;,)\\]{6}"
)
_ASKED = re2.compile(rb"[^\s&?\"'<>`#;,)\\]*")
# RFC 9110, section 11: a scheme and what it carries.
_HEADER = re2.compile(rb"(?i)\b(basic|bearer|token|apikey)[ \t]{1,4}[A-Za-z0-9._~+/-]{6}")
_CARRIED = re2.compile(rb"[A-Za-z0-9._~+/=-]*")
_LONGEST = 3_000
_WINDOW = 400
# RFC 2606 and the names that documentation gives to a place one has to fill in.
_EXAMPLE = re2.compile(
    r"(?i)(?:.*\.)?(?:example|test|invalid)(?:\.(?:com|org|net|edu))?(?::\d+)?"
    r"|(?:my|your|some)?[-._]?(?:host|server|hostname|domain|site|proxy|url|address|foo|bar|somewhere|wherever)(?:\.(?:com|org|net|local|name|tld|domain))?(?::.*)?"
)
_DOCUMENTED = frozenset({("scott", "tiger"), ("joe", "secret"), ("john", "doe"), ("me", "you"), ("a", "b")})


def addresses(data: bytes) -> Iterator[Candidate]:
    """Each kind in the order of the text."""
    yield from _user_information(data)
    yield from _queries(data)
    yield from _headers(data)


def _user_information(data: bytes) -> Iterator[Candidate]:
    at = data.find(b"://")
    while at >= 0:
        found = _USER.match(data, at + 3, at + _WINDOW) if data[at - 1 : at].isalnum() else None
        if found and (sure := _sure(*(part.decode("utf-8", "replace") for part in found.groups()))):
            start, end = found.span(2)
            yield Candidate(start, end, Family.ADDRESS, "url-password", sure)
        at = data.find(b"://", at + 3)


def _sure(user: str, password: str, host: str) -> Confidence | None:
    """Whoever writes a password into an address means it to be one; only what has to be filled in is none."""
    known = weak_pair(user, password) or (user.lower(), password.lower()) in _DOCUMENTED
    if known or reference(user) or host.startswith(("{", "$", "%")):
        return None
    if drawn(password):
        return Confidence.HIGH
    if _EXAMPLE.fullmatch(host) or len(password) < 3 or (password.isdigit() and len(password) < 6):
        return None
    return Confidence.LOW if user == password else judge(_PASSWORD, unquote(password), Form.LINES, told=True) or Confidence.LOW


_PASSWORD = Name(0, "", "password")


def _queries(data: bytes) -> Iterator[Candidate]:
    end = 0
    for found in _QUERY.finditer(data):
        name = found[1].decode("ascii")
        start = found.end() - 6
        if start < end:
            continue
        end = _ASKED.match(data, start, start + _LONGEST).end()
        value = data[start:end].decode("utf-8", "replace")
        kind = "password" if name.lower() in ("password", "passwd", "pwd") else "token"
        sure = Confidence.HIGH if drawn(value) and not nothing(value[:200]) else None
        if sure is None and kind == "password":
            sure = judge(_PASSWORD, value, Form.CODE)
        if sure is not None:
            yield Candidate(start, end, Family.ADDRESS, f"url-{kind}", sure, name=name)


def _headers(data: bytes) -> Iterator[Candidate]:
    for found in _HEADER.finditer(data):
        scheme = found[1].lower()
        start = found.end() - 6
        end = _CARRIED.match(data, start, start + _LONGEST).end()
        value = data[start:end].decode("ascii")
        if scheme == b"basic":
            if credentials(value):
                yield Candidate(start, end, Family.ADDRESS, "basic-auth", Confidence.HIGH)
        elif drawn(value) and not nothing(value[:200]) and (scheme == b"bearer" or _authorizes(data, found.start())):
            yield Candidate(start, end, Family.ADDRESS, "bearer-token", Confidence.HIGH)


def _authorizes(data: bytes, at: int) -> bool:
    return b"authorization" in data[max(0, at - 60) : at].lower()
