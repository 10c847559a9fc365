"""Prometheus Alertmanager's webhook, version 4.

Format: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config and
https://prometheus.io/docs/alerting/latest/notifications/ (`Data`, `Alert`). `endsAt` is year 1 while the alert fires.
"""

from __future__ import annotations

from typing import Any

from include.alerts.parsers.prometheus import read_alert, read_group
from include.alerts.raw import RawAlert, an_object, objects, read_each, text
from include.alerts.unreadable import Unreadable

VERSION = "4"
NO_VERSION = "The payload states no version; it is read as version 4."


def read(payload: Any, *, max_alerts: int, max_depth: int) -> list[RawAlert]:
    """Every alert of the group, each with its own status."""
    del max_depth
    post = an_object(payload, "The payload")
    version = text(post, "version", "payload")
    if version not in (VERSION, None):
        raise Unreadable("payload.version is not 4, the one version of Alertmanager's webhook that is known here.")
    group = read_group(post)
    alerts = read_each(objects(post, "alerts", "payload"), lambda item: [read_alert(item, group)], max_alerts=max_alerts)
    if version is None:
        for alert in alerts:
            alert.notes.append(NO_VERSION)
    return alerts
