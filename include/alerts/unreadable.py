"""A payload that cannot be understood. From an authenticated source it becomes an incident: it pages, it is not dropped (H10)."""

from __future__ import annotations

from enum import StrEnum

from include.contracts.errors import BadInput


class Reason(StrEnum):
    """Why, in one word, for counters and for the incident's title."""

    CONTENT_TYPE = "content_type"
    SIZE = "size"
    ENCODING = "encoding"
    DEPTH = "depth"
    JSON = "json"
    DUPLICATE_KEY = "duplicate_key"
    NUMBER = "number"
    SHAPE = "shape"  # not the format this source sends, or a field of the wrong type
    EMPTY = "empty"
    TOO_MANY = "too_many"
    IDENTITY = "identity"
    STATUS = "status"
    TIME = "time"
    CLOCK = "clock"
    UNSUBSCRIBED = "unsubscribed"
    CONFIGURATION = "configuration"  # the source's parser does not exist or its mapping does not load
    CONTRACT = "contract"  # a mistake of ours: the alert we built does not fit its own model

    @property
    def next_step(self) -> str:
        return _NEXT[self]


_FORMAT = "compare the payload with the format that docs/alerts.md gives for this source"
_BOUND = "send less in one post, or raise the bound in settings.yaml"
_NEXT = {
    Reason.CONTENT_TYPE: "make the sender post JSON in UTF-8",
    Reason.SIZE: _BOUND,
    Reason.ENCODING: "make the sender post JSON in UTF-8",
    Reason.DEPTH: _BOUND,
    Reason.JSON: "make the sender post one JSON document; look at its template",
    Reason.DUPLICATE_KEY: "look at the sender's template; each key may stand once in an object",
    Reason.NUMBER: "make the sender write the number as JSON allows, or as text",
    Reason.SHAPE: _FORMAT,
    Reason.EMPTY: _FORMAT,
    Reason.TOO_MANY: _BOUND,
    Reason.IDENTITY: _FORMAT,
    Reason.STATUS: _FORMAT,
    Reason.TIME: "make the sender write times as docs/alerts.md says for this source",
    Reason.CLOCK: "set the sender's clock, or raise clock_tolerance_minutes of this source in sources.yaml",
    Reason.UNSUBSCRIBED: "subscribe this endpoint to the topic again if its alarms are still wanted",
    Reason.CONFIGURATION: "correct the parser of this source, then run ./holdpoint doctor",
    Reason.CONTRACT: "report this with the payload; it is a mistake in Holdpoint",
}


class Unreadable(BadInput):
    """`message` names fields and positions, never content (H12); `reason` is the code."""

    def __init__(self, message: str, *, next_step: str = "", reason: Reason = Reason.SHAPE) -> None:
        super().__init__(message, next_step=next_step or reason.next_step)
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.message, self.next_step, self.reason))

    def diagnostics(self) -> dict[str, str]:
        """`{"code", "message", "next_step", "reason"}`."""
        return {**super().diagnostics(), "reason": self.reason.value}

    def within(self, where: str) -> Unreadable:
        """The same error, saying in which part of the post it lies."""
        return Unreadable(f"{where}: {self.message}", next_step=self.next_step, reason=self.reason)


def _rebuild(message: str, next_step: str, reason: Reason) -> Unreadable:
    return Unreadable(message, next_step=next_step, reason=reason)
