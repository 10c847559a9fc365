"""Reading what stands behind a name: quoted or bare, by the kind of file. Every look goes a bounded way."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import re2

LONGEST = 1_000
_QUOTE = re2.compile(rb"([A-Za-z@$]{0,3})(\\{0,3})([\"'`])")
_WORD = re2.compile(rb"[^\s;&|()\"'`<>]+")
_LINE = re2.compile(rb"[^\r\n]+")
_ELEMENT = re2.compile(rb"[^<>\r\n]+")


class Form(Enum):
    """How a file writes values."""

    CODE = "code"  # only in quotes
    WORDS = "words"  # a shell: bare up to a blank or an operator
    LINES = "lines"  # settings: bare to the end of the line
    PROSE = "prose"  # text for people: as words, and with doubt


class Value(NamedTuple):
    """Bytes `start` to `end`, without quotes. `made`: put together when it runs, as an f-string is."""

    start: int
    end: int
    quoted: bool
    made: bool = False


_WORDS = frozenset({"bash", "dockerfile"})
_LINES = frozenset({"yaml"})
_WORDS_BY_SUFFIX = ("sh", "zsh", "fish", "envrc", "mk", "service", "netrc", "pgpass", "ksh", "csh", "expect")
_LINES_BY_SUFFIX = (
    *(
        "env",
        "ini",
        "cfg",
        "conf",
        "cnf",
        "properties",
        "config",
        "bat",
        "cmd",
        "reg",
        "npmrc",
        "pypirc",
        "inf",
        "desktop",
        "toml",
    ),
    *("tfvars", "secret", "secrets", "credentials", "my", "http", "rc", "yml", "xml", "plist", "dsn", "rdp", "kdl", "inp"),
)
_PROSE_BY_SUFFIX = ("md", "rst", "txt", "adoc", "html", "htm", "log", "markdown", "metadata", "tex", "csv", "tsv", "po", "pot")
_CODE_BY_SUFFIX = (
    *(
        "js",
        "ts",
        "jsx",
        "tsx",
        "mjs",
        "cjs",
        "go",
        "java",
        "cs",
        "rb",
        "php",
        "c",
        "h",
        "cpp",
        "hpp",
        "rs",
        "kt",
        "swift",
        "scala",
        "lua",
        "pl",
    ),
    *(
        "r",
        "vb",
        "vbs",
        "groovy",
        "gradle",
        "pyi",
        "ipynb",
        "sql",
        "css",
        "scss",
        "vue",
        "svelte",
        "dart",
        "ex",
        "clj",
        "m",
        "pyx",
        "map",
    ),
)


def form_of(path: str, language: str) -> Form:
    """By the language, then by the name's ending: `.env.production` and `config.env.dist` are settings too."""
    if language in _WORDS:
        return Form.WORDS
    if language in _LINES:
        return Form.LINES
    name = path.rpartition("/")[2].lower()
    if language != "text" or name.endswith(tuple(f".{one}" for one in _CODE_BY_SUFFIX)):
        return Form.LINES if name.endswith(".tfvars") else Form.CODE
    parts = name.replace("-", ".").split(".")[-3:]
    if parts[-1] in _PROSE_BY_SUFFIX:
        return Form.PROSE
    if any(part in _LINES_BY_SUFFIX for part in parts):
        return Form.LINES
    return Form.WORDS if parts[-1] in _WORDS_BY_SUFFIX or "." not in name else Form.PROSE


def read(data: bytes, at: int, form: Form, *, element: bool = False) -> Value | None:
    """The value that begins at `at`. `element`: it is what an XML element holds."""
    if element:
        held = _ELEMENT.match(data, at, at + LONGEST)
        return Value(at, held.end(), False) if held and data[held.end() : held.end() + 2] == b"</" else None
    opened = _QUOTE.match(data, at, at + 8)
    if opened:
        return _quoted(data, opened)
    if form is Form.CODE:
        return None
    pattern = _LINE if form is Form.LINES else _WORD
    bare = pattern.match(data, at, at + LONGEST)
    return _trimmed(data, at, int(bare.end())) if bare else None


def _quoted(data: bytes, opened: re2._Match) -> Value | None:
    prefix, escapes, quote = opened.groups()
    start, close = opened.end(), escapes + quote
    line = data.find(b"\n", start, start + LONGEST)
    stop = line if line >= 0 else start + LONGEST
    end = data.find(close, start, stop)
    while not escapes and end > 0 and data[end - 1] == 0x5C and data[end - 2] != 0x5C:
        end = data.find(close, end + 1, stop)
    if end < 0:
        return None
    made = (b"f" in prefix.lower() or b"$" in prefix) and b"{" in data[start:end]
    return Value(start, end, True, made)


def _trimmed(data: bytes, start: int, end: int) -> Value:
    """Without a comment behind it, and what ends it in lists, maps and calls."""
    for behind in (b" #", b", ", b" }"):
        cut = data.find(behind, start, end)
        end = cut if cut >= 0 else end
    while end > start and data[end - 1] in b" \t,;":
        end -= 1
    return Value(start, end, False)
