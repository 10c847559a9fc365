"""Where a value comes from, as far as the file's own assignments tell."""

from __future__ import annotations

import re2

from include.script_review.powershell.command import Command
from include.script_review.powershell.script import Script

_VARIABLE = re2.compile(r"\$\{?((?:[a-z]+:)?\w+)")
_MOST = 24  # variables that are followed
_LONGEST = 4_000  # characters of one value that are looked at
_FETCHES = (
    r"downloadstring|downloaddata|\binvoke-webrequest\b|\binvoke-restmethod\b|\b(?:iwr|irm|curl|wget)\b|\bnet\.webclient\b"
    r"|\bgetstringasync\b|\bstart-bitstransfer\b|\bmsxml2\.|winhttp\.winhttprequest"
)
_FETCHED = re2.compile(_FETCHES)
FETCH_WORDS = (b"download", b"invoke-webrequest", b"invoke-restmethod", b"iwr", b"irm", b"curl", b"wget", b"webclient", b"http")
_DECODED = re2.compile(r"frombase64string|deflatestream|gzipstream|-bxor\b|\[char\]|\[char\[\]\]|-join\b.*\[-1")
DECODE_WORDS = (b"frombase64string", b"deflatestream", b"gzipstream", b"-bxor", b"[char")


def fetched(text: str) -> bool:
    """Does it say that something is taken from the net?"""
    return _FETCHED.search(text) is not None


def decoded(text: str) -> bool:
    """Does it say that something unreadable is made readable?"""
    return _DECODED.search(text) is not None


def traced(script: Script, text: str) -> str:
    """The text in lower case, behind it what its variables were assigned, and so on."""
    waiting, seen, parts = [text[:_LONGEST].lower()], {"_", "true", "false", "null"}, []
    while waiting:
        parts.append(waiting.pop())
        for name in _VARIABLE.findall(parts[-1]):
            if name not in seen and len(seen) < _MOST:
                seen.add(name)
                waiting += [value.text[:_LONGEST].lower() for _, value in script.assigned(name)[:3]]
    return "\n".join(parts)


def given(command: Command) -> str:
    """What a command works on: its own words and what is piped into it."""
    chain = command.node.parent
    if chain is None or chain.type != "pipeline_chain":
        return command.text
    return command.script.source.data[max(chain.start_byte, command.start - _LONGEST) : command.end].decode("utf-8", "replace")


def runs_hidden(command: Command) -> bool:
    """Does it run what was fetched or decoded? Other rules speak of that."""
    if not any(word in command.script.lowered for word in (*FETCH_WORDS, *DECODE_WORDS)):
        return False
    text = traced(command.script, given(command))
    return fetched(text) or decoded(text)
