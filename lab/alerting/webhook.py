"""The body that Alertmanager posts to a webhook, version 4.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
Groups are formed by (alertname, service), so that a group here holds one alert.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lab.alerting.tracker import Alert
from lab.logs import utc_text

GROUP_BY = ("alertname", "service")
_NEVER = "0001-01-01T00:00:00Z"  # Go's zero time: Alertmanager's endsAt while an alert fires
_FNV_OFFSET, _FNV_PRIME, _MASK = 0xCBF29CE484222325, 0x100000001B3, 0xFFFFFFFFFFFFFFFF


def fingerprint(labels: Mapping[str, str]) -> str:
    """Prometheus' label set fingerprint: FNV-1a, 64 bits, over the sorted names and values, each ended by 0xff."""
    value = _FNV_OFFSET
    for byte in b"".join(f"{name}".encode() + b"\xff" + text.encode() + b"\xff" for name, text in sorted(labels.items())):
        value = (value ^ byte) * _FNV_PRIME & _MASK
    return f"{value:016x}"


def group_key(labels: Mapping[str, str]) -> str:
    """The key of an alert's group below the root route, as `{}:{alertname="…", service="…"}`."""
    inside = ", ".join(f"{name}={json.dumps(labels[name], ensure_ascii=False)}" for name in sorted(GROUP_BY))
    return f"{{}}:{{{inside}}}"


def payload(alert: Alert, *, receiver: str, external_url: str) -> dict[str, Any]:
    """The webhook body for a group of this one alert."""
    status = "firing" if alert.ends_at is None else "resolved"
    labels, annotations = dict(sorted(alert.labels.items())), dict(alert.annotations)
    entry = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": utc_text(alert.starts_at),
        "endsAt": _NEVER if alert.ends_at is None else utc_text(alert.ends_at),
        "generatorURL": alert.generator_url,
        "fingerprint": fingerprint(labels),
    }
    return {
        "receiver": receiver,
        "status": status,
        "alerts": [entry],
        "groupLabels": {name: labels[name] for name in GROUP_BY},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": external_url,
        "version": "4",
        "groupKey": group_key(labels),
        "truncatedAlerts": 0,
    }
