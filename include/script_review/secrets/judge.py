"""Is what stands behind a secret's name a secret, and how sure is that?"""

from __future__ import annotations

import base64
import binascii

import re2

from include.contracts.script_review import Confidence
from include.script_review.secrets.names import Name
from include.script_review.secrets.placeholder import named, nothing
from include.script_review.secrets.strength import UUID, classes, counts_up, drawn, worded
from include.script_review.secrets.value import Form

# What is set until someone sets something better, and often stays.
_WEAK = re2.compile(
    r"(?i)(?:change[_-]?(?:me|it)|admin(?:istrator)?|root|guest|test(?:ing)?|demo|letmein|welcome|qwerty\w*|p[a@]ss?w[o0]rd|passw0rd|postgres"
    r"|mysql|oracle|secret|temp|abc|monkey|dragon|iloveyou|sa|toor|raspberry|vagrant|airflow|minio(?:admin)?|rabbitmq|redis|elastic|master"
    r"|hunter|trustno|calvin|manager|tomcat|s3cr3t|s3cret|sup3rs3cret|supersecret|topsecret)[0-9!@#$._-]{0,6}"
)
_IDENTIFIER = re2.compile(r"[A-Za-z]+(?:[_\-.:/ ]+[A-Za-z]+)*[_\-.:]?\d?")
_SENTENCE = re2.compile(r".*[ \t].*")
_PHRASE = re2.compile(r"[a-z]{2,}(?: [a-z]{2,}){2,9}")
_BARE = (Form.LINES, Form.WORDS)
_LOWERED = {Confidence.HIGH: Confidence.MEDIUM, Confidence.MEDIUM: Confidence.LOW, Confidence.LOW: Confidence.LOW}


def judge(name: Name, value: str, form: Form, *, compared: bool = False, told: bool = False) -> Confidence | None:
    """None where it is none. `compared`: with `==`. `told`: tied by `=`, as settings are and translations of a form are not."""
    value = value.strip()
    if not 4 <= len(value) <= 600 or not value.isprintable() or value.lower() == name.text.lower():
        return None
    if " " in value and "phrase" not in name.text.lower():
        return None  # a sentence
    if nothing(value[:200]):
        return None
    if drawn(value):
        return Confidence.MEDIUM if form is Form.PROSE or UUID.fullmatch(value) else Confidence.HIGH
    sure = _JUDGES[name.kind](name, value, form, told)
    if compared and (value.isalpha() or sure is Confidence.LOW):
        return None  # a mode: `$UpdatePassword -eq 'always'`
    return _LOWERED[sure] if sure and (compared or form is Form.PROSE) else sure


def lowered(sure: Confidence) -> Confidence:
    """One step less sure."""
    return _LOWERED[sure]


def _password(name: Name, value: str, form: Form, told: bool) -> Confidence | None:
    """People choose passwords, so their shape says little: the more kinds of characters, the more likely one."""
    if _SENTENCE.fullmatch(value):
        phrase = "phrase" in name.text.lower() and form is not Form.PROSE and _PHRASE.fullmatch(value)
        return Confidence.MEDIUM if phrase else None
    if len(value) > 128 or (named(value) and (form not in _BARE or value.lower() not in ("password", "secret"))):
        return None
    if _WEAK.fullmatch(value):
        return Confidence.LOW if form is not Form.PROSE and (told or form is not Form.CODE) else None
    if value.isalpha() or _joined(value):
        return _word(name, value, form, told)
    if classes(value) == 1:  # digits, or signs alone
        return Confidence.LOW if value.isdigit() and len(value) <= 12 and (told or form is Form.LINES) else None
    return Confidence.HIGH if classes(value) >= 3 and len(value) >= 7 else Confidence.MEDIUM


def _joined(value: str) -> bool:
    """`user-name_2` names something; with a capital and a digit, `Amsel-Nest3`, it does not."""
    return bool(_IDENTIFIER.fullmatch(value)) and (value in (value.lower(), value.upper()) or not any(map(str.isdigit, value)))


def _word(name: Name, value: str, form: Form, told: bool) -> Confidence | None:
    """A single word of letters can be one; several joined are the name of something, unless they are odd."""
    if form is Form.PROSE or not value.isalpha() or not 5 <= len(value) <= 24:
        return None
    if name.text and _letters(name.text) in value.lower():
        return None  # `"PSK": "isAuthKeyPSK"`
    odd = value[1:] != value[1:].lower() and value != value.upper() and worded(value) < 0.5
    if odd:
        return Confidence.MEDIUM
    return Confidence.LOW if (told or form is not Form.CODE) and value == value.lower() else None


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _machine(name: Name, value: str, form: Form, told: bool) -> Confidence | None:
    """Machines draw keys and tokens: what was not drawn is one only if it is nothing else."""
    if form is Form.PROSE or _SENTENCE.fullmatch(value) or named(value) or _IDENTIFIER.fullmatch(value) or counts_up(value):
        return None
    if _letters(name.text) == _letters(value):
        return None  # `manage_s3_credentials = "manageS3Credentials"`
    if UUID.fullmatch(value):
        return Confidence.MEDIUM
    if name.kind == "secret" and classes(value) >= 2 and len(value) >= 8 and any(char.isdigit() for char in value):
        return Confidence.MEDIUM if classes(value) >= 3 else Confidence.LOW
    mixed = classes(value) >= 3 and any(char.isdigit() for char in value) and worded(value) < 0.5
    return Confidence.LOW if mixed and len(value) >= 12 and told else None


def _basic(_name: Name, value: str, _form: Form, _told: bool) -> Confidence | None:
    """`auth` is user and password in base64, or nothing that could be told from a setting."""
    return Confidence.HIGH if credentials(value) else None


def credentials(value: str) -> bool:
    """Does it say `user:password` in base64, with a password that could be one?"""
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    return bool(colon and user.isprintable() and password.isprintable() and len(password) >= 3) and not weak_pair(user, password)


def weak_pair(user: str, password: str) -> bool:
    """`user:password`, `foo:bar`, `username:pass`: how documentation writes credentials."""
    return nothing(password) or named(password) or user.lower() in ("foo", "aladdin") or password == "open sesame"  # noqa: S105


_JUDGES = {"password": _password, "secret": _machine, "token": _machine, "key": _machine, "auth": _basic}
