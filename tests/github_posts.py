"""What GitHub posts, from its documented examples, signed as it signs."""

from __future__ import annotations

import hashlib
import hmac
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent / "include" / "script_review" / "payloads"
SECRET = b"a secret of " + b"these tests"
HEAD, BASE = "ec26c3e57ca3a959ca5aad62de7213c562f8c821", "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"


def payload(name: str = "pull_request", **changes: Any) -> dict[str, Any]:
    """The example with values changed: `pull_request__head__sha=…`; `...` takes the field out."""
    found: dict[str, Any] = deepcopy(json.loads((PAYLOADS / f"{name}.json").read_text()))
    for path, value in changes.items():
        *way, last = path.split("__")
        at = found
        for step in way:
            at = at[step]
        if value is ...:
            del at[last]
        else:
            at[last] = value
    return found


def post(name: str = "pull_request", **changes: Any) -> bytes:
    return json.dumps(payload(name, **changes)).encode()


def sign(body: bytes, secret: bytes = SECRET) -> str:
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
