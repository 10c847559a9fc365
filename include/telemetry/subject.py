"""One trace for one briefing or hold, across all processes that work on it: its ids follow from the subject's own.

So a task passes nothing on. The ids are a hash, not a secret: who knows the incident's id can compute its trace's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

_LINE = "holdpoint.trace.v1"


class Place(NamedTuple):
    """The trace, and in it the span of the whole workflow, above all others."""

    trace_id: int
    root_id: int


def place_of(said: Mapping[str, Any]) -> Place | None:
    """Where a step belongs; None where it is no briefing's and no hold's, and stands in a trace of its own."""
    if hold := said.get("hold"):
        return place(str(hold))
    if incident := said.get("incident"):
        return place(f"{incident}.b{said.get('briefing') or 1}")
    return None


def place(subject: str) -> Place:
    """The place of `<incident>.b<briefing>`, or of a hold's id."""
    digest = hashlib.sha256(f"{_LINE}\n{subject}".encode("utf-8", "surrogatepass")).digest()
    # W3C: neither id is zero.
    return Place(int.from_bytes(digest[:16]) or 1, int.from_bytes(digest[16:24]) or 1)
