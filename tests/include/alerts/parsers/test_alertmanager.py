from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from include.alerts.parsers.alertmanager import NO_VERSION
from include.alerts.parsers.prometheus import NO_STATUS
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus, Severity


def refused(read: Any, value: Any) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read("alertmanager", value)
    return caught.value


def test_a_firing_alert(read: Any, payload: Any) -> None:
    (alert,) = read("alertmanager", payload("alertmanager/firing"))
    assert alert.status is AlertStatus.FIRING
    assert alert.severity is Severity.CRITICAL
    assert (alert.service, alert.environment, alert.owner) == ("shop-payments", "production", "payments")
    assert alert.title == "Payments answers one request in five with an error"
    assert alert.description.startswith("The error rate of shop-payments")
    assert alert.started_at == datetime(2026, 11, 2, 9, 30, 12, 123_456, tzinfo=UTC)
    assert alert.ended_at is None
    assert alert.links == (
        "https://runbooks.shop.example/payments-errors",
        "http://prometheus.shop.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
        "http://alertmanager.shop.example:9093",
    )
    assert alert.labels["alertname"] == "PaymentsErrorRateHigh"
    assert alert.notes == ()


def test_resolved_shares_the_fingerprint(read: Any, payload: Any) -> None:
    (firing,) = read("alertmanager", payload("alertmanager/firing"))
    (resolved,) = read("alertmanager", payload("alertmanager/resolved"))
    assert resolved.status is AlertStatus.RESOLVED
    assert resolved.ended_at == datetime(2026, 11, 2, 10, 2, 42, 500_000, tzinfo=UTC)
    assert resolved.fingerprint == firing.fingerprint


def test_a_group_keeps_each_alerts_own_status_and_merges_what_is_common(read: Any, payload: Any) -> None:
    alerts = read("alertmanager", payload("alertmanager/group"))
    assert [alert.status.value for alert in alerts] == ["firing", "resolved", "firing"]
    assert [alert.severity.value for alert in alerts] == ["warning", "critical", "high"]
    assert [alert.service for alert in alerts] == ["shop-orders", "shop-frontend", "shop-payments"]
    assert {alert.environment for alert in alerts} == {"lab"}
    assert {alert.description for alert in alerts} == {"The pool is nearly used up."}
    assert len({alert.fingerprint for alert in alerts}) == 3
    assert all("4 further alerts" in alert.notes[0] for alert in alerts)


def test_labels_identify_an_alert_without_a_fingerprint(read: Any, payload: Any) -> None:
    value = payload("alertmanager/group")
    for alert in value["alerts"]:
        del alert["fingerprint"]
    first = read("alertmanager", value)
    value["alerts"].reverse()
    for alert in value["alerts"]:
        alert["labels"] = dict(reversed(alert["labels"].items()))
    second = read("alertmanager", value)
    assert len({alert.fingerprint for alert in first}) == 3
    assert [alert.fingerprint for alert in second] == [alert.fingerprint for alert in reversed(first)]


def test_fields_that_are_new_or_missing_do_not_matter(read: Any) -> None:
    value = {"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "A"}, "new": [1]}], "newer": {}}
    (alert,) = read("alertmanager", value)
    assert alert.title == "A"


def test_a_missing_version_or_status_is_noted(read: Any, payload: Any) -> None:
    value = payload("alertmanager/firing")
    del value["version"], value["alerts"][0]["status"]
    (alert,) = read("alertmanager", value)
    assert set(alert.notes) == {NO_STATUS, NO_VERSION}


@pytest.mark.parametrize("version", ["3", "5", 4])
def test_another_version_is_unreadable(read: Any, payload: Any, version: Any) -> None:
    assert refused(read, {**payload("alertmanager/firing"), "version": version}).reason is Reason.SHAPE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "pending"}, Reason.STATUS),
        ({"status": 1}, Reason.SHAPE),
        ({"labels": ["a"]}, Reason.SHAPE),
        ({"labels": {"a": 1}}, Reason.SHAPE),
        ({"annotations": {"summary": None}}, Reason.SHAPE),
        ({"startsAt": "yesterday"}, Reason.TIME),
        ({"startsAt": "2026-11-02T09:30:00"}, Reason.TIME),
        ({"startsAt": 5}, Reason.TIME),
        ({"fingerprint": 5}, Reason.SHAPE),
        ({"generatorURL": {}}, Reason.SHAPE),
        ({"startsAt": "2028-11-02T09:30:00Z"}, Reason.CLOCK),
    ],
)
def test_h10_one_wrong_alert_makes_the_post_unreadable_and_is_named(
    read: Any, payload: Any, change: dict[str, Any], reason: Reason
) -> None:
    value = payload("alertmanager/group")
    value["alerts"][1].update(change)
    error = refused(read, value)
    assert error.reason is reason
    assert error.message.startswith("Alert 2 of 3: ")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"alerts": []}, Reason.EMPTY),
        ({"alerts": None}, Reason.EMPTY),
        ({"alerts": {"a": 1}}, Reason.SHAPE),
        ({"alerts": [1]}, Reason.SHAPE),
        ({"alerts": [None]}, Reason.SHAPE),
        ({"alerts": [{"status": "firing"}], "commonLabels": {}, "groupLabels": {}}, Reason.IDENTITY),
        ({"truncatedAlerts": "many"}, Reason.NUMBER),
        ({"truncatedAlerts": -1}, Reason.NUMBER),
        ({"truncatedAlerts": True}, Reason.NUMBER),
        ({"commonLabels": "x"}, Reason.SHAPE),
        ({"commonLabels": {f"k{number}": "v" for number in range(1_001)}}, Reason.SHAPE),
        ({"externalURL": 1}, Reason.SHAPE),
        ({"status": "odd", "alerts": [{"labels": {"a": "b"}}]}, Reason.STATUS),
    ],
)
def test_a_wrong_post_is_unreadable(read: Any, payload: Any, change: dict[str, Any], reason: Reason) -> None:
    assert refused(read, {**payload("alertmanager/firing"), **change}).reason is reason


@pytest.mark.parametrize("value", [None, [], "x", 5])
def test_what_is_no_object_is_unreadable(read: Any, value: Any) -> None:
    assert refused(read, value).reason is Reason.SHAPE
