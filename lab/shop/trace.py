"""The trace of a request across services: the `traceparent` header of W3C Trace Context, https://www.w3.org/TR/trace-context/."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", re.ASCII)
_INVALID = "0" * 32


@dataclass(frozen=True)
class Trace:
    """`id` is the 32 hex digits that all spans of one request share."""

    id: str

    @classmethod
    def of(cls, header: str | None) -> Trace:
        """The caller's trace, or a new one where its header is missing or malformed."""
        match = _TRACEPARENT.fullmatch(header or "")
        if match and match[1] != _INVALID:
            return cls(match[1])
        return cls(secrets.token_hex(16))

    def child(self) -> str:
        """A header for a call onwards."""
        return f"00-{self.id}-{secrets.token_hex(8)}-01"
