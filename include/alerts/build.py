"""From what a payload states to the canonical alert: cleaned, bounded, with every assumption noted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError

from include.alerts.fingerprint import fingerprint
from include.alerts.raw import RawAlert
from include.alerts.severity import UNKNOWN, severity_of
from include.alerts.text import MAX_LABEL, Notes, block, clean_labels, clean_links, one_line
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import Alert, AlertStatus, Severity
from include.contracts.catalogue import AlertSource

# Labels that name the service or the environment, in this order, compared without case and without `_`, `-`, `.`.
# `job` comes last: Prometheus names scrape jobs freely, but often after the service.
SERVICE_LABELS = ("service", "servicename", "app", "application", "appkubernetesioname", "job")
ENVIRONMENT_LABELS = ("environment", "env", "deploymentenvironment", "deploymentenvironmentname")
# An alert that still fires may have begun long before the post. Where the format does not say when the post was made, its
# start alone tells nothing about the sender's clock until it lies further back than the widest tolerance a source may have.
LONG_FIRING = timedelta(minutes=10_080)

_SEPARATORS = re.compile(r"[^0-9a-z]+", re.ASCII)
NO_START = "No start is stated; the time of receipt is used."
NO_TITLE = "No title is stated."
EARLY_END = "The stated end lies before the start and is left out."
NO_ENVIRONMENT = "No environment is stated; the source's default is used."


def build_alert(raw: RawAlert, source: AlertSource, *, received_at: datetime, check_clock: bool) -> Alert:
    """The canonical alert of `raw`; Unreadable when its clock is off or a field cannot be made to fit."""
    notes = Notes(raw.notes)
    if check_clock:
        _check_clock(raw, source, received_at)
    labels = dict(raw.labels)
    severity = _severity(raw, source, labels, notes)
    started_at, ended_at = _times(raw, received_at, notes)
    title = one_line(raw.title, "title", notes)
    if title is None:
        notes.add(NO_TITLE)
    try:
        return Alert(
            source=source.name,
            fingerprint=fingerprint(source.name, raw.identity),
            status=raw.status,
            severity=severity,
            service=one_line(raw.service or _from_labels(labels, SERVICE_LABELS, "service", notes), "service", notes),
            environment=_environment(raw, labels, source, notes),
            title=title or "(no title)",
            description=block(raw.description, "description", notes),
            started_at=started_at,
            ended_at=ended_at,
            owner=one_line(raw.owner, "owner", notes),
            links=clean_links(raw.links, notes),
            labels=clean_labels(labels, notes),
            notes=notes.lines(),
        )
    except ValidationError as error:
        fields = ", ".join(sorted({str(detail["loc"][0]) if detail["loc"] else "alert" for detail in error.errors()}))
        raise Unreadable(f"The alert does not fit its own model in {fields}.", reason=Reason.CONTRACT) from error


def _severity(raw: RawAlert, source: AlertSource, labels: dict[str, str], notes: Notes) -> Severity:
    hints = {own.casefold() for own in source.severities}
    hint = raw.severity_hint if (raw.severity_hint or "").casefold() in hints else None
    severity, remark = severity_of(raw.severity or hint, source.severities, raw.severities)
    notes.add(remark)
    if remark == UNKNOWN:
        labels.setdefault("severity_as_sent", (raw.severity or "")[:MAX_LABEL])
    return severity


def _environment(raw: RawAlert, labels: Mapping[str, str], source: AlertSource, notes: Notes) -> str | None:
    stated = raw.environment or _from_labels(labels, ENVIRONMENT_LABELS, "environment", notes)
    line = one_line(stated, "environment", notes)
    if line is None and source.default_environment:
        notes.add(NO_ENVIRONMENT)
        return source.default_environment
    return line


def _from_labels(labels: Mapping[str, str], wanted: Sequence[str], what: str, notes: Notes) -> str | None:
    """The first of the wanted labels that has a value; none where two spellings of one label disagree: that is no statement."""
    values: dict[str, set[str]] = {}
    for name, value in labels.items():
        if value.strip():
            values.setdefault(_SEPARATORS.sub("", name[:200].casefold()), set()).add(value)
    for name in wanted:
        found = values.get(name, set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            notes.add(f"Labels disagree about the {what}; none is used.")
            return None
    return None


def _times(raw: RawAlert, received_at: datetime, notes: Notes) -> tuple[datetime, datetime | None]:
    # An end on a firing alert is the time at which the sender would give up waiting for news, not an end.
    ended_at = raw.ended_at if raw.status is AlertStatus.RESOLVED else None
    if raw.started_at is None:
        notes.add(NO_START)
        return (ended_at or received_at), ended_at
    if ended_at is not None and ended_at < raw.started_at:
        notes.add(EARLY_END)
        return raw.started_at, None
    return raw.started_at, ended_at


def _check_clock(raw: RawAlert, source: AlertSource, received_at: datetime) -> None:
    tolerance = timedelta(minutes=source.clock_tolerance_minutes)
    ended_at = raw.ended_at if raw.status is AlertStatus.RESOLVED else None
    stated = [time for time in (raw.started_at, ended_at, raw.sent_at) if time is not None]
    if not stated:
        return
    latest = max(stated)
    knows_when_sent = ended_at is not None or raw.sent_at is not None
    oldest = tolerance if knows_when_sent else max(tolerance, LONG_FIRING)
    if latest - received_at > tolerance or received_at - latest > oldest:
        raise Unreadable(
            f"The times it states are off from ours by more than {source.clock_tolerance_minutes} minutes (clock).",
            reason=Reason.CLOCK,
        )
