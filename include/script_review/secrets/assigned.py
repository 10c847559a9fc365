"""Secrets by the name that they are given: assignments, settings, fields, attributes, elements, default values, options."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.script_review.secrets.judge import judge
from include.script_review.secrets.names import KEYWORD, Name, name_at
from include.script_review.secrets.secret import Candidate, Family
from include.script_review.secrets.value import Form, form_of, read
from include.script_review.source import Source

_Q = rb"\\{0,3}[\"']"
_TYPE = rb"(?:[ \t]?:[ \t]?[A-Za-z_.]{2,30}(?:\[[A-Za-z_.]{2,20}\])?(?:[ \t]?\|[ \t]?None)?\??|[ \t](?:string|String|str|&str))"
# How a value is tied to a name: each ends where the value begins. (Name, expression, whether code has quotes around the value.)
_TIES: tuple[tuple[str, bytes, bool], ...] = (
    # name = , "name": , name: str = , ['name'] = , $name -eq
    (
        "is",
        rb"(?:"
        + _Q
        + rb")?[\])}]{0,2}(?:"
        + _TYPE
        + rb"[ \t]{0,4}=|[ \t]{0,30}(?:=>|:=|={1,3}|!={1,2}|\?=|:|-c?eq[ \t]))[ \t]{0,30}\(?",
        True,
    ),
    # {"name": "NAME", "value": , key="NAME" value=
    ("pair", _Q + rb",?\s{1,80}(?:" + _Q + rb")?value(?:" + _Q + rb")?[ \t]{0,4}[:=]>?[ \t]{0,4}", True),
    ("pair", _Q + rb",\s{0,80}" + _Q + rb"value" + _Q + rb"[ \t]{0,4}:[ \t]{0,4}", True),
    ("pair", rb"\s{1,80}value:[ \t]{1,4}", False),  # - name: NAME, and value: on the next line
    ("element", rb"[\"'][^<>\n]{0,60}>\s{0,80}<value>", False),  # <setting name="NAME"><value>
    ("element", rb"</key>\s{0,80}<string>", False),  # <key>NAME</key><string>
    ("tag", rb"(?:[ \t][^<>\n]{0,80})?>(?:\s{0,80}<value>)?", False),  # <NAME>
    ("default", _Q + rb"[ \t]{0,4},[ \t]{0,4}", True),  # getenv("NAME", , ["--name",
    ("call", rb"\([ \t]{0,4}", True),  # setName(
    ("blank", rb"[ \t]{1,4}", False),  # --name value, ENV NAME value
)
_QUOTED = rb"[A-Za-z@$]{0,2}\\{0,3}[\"'`][^\"'`\s]"
_ANY = rb"(?:" + _QUOTED + rb"|[^\s\"'`])"
_GETS = re2.compile(
    rb"(?i)(?:get|define|env|environ|default|put|set|variable|property|config|setting|option|parameter|var)"
    rb"\w{0,20}[ \t]{0,4}\([ \t]{0,4}$"
)
_SETS = re2.compile(r"(?i)(?:set|with|put|use)[A-Za-z_]*")
_OPTION = re2.compile(rb"--?[A-Za-z][A-Za-z0-9_.-]*")
_BEFORE_BLANK = re2.compile(rb"(?i)(?:^|[\s;&(])(?:ENV|setx|SetEnv|login[ \t]+\S+)[ \t]+$")


def _pattern(code: bool) -> re2._Regexp:
    ties = (rb"(" + tie + rb")" + (_QUOTED if code and quoted else _ANY) for _, tie, quoted in _TIES)
    return re2.compile(rb"(?i)" + KEYWORD + rb"(?:" + rb"|".join(ties) + rb")")


# In code most such names are followed by no literal: there only quotes are worth a look.
_IN_CODE, _ELSEWHERE = _pattern(code=True), _pattern(code=False)


def assigned(source: Source) -> Iterator[Candidate]:
    """In the order of the text."""
    data, form = source.data, form_of(source.path, source.language)
    for found in (_IN_CODE if form is Form.CODE else _ELSEWHERE).finditer(data):
        index = found.lastindex
        tied, at = found.span(index)
        tie = _TIES[index - 1][0]
        name = name_at(data, found.start(), tied)
        if name is not None and _belongs(source, name, tied, tie):
            yield from _candidates(source, form, name, tie, at)


def _candidates(source: Source, form: Form, name: Name, tie: str, at: int) -> Iterator[Candidate]:
    data = source.data
    if form is Form.CODE and tie in ("blank", "pair") and data[at : at + 1] not in b"\"'":
        form = Form.WORDS
    if data.startswith(b"--", name.start) and form is Form.LINES:
        form = Form.WORDS  # an option inside a setting
    value = read(data, at, form, element=tie in ("element", "tag"))
    if value is None or value.made or value.end <= value.start:
        return
    text = data[value.start : value.end].decode("utf-8", "replace")
    operator = data[at - 8 : at].rstrip(b" \t(")
    if tie in ("default", "blank") and text.startswith(("-", "/")):
        return
    sure = judge(name, text, form, compared=operator.endswith((b"==", b"eq")), told=tie == "is" and operator[-1:] != b":")
    if sure is not None:
        yield Candidate(value.start, value.end, Family.LITERAL, name.kind, sure, name=name.text)


def _belongs(source: Source, name: Name, tied: int, tie: str) -> bool:
    """Does what stands around the name make the tie one?"""
    data = source.data
    before, behind = data[max(name.start - 2, 0) : name.start], data[tied : tied + 3].lstrip(b":= ")
    if (before.endswith(b"/") and name.text == "passwd") or (before == b"${" and behind.startswith(b"?")):
        return False  # `/etc/passwd: …`; `${PASSWORD:?not set}` is what is said when there is none
    if tie == "tag":
        return data[name.start - 1 : name.start] == b"<"
    if tie == "default":
        before = data[max(0, name.start - 60) : name.start].rstrip(b"\"'\\")
        return data[name.start : name.start + 2] == b"--" or bool(_GETS.search(before))
    if tie == "call":
        last = name.text.replace("->", ".").rpartition(".")
        return bool(_SETS.fullmatch(last[2])) or (bool(last[1]) and len(last[2]) == tied - name.start - len(last[0]) - 1)
    if tie == "blank":
        return _option(source, name, tied)
    return True


def _option(source: Source, name: Name, tied: int) -> bool:
    """`--password value`, `-Password 'value'`, `ENV DB_PASSWORD value`, `login me password value`."""
    data = source.data
    line = data.rfind(b"\n", max(0, name.start - 200), name.start) + 1
    if data[name.start : name.start + 1] == b"-":
        return bool(_OPTION.fullmatch(data, name.start, tied)) and data[name.start - 1 : name.start] in (
            b"",
            b" ",
            b"\t",
            b'"',
            b"'",
            b"\n",
        )
    return bool(_BEFORE_BLANK.search(data[max(line, name.start - 200) : name.start]))
