"""Read a payload by a mapping file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from include.alerts.expression import evaluate, is_true
from include.alerts.mapping import CompiledMapping
from include.alerts.raw import Json, RawAlert, an_object, read_each
from include.alerts.text import as_text
from include.alerts.times import read_time
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus
from include.contracts.alert_mapping import StatusRule, TextRule, TimeRule

POST = "_post"
STATUS_MISSING = "No status is stated; it counts as firing."
STATUS_UNKNOWN = "The status is a word without a known meaning (kept as the label status_as_sent); it counts as firing."


class MappedReader:
    """A parser, in the sense of `raw.Parser`, made of a mapping."""

    def __init__(self, compiled: CompiledMapping) -> None:
        self._mapping = compiled.mapping
        self._expressions = compiled.expressions

    def __call__(self, payload: Any, *, max_alerts: int, max_depth: int) -> list[RawAlert]:
        del max_depth
        post = an_object(payload, "The payload")
        if self._mapping.no_alert and is_true(self._value("no_alert", post)):
            return []
        if self._mapping.accepts and not is_true(self._value("accepts", post)):
            raise Unreadable(f"The payload is not in the format of {self._mapping.title}.")
        if self._mapping.each is None:
            return self._read(post)
        items = self._value("each", post)
        if not isinstance(items, list):
            raise Unreadable("The payload holds no list of alerts.")
        return read_each(items, lambda item: self._read({**an_object(item, "it"), POST: post}), max_alerts=max_alerts)

    def _value(self, name: str, alert: Json) -> Any:
        expression = self._expressions.get(name)
        value = None if expression is None else evaluate(expression, alert, name.removeprefix("fields."))
        return None if value is False else value

    def _read(self, alert: Json) -> list[RawAlert]:
        """One alert, or none when its status word is of an event that changes nothing."""
        notes: list[str] = []
        word = self._scalar("status", alert)
        status = _status(word, self._mapping.fields.status, notes)
        if status is None:
            return []
        fields = self._mapping.fields
        labels = {**self._tags(alert), **self._labels(alert)}
        if STATUS_UNKNOWN in notes:
            labels.setdefault("status_as_sent", word or "")
        return [
            RawAlert(
                identity=self._identity(alert),
                status=status,
                title=self._text("title", alert),
                description=self._text("description", alert),
                severity=self._scalar("severity", alert),
                severities=fields.severity.values if fields.severity else {},
                service=self._text("service", alert),
                environment=self._text("environment", alert),
                owner=self._text("owner", alert),
                started_at=self._time("started_at", alert),
                ended_at=self._time("ended_at", alert),
                sent_at=self._time("sent_at", alert),
                links=self._links(alert),
                labels=labels,
                notes=notes,
            )
        ]

    def _scalar(self, field: str, alert: Json) -> str | None:
        value = self._value(f"fields.{field}", alert)
        if isinstance(value, dict | list):
            raise Unreadable(f"{field} is not a text.")
        return as_text(value) or None

    def _text(self, field: str, alert: Json) -> str | None:
        value = self._scalar(field, alert)
        rule: TextRule | None = getattr(self._mapping.fields, field)
        if value is None or rule is None or not rule.values:
            return value
        replaced = {own.casefold(): ours for own, ours in rule.values.items()}
        return replaced.get(value.strip().casefold(), value)

    def _identity(self, alert: Json) -> tuple[str, ...]:
        value = self._value("fields.identity", alert)
        parts = value if isinstance(value, list) else [value]
        if any(isinstance(part, dict | list) for part in parts):
            raise Unreadable("identity is not made of texts.", reason=Reason.IDENTITY)
        found = [as_text(part) or "" for part in parts]
        if not found or not found[0].strip():
            raise Unreadable("The alert has no identity of its own.", reason=Reason.IDENTITY)
        return ("mapping", *found)

    def _time(self, field: str, alert: Json) -> datetime | None:
        rule: TimeRule | None = getattr(self._mapping.fields, field)
        if rule is None:
            return None
        zone = UTC if rule.without_zone == "utc" else None
        return read_time(self._value(f"fields.{field}", alert), field, style=rule.format, zone=zone)

    def _links(self, alert: Json) -> list[str]:
        value = self._value("fields.links", alert)
        links = [link for link in (value if isinstance(value, list) else [value]) if link not in (None, False)]
        if not all(isinstance(link, str) for link in links):
            raise Unreadable("links holds something else than texts.")
        return links

    def _labels(self, alert: Json) -> dict[str, str]:
        value = self._value("fields.labels", alert)
        if value is None:
            return {}
        pairs = {name: as_text(item) for name, item in an_object(value, "labels").items() if name != POST}
        return {name: item for name, item in pairs.items() if item is not None}

    def _tags(self, alert: Json) -> dict[str, str]:
        value = self._value("fields.tags", alert)
        tags = value.split(",") if isinstance(value, str) else value or []
        if not isinstance(tags, list):
            raise Unreadable("tags is neither a list nor a text.")
        found: dict[str, list[str]] = {}
        for tag in tags:
            name, text = _tag(tag)
            if name and text not in found.setdefault(name, []):
                found[name].append(text)
        # Two values of one tag stay two: joined, they match no service, where picking one would be a guess.
        return {name: ", ".join(texts) for name, texts in found.items()}


def _tag(tag: Any) -> tuple[str, str]:
    if isinstance(tag, str):
        name, _, text = tag.partition(":")
        return name.strip(), text.strip()
    if isinstance(tag, list) and len(tag) == 2 and isinstance(tag[0], str):
        return tag[0].strip(), as_text(tag[1]) or ""
    raise Unreadable("tags holds something else than name:value.")


def _status(word: str | None, rule: StatusRule, notes: list[str]) -> AlertStatus | None:
    """None for an event that changes nothing."""
    if word is None:
        return _assumed(rule.missing, STATUS_MISSING, "The alert states no status.", notes)
    wanted = word.strip().casefold()
    for words, status in ((rule.firing, AlertStatus.FIRING), (rule.resolved, AlertStatus.RESOLVED), (rule.no_alert, None)):
        if wanted in (own.casefold() for own in words):
            return status
    return _assumed(rule.unknown, STATUS_UNKNOWN, "The status is a word without a known meaning.", notes)


def _assumed(default: str | None, note: str, problem: str, notes: list[str]) -> AlertStatus:
    if default is None:
        raise Unreadable(problem, reason=Reason.STATUS)
    notes.append(note)
    return AlertStatus(default)
