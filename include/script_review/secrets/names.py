"""Names that announce a secret, and of what kind it then is."""

from __future__ import annotations

import re
from typing import NamedTuple

from include.script_review.secrets.words import ELSE

# The name ends with one of these; a few words about the value may follow.
_PASSWORD = rb"passw(?:or)?ds?|passphrase|passcode|passwrd|pass|pwd|psk|pw"
_KEY = (
    rb"(?:api|app|application|access|account|storage|subscription|private|encrypt(?:ion)?|signing|master|shared|auth|service|license|admin"
    rb"|consumer|function|webhook|jwt|hmac|session|cookie|crypto?|fernet|secret|sas|deploy|client|server|integration|ingestion|routing)"
    rb"[_.\- ]?keys?"
)
_AFTER = rb"(?:[_-]?(?:[0-9]{1,3}|value|text|plain(?:text)?|string|str|base64|b64|default|prod|dev|test|staging|live|old|new))?"
KEYWORD = rb"(?:" + _PASSWORD + rb"|secrets?|tokens?|apikeys?|" + _KEY + rb"|cred(?:ential)?s?|auth)" + _AFTER
_WALK = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$:")
_LONGEST = 64
_WORDS = re.compile(r"[A-Z]+(?:[a-z0-9]+)?|[a-z0-9]+")  # of at most _LONGEST characters, so the quicker one will do
_KINDS = (("pass", "password"), ("pwd", "password"), ("psk", "password"), ("pw", "password"), ("token", "token"), ("key", "key"))


class Name(NamedTuple):
    """`start`: its first byte. `text`: as written. `kind`: password, secret, token, key or auth."""

    start: int
    text: str
    kind: str


def name_at(data: bytes, start: int, end: int) -> Name | None:
    """The name whose last words stand at `start` to `end`; None where it speaks of something else than a secret."""
    first = start
    while first > max(0, start - _LONGEST) and data[first - 1] in _WALK:
        first -= 1
    text = data[first:end].decode("latin-1").lstrip("-.$:")
    keyword = data[start:end].decode("latin-1")
    if not _begins_word(data, start, keyword):
        return None
    words = [word.lower() for word in _WORDS.findall(text)]
    if not words or any(word in ELSE for word in words[:-1]):
        return None
    return Name(first, text, _kind(keyword.lower()))


def _begins_word(data: bytes, start: int, keyword: str) -> bool:
    """`bypass` and `compass` announce nothing, `dbpassword` does; what is short has to stand alone or begin with a capital."""
    before = chr(data[start - 1]) if start else " "
    short = keyword.lower().startswith(("pass", "pw", "psk", "auth", "cred")) and not keyword.lower().startswith(
        ("passw", "passphrase", "pwd")
    )
    if not before.isalnum():
        return True
    return (keyword[0].isupper() and before.islower()) or not short


def _kind(keyword: str) -> str:
    if keyword.startswith("auth") and "key" not in keyword:
        return "auth"
    if keyword.startswith("secret") and "key" not in keyword:
        return "secret"
    return next((kind for begin, kind in _KINDS if begin in keyword), "secret")
