"""Grafana unified alerting, webhook contact point: Alertmanager's shape with links and values of Grafana's own.

Format: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from __future__ import annotations

from typing import Any

from include.alerts.parsers.prometheus import Group, read_alert, read_group
from include.alerts.raw import Json, RawAlert, an_object, child, count, objects, read_each, text
from include.alerts.text import as_text

_LINKS = ("dashboardURL", "panelURL", "generatorURL", "silenceURL")


def read(payload: Any, *, max_alerts: int, max_depth: int) -> list[RawAlert]:
    """Every alert of the group. Organisations of one Grafana share no alert, so `orgId` is part of the identity."""
    del max_depth
    post = an_object(payload, "The payload")
    group = read_group(post)
    organisation = str(count(post, "orgId", "payload"))
    message = text(post, "message", "payload")

    def one(item: Any) -> list[RawAlert]:
        return [_read(an_object(item, "it"), group, organisation, message)]

    return read_each(objects(post, "alerts", "payload"), one, max_alerts=max_alerts)


def _read(alert: Json, group: Group, organisation: str, message: str | None) -> RawAlert:
    raw = read_alert(alert, group)
    raw.identity = ("grafana", organisation, *raw.identity)
    raw.description = raw.description or message
    raw.links = [*filter(None, (text(alert, name, "it") for name in _LINKS)), *raw.links]
    for name, value in child(alert, "values", "it").items():
        raw.labels.setdefault(f"value_{name}", as_text(value) or "")
    value_string = text(alert, "valueString", "it")
    if value_string:
        raw.labels.setdefault("value_string", value_string)
    return raw
