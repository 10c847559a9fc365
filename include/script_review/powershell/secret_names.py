"""Which parameters are for secrets, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from include.script_review.powershell.function import Function
from include.script_review.powershell.script import Script

# Types that hold a text; an empty one is no type at all.
TEXT = ("", "string", "object", "psobject", "pscustomobject", "array", "list", "char")
NAMES = ("", "string", "object")
_PASSWORD = re.compile(r"pass(word|phrase|wd|code)|(^|[a-z_])pwd|^pass$|^pwd$|kennwort")
_SECRET = re.compile(
    r"pass(word|phrase|wd|code)|(^|[a-z_])pwd|^pass$|^pwd$|cred(ential)?s?$|credential|secret(text|value|key)?s?$|^secret"
    r"|api_?key|access_?key$|private_?key$|(auth|access|bearer|api|sas)_?token|connection_?string$|kennwort"
)
# What only speaks about a secret: a file with it, its name, its age, its length.
_ABOUT = re.compile(
    r"(path|file|name|id|length|len|age|policy|policies|date|days|expires|expiration|expiry|count|hint|url|uri|type|field|label|"
    r"prompt|history|complexity|attempts|filter|property|never\w*|last\w*|format|provider|store|vault|reset|required|manager)s?$"
    r"|^(no|is|has|skip|reset|change|min|max|use(?!r)|with|without|require|force|generate|show|hide|last|days|ask|need)[a-z]*pass"
)
_USER = re.compile(r"^(user_?name|user|login|login_?name|account(_?name)?|service_?account|\w*user(_?name)?|\w*login(name)?)$")


def is_secret(name: str) -> bool:
    """Does a parameter of this lower-case name take a secret?"""
    return _SECRET.search(name) is not None and _ABOUT.search(name) is None


def is_password(name: str) -> bool:
    """Likewise, a password."""
    return _PASSWORD.search(name) is not None and _ABOUT.search(name) is None


def is_user(name: str) -> bool:
    """Does it take the name of an account?"""
    return _USER.search(name) is not None


_WORDS = (b"pass", b"pwd", b"cred", b"secret", b"key", b"token", b"connectionstring", b"kennwort")
_NAMED = re.compile(rb"\$\{?\w*(?:pass|pwd|cred|secret|key|token|connection_?string|kennwort)")


def functions_with_parameters(script: Script) -> Iterator[Function]:
    """The script and its functions, where a variable is named as a secret might be: parameters cost, so others are left out."""
    if script.is_test or not any(map(script.says, _WORDS)):
        return
    yield from _taking(script)


@lru_cache(1)  # two rules ask, one after the other
def _taking(script: Script) -> list[Function]:
    around = {id(one): one for one in (script.function_at(found.start()) for found in _NAMED.finditer(script.lowered))}
    return [one for one in around.values() if one.parameters]
