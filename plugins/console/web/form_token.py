"""The token that a form of ours carries: for one signed-in account, for some hours.

Airflow's cookie goes along with a form that any other site sends here, so the cookie alone proves nothing about who made the
form. A page of ours can be read by its own site only, and so can the token in it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from functools import cache

from include.contracts.errors import Denied
from plugins.console.settings import setting

FIELD = "token"
HEADER = "X-Holdpoint-Token"
LIFE_S = 8 * 3600
MAX_CHARS = 200


def make(account: str) -> str:
    """A token for this account: `<expiry in Unix seconds>.<HMAC-SHA-256, base64url>`."""
    expiry = int(time.time()) + LIFE_S
    return f"{expiry}.{_proof(account, expiry)}"


def check(token: str, account: str) -> None:
    """Denied unless this token was made here for this account and has not expired."""
    expiry, _, proof = token.partition(".")
    made_here = len(token) <= MAX_CHARS and expiry.isascii() and expiry.isdigit()
    if not made_here or not hmac.compare_digest(proof.encode(errors="replace"), _proof(account, int(expiry)).encode()):
        raise Denied("This form was not made for you, or not by this server.", next_step="reload the page and send it again")
    if int(expiry) < time.time():
        raise Denied("This form has been open for too long.", next_step="reload the page and send it again")


def _proof(account: str, expiry: int) -> str:
    said = json.dumps([account, expiry]).encode()
    return base64.urlsafe_b64encode(hmac.digest(_key(), said, "sha256")).decode().rstrip("=")


@cache
def _key() -> bytes:
    """From Airflow's `[api] secret_key`, which all its API servers share; where there is none, this process's own."""
    secret = setting("api", "secret_key")
    return hmac.digest(secret.encode(), b"holdpoint console form token", hashlib.sha256) if secret else secrets.token_bytes(32)
