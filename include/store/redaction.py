"""Secrets are taken out at the store's door: nothing is written before it has been through here (H9).

A secret becomes `[redacted:<kind>]` and nothing more: a fingerprint of a short password could be guessed back. To redact
twice changes nothing. What is known is in `secret_patterns`; a secret with neither form nor name (a password alone in a
sentence) passes, so keep secrets away from what you record in the first place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import re2

from include.store.secret_patterns import MASK, NAMES, PATTERNS, SecretPattern

MAX_DEPTH = 64
_TOO_DEEP = "[redacted:too-deep]"
_ENTANGLED = b"[redacted:entangled]"
_ROUNDS = 16  # a replacement can bring a name and a value together, or part two secrets that were one word


def redact_text(text: str) -> str:
    """`text` without the secrets in it. Lone surrogates, which no store takes, are written out as `\\udXXX`."""
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        raw = text.encode(errors="backslashreplace")
    for _ in range(_ROUNDS):
        before, raw = raw, _redact(raw)
        if raw is before:
            break
    else:  # somebody wrote secrets into each other, deeper than we go
        raw = _ENTANGLED
    return raw.decode()


def redact_value(value: Any) -> Any:
    """A JSON value without the secrets in it: in every text, in keys, and all that a name such as `password` announces.

    Mappings become dicts and sequences lists, 64 levels deep; what lies deeper is replaced. Other types pass as they are.
    """
    return _walk(value, "", MAX_DEPTH)


def suspicious(text: bytes) -> bool:
    """False if nothing in `text`, nor in the value whose JSON it is, would be redacted; True says only: look closer."""
    return bool(_HINTS.Match(text))


class _Rule:
    """One compiled pattern."""

    def __init__(self, pattern: SecretPattern) -> None:
        self._kind = pattern.kind
        self._regex = re2.compile(pattern.regex.encode())
        self._spare = re2.compile(pattern.spare)
        named = self._regex.groupindex
        self._name = named.get(b"name")
        self._secrets = [group for group in range(1, self._regex.groups + 1) if group not in named.values()] or [0]

    def apply(self, raw: bytes) -> bytes:
        """`raw` with this rule's secrets replaced; `raw` itself where it has none."""
        pieces, end = [], 0
        for match in self._regex.finditer(raw):
            start, stop = next(span for span in map(match.span, self._secrets) if span[0] >= 0)
            name = match[self._name].decode() if self._name else ""
            if not self._spares(name, raw[start:stop].decode()):
                pieces += [raw[end:start], _marker(self._kind or _kind(name)).encode()]
                end = stop
        return b"".join([*pieces, raw[end:]]) if pieces else raw

    def _spares(self, name: str, value: str) -> bool:
        return self._spare.fullmatch(value) is not None or _names_no_secret(name, value)


def _hints() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    hints = re2.Set.SearchSet(options)
    for pattern in PATTERNS:
        hints.Add(pattern.hint.encode())
    hints.Compile()
    return hints


_RULES = [_Rule(pattern) for pattern in PATTERNS]
_HINTS = _hints()
_MASK = re2.compile(f"(?i){MASK}")
_SECRET_NAME = re2.compile(r"(?i)(?:" + "|".join(f"({words})" for words in NAMES.values()) + r"|(?:\b|_)(pass))\z")
_KINDS = (*NAMES, "password")
_COUNT = re2.compile(r"[0-9]+[,.;)}\]]*")


def _redact(raw: bytes) -> bytes:
    for index in sorted(_HINTS.Match(raw) or ()):
        raw = _RULES[index].apply(raw)
    return raw


def _marker(kind: str) -> str:
    return f"[redacted:{kind}]"


@lru_cache(maxsize=4096)
def _kind(name: str) -> str:
    """The kind of secret that a field of this name holds; empty for an ordinary field."""
    match = _SECRET_NAME.search(name)
    return next(kind for kind, group in zip(_KINDS, match.groups(), strict=True) if group) if match else ""


def _names_no_secret(name: str, value: str) -> bool:
    """`prompt_tokens=512` counts, and `PWD=/srv` is where a shell stands."""
    lowered = name.lower()
    if lowered == "pwd":
        return value.startswith("/")
    return lowered.endswith("s") and not lowered.endswith("pass") and _COUNT.fullmatch(value) is not None


def _walk(value: Any, kind: str, depth: int) -> Any:
    """`kind` is set below a name that announces a secret: there, every text and number is one."""
    if isinstance(value, str):
        return _marker(kind) if kind and not _MASK.fullmatch(value) else redact_text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return _marker(kind) if kind else value
    if isinstance(value, Mapping | list | tuple):
        if not depth:
            return _TOO_DEEP
        return _walk_mapping(value, kind, depth) if isinstance(value, Mapping) else [_walk(v, kind, depth - 1) for v in value]
    return value


def _walk_mapping(mapping: Mapping[Any, Any], kind: str, depth: int) -> dict[Any, Any]:
    named = _named_value(mapping)
    result: dict[Any, Any] = {}
    for key, value in mapping.items():
        name = redact_text(key) if isinstance(key, str) else ""
        below = kind or (named if name.lower() in _VALUE_KEYS else _kind(name[-_NAME_CHARS:]))
        if isinstance(value, int) and _names_no_secret(name, str(value)):
            below = ""
        result[_free_key(name if isinstance(key, str) else key, result)] = _walk(value, below, depth - 1)
    return result


_NAME_CHARS = 100  # of a name that long only the end is looked at
_NAME_KEYS = ("name", "Name", "key", "Key")
_VALUE_KEYS = frozenset({"value", "values"})


def _named_value(mapping: Mapping[Any, Any]) -> str:
    """The kind that `{"name": "DB_PASSWORD", "value": …}` announces, as containers and HAR files write it."""
    names = (redact_text(name) for key in _NAME_KEYS if isinstance(name := mapping.get(key), str))
    return next((kind for name in names if (kind := _kind(name[-_NAME_CHARS:]))), "")


def _free_key(key: Any, taken: Mapping[Any, Any]) -> Any:
    """Two keys that held two secrets must not become one."""
    if key not in taken:
        return key
    return next(name for number in range(2, len(taken) + 3) if (name := f"{key} ({number})") not in taken)
