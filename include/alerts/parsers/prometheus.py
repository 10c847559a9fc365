"""What Alertmanager's and Grafana's webhooks have in common: a group of alerts, each with labels, annotations and times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from include.alerts.fingerprint import label_identity
from include.alerts.raw import Json, RawAlert, an_object, count, text, texts
from include.alerts.times import read_time
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus

_TITLES = ("summary", "title")
_DESCRIPTIONS = ("description", "message")
_ANNOTATION_LINKS = ("runbook_url", "dashboard_url", "dashboard", "link")
_STATUS = {"firing": AlertStatus.FIRING, "resolved": AlertStatus.RESOLVED}
NO_STATUS = "The alert states no status of its own; the group's is used."


@dataclass(frozen=True)
class Group:
    """What all alerts of one post share."""

    status: str | None
    labels: dict[str, str]
    annotations: dict[str, str]
    links: tuple[str, ...]
    notes: tuple[str, ...]


def read_group(payload: Json) -> Group:
    truncated = count(payload, "truncatedAlerts", "payload")
    notes = (f"The sender left {truncated} further alerts of this group out (truncatedAlerts).",) if truncated else ()
    external = text(payload, "externalURL", "payload")
    return Group(
        status=text(payload, "status", "payload"),
        labels={**texts(payload, "groupLabels", "payload"), **texts(payload, "commonLabels", "payload")},
        annotations=texts(payload, "commonAnnotations", "payload"),
        links=(external,) if external else (),
        notes=notes,
    )


def read_alert(item: Any, group: Group) -> RawAlert:
    """One alert of the group; its own labels and annotations come before the common ones."""
    alert = an_object(item, "it")
    own_labels = texts(alert, "labels", "it")
    labels = {**group.labels, **own_labels}
    annotations = {**group.annotations, **texts(alert, "annotations", "it")}
    notes = list(group.notes)
    return RawAlert(
        identity=_identity(alert, own_labels or labels),
        status=_status(alert, group, notes),
        title=_first(annotations, _TITLES) or labels.get("alertname"),
        description=_first(annotations, _DESCRIPTIONS),
        severity=labels.get("severity"),
        owner=labels.get("owner") or labels.get("team"),
        started_at=read_time(alert.get("startsAt"), "it.startsAt"),
        ended_at=read_time(alert.get("endsAt"), "it.endsAt"),
        links=[
            *(annotations[name] for name in _ANNOTATION_LINKS if annotations.get(name, "").startswith("http")),
            *filter(None, [text(alert, "generatorURL", "it")]),
            *group.links,
        ],
        labels=labels,
        notes=notes,
    )


def _identity(alert: Json, labels: dict[str, str]) -> tuple[str, ...]:
    own = text(alert, "fingerprint", "it")
    if own:
        return ("fingerprint", own)
    if not labels:
        raise Unreadable("it has neither a fingerprint nor labels.", reason=Reason.IDENTITY)
    return label_identity(labels)


def _status(alert: Json, group: Group, notes: list[str]) -> AlertStatus:
    own = text(alert, "status", "it")
    if own is None:
        notes.append(NO_STATUS)
    status = _STATUS.get(own or group.status or "")
    if status is None:
        raise Unreadable("its status is neither firing nor resolved.", reason=Reason.STATUS)
    return status


def _first(annotations: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((annotations[name] for name in names if annotations.get(name)), None)
