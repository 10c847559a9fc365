"""One alert as its payload states it, before cleaning, and how a parser reads typed fields out of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus

Json = Mapping[str, Any]
Item = TypeVar("Item")
MAX_ENTRIES = 1_000


@dataclass
class RawAlert:
    """What a parser found. Text is uncleaned; `None` and empty mean that the payload does not say."""

    identity: tuple[str, ...]
    status: AlertStatus
    title: str | None = None
    description: str | None = None
    severity: str | None = None  # the source's own word
    severities: Mapping[str, str] = field(default_factory=dict)  # the format's own words, asked before the built-in table
    severity_hint: str | None = None  # a word that stands in for a missing severity only where the source's row lists it
    service: str | None = None
    environment: str | None = None
    owner: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    sent_at: datetime | None = None  # when the post was made, where the format says so
    links: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Parser(Protocol):
    """Turns one JSON payload into its alerts; an empty list for a post that rightly carries none."""

    def __call__(self, payload: Any, *, max_alerts: int, max_depth: int) -> list[RawAlert]: ...


def an_object(value: Any, where: str) -> Json:
    if not isinstance(value, dict):
        raise Unreadable(f"{where} is {_kind(value)}, not an object.")
    return value


def text(source: Json, key: str, where: str) -> str | None:
    """A text, or None when absent, null or empty."""
    value = source.get(key)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{where}.{key} is {_kind(value)}, not a text.")
    return value or None


def required_text(source: Json, key: str, where: str, reason: Reason = Reason.SHAPE) -> str:
    value = text(source, key, where)
    if value is None:
        raise Unreadable(f"{where}.{key} is missing.", reason=reason)
    return value


def child(source: Json, key: str, where: str) -> Json:
    """An object, empty when absent or null."""
    value = source.get(key)
    return {} if value is None else an_object(value, f"{where}.{key}")


def texts(source: Json, key: str, where: str) -> dict[str, str]:
    """An object of texts, empty when absent or null. Bounded, because a group's labels are merged into each of its alerts."""
    values = child(source, key, where)
    if len(values) > MAX_ENTRIES:
        raise Unreadable(f"{where}.{key} holds more than {MAX_ENTRIES} entries.")
    for value in values.values():
        if not isinstance(value, str):
            raise Unreadable(f"{where}.{key} holds {_kind(value)}, not only texts.")
    return dict(values)


def objects(source: Json, key: str, where: str) -> list[Any]:
    """A list, empty when absent or null."""
    value = source.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{where}.{key} is {_kind(value)}, not a list.")
    return value


def count(source: Json, key: str, where: str) -> int:
    """A whole number from 0 on; 0 when absent or null."""
    value = source.get(key)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Unreadable(f"{where}.{key} is not a whole number.", reason=Reason.NUMBER)
    return value


def read_each(items: list[Any], read: Callable[[Any], Iterable[Item]], *, max_alerts: int) -> list[Item]:
    """Read every alert of a post, or none: one that cannot be read makes the post unreadable and names its position from 1."""
    if not items:
        raise Unreadable("The post names no alert.", reason=Reason.EMPTY)
    if len(items) > max_alerts:
        raise Unreadable(
            f"The post holds {len(items)} alerts; at most {max_alerts} are taken (max_alerts_per_post).", reason=Reason.TOO_MANY
        )
    found: list[Item] = []
    for position, item in enumerate(items, 1):
        try:
            found.extend(read(item))
        except Unreadable as error:
            raise error.within(f"Alert {position} of {len(items)}") from error
    return found


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "something else")
