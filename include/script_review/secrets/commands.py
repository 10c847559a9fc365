"""Passwords where a command, a statement or a call takes them by their place, with no name beside them."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.script_review.secrets.judge import judge
from include.script_review.secrets.names import KEYWORD, Name
from include.script_review.secrets.secret import Candidate, Family
from include.script_review.secrets.value import Form, read
from include.script_review.source import Source

_COMMAND = re2.compile(
    rb"(?i)\b(?:sshpass|curl|wget|mysql(?:dump|admin)?|smbclient|net[ \t]+user|chpasswd|identified[ \t]|password[ \t]+'"
    rb"|HTTPBasicAuth|HTTPDigestAuth|NetworkCredential|auth[ \t]?=[ \t]?\(|UsernamePassword\w{0,20}\()"
)
# Each ends where the password begins.
_PLACES = re2.compile(
    rb"(?i)\bsshpass[ \t]+-p[ \t]{0,2}"
    rb"|\b(?:curl|wget|smbclient)\b[^\n|;]*?[ \t](?:-u|--user|--proxy-user|-U)(?:[ \t]{1,3}|=)?[\"']?[^\s:%\"'$/]+[:%]"
    rb"|\bmysql(?:dump|admin)?\b[^\n|;]*?[ \t]-p"
    rb"|\bnet[ \t]+user[ \t]+[^\s/]+[ \t]+"
    rb"|(\bidentified[ \t]+(?:with[ \t]+\S+[ \t]+)?by[ \t]+(?:password[ \t]+)?"
    rb"|\b(?:user|role|login)\b[^\n;]*?\bpassword[ \t]+"
    rb"|(?:HTTPBasicAuth|HTTPDigestAuth|NetworkCredential|auth[ \t]?=[ \t]?|UsernamePassword\w*)"
    rb"[ \t]?\([ \t]?[\"'][^\"'\n]+[\"'][ \t]?,[ \t]?)[A-Za-z]?[\"']"
)
_STDIN = re2.compile(rb"(?:echo|printf)[ \t]+(?:-n[ \t]+)?[\"']?[\w.-]+:([^\s\"'|]+)[\"']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd")
_PASSWORD = Name(0, "", "password")
_LINE = 400
_VARIABLE = re2.compile(rb"(?i)\bvariable[ \t]+\"[A-Za-z0-9_-]{0,60}?" + KEYWORD + rb"\"[ \t]*\{")
_DEFAULT = re2.compile(rb"(?m)^[ \t]*default[ \t]*=[ \t]*")


def commands(source: Source) -> Iterator[Candidate]:
    """In the order of the text."""
    data, behind = source.data, 0
    for found in _COMMAND.finditer(data):
        if found.start() < behind:
            continue
        start, end = _line(data, found.start(), found.end())
        start, behind = max(start, behind), end
        for place in _PLACES.finditer(data, start, behind):
            # A statement or a call quotes it; behind `user:` a quote is already open.
            yield from _at(data, place.end(1), Form.CODE) if place[1] else _at(data, place.end(), Form.WORDS)
        for place in _STDIN.finditer(data, start, behind):
            yield from _at(data, place.start(1), Form.WORDS)


def _at(data: bytes, at: int, form: Form) -> Iterator[Candidate]:
    value = read(data, at, form)
    if value is None or value.made:
        return
    text = data[value.start : value.end].decode("utf-8", "replace")
    sure = judge(_PASSWORD, text, form, told=True)
    if sure is not None and not text.startswith(("-", "/")):
        yield Candidate(value.start, value.end, Family.LITERAL, "password", sure)


def _line(data: bytes, start: int, end: int) -> tuple[int, int]:
    first = data.rfind(b"\n", max(0, start - _LINE), start) + 1
    last = data.find(b"\n", end, end + _LINE)
    return max(first, start - _LINE), last if last >= 0 else min(end + _LINE, len(data))


def variables(source: Source) -> Iterator[Candidate]:
    """Defaults of Terraform variables with a secret's name."""
    if source.language != "terraform":
        return
    data = source.data
    for found in _VARIABLE.finditer(data):
        close = data.find(b"\n}", found.end(), found.end() + 1_000)
        default = _DEFAULT.search(data, found.end(), close if close >= 0 else found.end() + 1_000)
        value = read(data, default.end(), Form.CODE) if default else None
        if value is None:
            continue
        text = data[value.start : value.end].decode("utf-8", "replace")
        name = data[found.start() : found.end()].decode("latin-1").split('"')[1]
        if sure := judge(Name(0, name, "password" if "pass" in name.lower() else "secret"), text, Form.LINES, told=True):
            yield Candidate(value.start, value.end, Family.LITERAL, "variable-default", sure, name=name)
