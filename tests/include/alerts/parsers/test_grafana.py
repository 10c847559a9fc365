from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus, Severity


def test_a_firing_alert(read: Any, payload: Any) -> None:
    (alert,) = read("grafana", payload("grafana/firing"))
    assert (alert.status, alert.severity) == (AlertStatus.FIRING, Severity.HIGH)
    assert (alert.service, alert.environment) == ("shop-frontend", "lab")
    assert alert.title == "The slowest twentieth of checkouts takes over two seconds"
    assert alert.description.startswith("**Firing**")
    assert alert.started_at == datetime(2026, 11, 2, 9, 15, 40, tzinfo=UTC)
    assert alert.links[0] == "https://grafana.shop.example/d/shop/checkout?orgId=3"
    assert alert.labels["value_A"] == "2.7512345678901"
    assert alert.labels["value_C"] == "1"
    assert "value=2.7512345678901" in alert.labels["value_string"]
    assert alert.notes == ()


def test_resolved_shares_the_fingerprint(read: Any, payload: Any) -> None:
    (firing,) = read("grafana", payload("grafana/firing"))
    (resolved,) = read("grafana", payload("grafana/resolved"))
    assert resolved.status is AlertStatus.RESOLVED
    assert resolved.fingerprint == firing.fingerprint


def test_organisations_share_no_alert(read: Any, payload: Any) -> None:
    value = payload("grafana/firing")
    (one,) = read("grafana", value)
    (other,) = read("grafana", {**value, "orgId": 4})
    assert one.fingerprint != other.fingerprint


def test_an_alert_without_values(read: Any, payload: Any) -> None:
    (alert,) = read("grafana", payload("grafana/no_data"))
    assert alert.labels["alertname"] == "DatasourceNoData"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"orgId": "3"}, Reason.NUMBER),
        ({"message": 5}, Reason.SHAPE),
        ({"alerts": []}, Reason.EMPTY),
        ({"alerts": [{"status": "firing", "labels": {"a": "b"}, "values": [1]}]}, Reason.SHAPE),
        ({"alerts": [{"status": "firing", "labels": {"a": "b"}, "dashboardURL": 1}]}, Reason.SHAPE),
        ({"alerts": [{"status": "alerting", "labels": {"a": "b"}}]}, Reason.STATUS),
    ],
)
def test_a_wrong_post_is_unreadable(read: Any, payload: Any, change: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(Unreadable) as caught:
        read("grafana", {**payload("grafana/firing"), **change})
    assert caught.value.reason is reason
