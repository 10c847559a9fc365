from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus, Severity


def test_a_triggered_incident(read: Any, payload: Any) -> None:
    (alert,) = read("pagerduty", payload("pagerduty/triggered"))
    assert (alert.status, alert.severity) == (AlertStatus.FIRING, Severity.CRITICAL)
    assert (alert.service, alert.environment, alert.owner) == ("shop-payments", "production", "payments")
    assert alert.title == "Payments refuses connections"
    assert alert.started_at == datetime(2026, 11, 2, 9, 31, tzinfo=UTC)
    assert alert.links == ("https://shop.pagerduty.com/incidents/Q1W2E3R4T5Y6U7",)
    assert alert.labels["incident_key"] == "payments-pool"
    assert alert.labels["number"] == "4711"
    assert alert.labels["assignees"] == "Ines Duarte"


@pytest.mark.parametrize(
    ("name", "status", "severity"),
    [
        ("acknowledged", AlertStatus.FIRING, Severity.CRITICAL),
        ("escalated", AlertStatus.FIRING, Severity.WARNING),  # no priority: its low urgency
        ("priority_updated", AlertStatus.FIRING, Severity.WARNING),
        ("reopened", AlertStatus.FIRING, Severity.CRITICAL),
        ("resolved", AlertStatus.RESOLVED, Severity.CRITICAL),
    ],
)
def test_every_event_of_an_incident_is_the_same_alert(
    read: Any, payload: Any, name: str, status: AlertStatus, severity: Severity
) -> None:
    (first,) = read("pagerduty", payload("pagerduty/triggered"))
    (alert,) = read("pagerduty", payload(f"pagerduty/{name}"))
    assert (alert.status, alert.severity) == (status, severity)
    assert alert.fingerprint == first.fingerprint


def test_a_resolved_incident_ends_when_the_event_occurred(read: Any, payload: Any) -> None:
    (alert,) = read("pagerduty", payload("pagerduty/resolved"))
    assert alert.ended_at == datetime(2026, 11, 2, 10, 1, tzinfo=UTC)


def test_an_incident_of_last_week_that_changes_now_is_read(read: Any, payload: Any) -> None:
    value = payload("pagerduty/reopened")
    value["event"]["data"]["created_at"] = "2026-09-01T00:00:00Z"
    (alert,) = read("pagerduty", value)
    assert alert.started_at.month == 9


@pytest.mark.parametrize("name", ["ping", "annotated", "service_updated"])
def test_events_that_are_about_nothing_broken_carry_no_alert(read: Any, payload: Any, name: str) -> None:
    assert read("pagerduty", payload(f"pagerduty/{name}")) == []


def test_an_event_type_that_is_new_is_read_by_its_incident(read: Any, payload: Any) -> None:
    value = payload("pagerduty/triggered")
    value["event"]["event_type"] = "incident.something_new"
    assert len(read("pagerduty", value)) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, Reason.IDENTITY),
        ({"id": ""}, Reason.IDENTITY),
        ({"id": 5}, Reason.SHAPE),
        ({"status": "paused"}, Reason.STATUS),
        ({"status": None}, Reason.STATUS),
        ({"type": "incident_note"}, Reason.SHAPE),  # a triggered event whose incident is not one
        ({"type": None}, Reason.SHAPE),
        ({"service": "x"}, Reason.SHAPE),
        ({"priority": "P1"}, Reason.SHAPE),
        ({"teams": {}}, Reason.SHAPE),
        ({"assignees": ["x"]}, Reason.SHAPE),
        ({"created_at": "soon"}, Reason.TIME),
    ],
)
def test_h10_a_wrong_incident_is_unreadable(read: Any, payload: Any, change: dict[str, Any], reason: Reason) -> None:
    value = payload("pagerduty/triggered")
    value["event"]["data"].update(change)
    with pytest.raises(Unreadable) as caught:
        read("pagerduty", value)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    "value",
    [{}, {"event": None}, {"event": []}, {"event": {"event_type": "other.thing", "data": {}}}, {"messages": []}, []],
)
def test_what_is_no_event_is_unreadable(read: Any, value: Any) -> None:
    with pytest.raises(Unreadable):
        read("pagerduty", value)


def test_the_clock_is_the_events(read: Any, payload: Any) -> None:
    value = payload("pagerduty/triggered")
    value["event"]["occurred_at"] = "2026-10-20T09:31:00Z"
    value["event"]["data"]["created_at"] = "2026-10-20T09:31:00Z"
    with pytest.raises(Unreadable) as caught:
        read("pagerduty", value)
    assert caught.value.reason is Reason.CLOCK
