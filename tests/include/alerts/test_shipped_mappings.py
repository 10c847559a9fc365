"""What the shipped mapping files make of each vendor's documented payload."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus, Severity

FIRING, RESOLVED = AlertStatus.FIRING, AlertStatus.RESOLVED
CRITICAL, HIGH, WARNING, INFO = Severity.CRITICAL, Severity.HIGH, Severity.WARNING, Severity.INFO
HALF_PAST_NINE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

# fixture, status, severity, service, environment, start without fractions
EXPECTED = [
    ("datadog/triggered", FIRING, HIGH, "shop-orders", "production", HALF_PAST_NINE),
    ("datadog/recovered", RESOLVED, HIGH, "shop-orders", "production", HALF_PAST_NINE.replace(hour=10, minute=0)),
    ("datadog/warn", FIRING, WARNING, "shop-orders", "production", HALF_PAST_NINE),
    ("datadog/no_data", FIRING, HIGH, "shop-orders", "production", HALF_PAST_NINE),
    ("datadog/default_payload", FIRING, HIGH, None, "production", HALF_PAST_NINE),
    ("newrelic/created", FIRING, WARNING, None, "production", HALF_PAST_NINE),
    ("newrelic/activated", FIRING, CRITICAL, "shop-payments", "production", HALF_PAST_NINE),
    ("newrelic/closed", RESOLVED, CRITICAL, "shop-payments", "production", HALF_PAST_NINE),
    ("opsgenie/create", FIRING, CRITICAL, "shop-orders", "production", HALF_PAST_NINE),
    ("opsgenie/acknowledge", FIRING, WARNING, "shop-orders", "production", HALF_PAST_NINE),
    ("opsgenie/close", RESOLVED, WARNING, "shop-orders", "production", HALF_PAST_NINE),
    ("opsgenie/custom_action", FIRING, HIGH, "shop-orders", "production", HALF_PAST_NINE),
    ("sentry/event_alert", FIRING, HIGH, "shop-payments", "production", HALF_PAST_NINE.replace(second=17)),
    ("sentry/metric_alert_critical", FIRING, CRITICAL, "shop-orders", "production", HALF_PAST_NINE.replace(minute=29)),
    ("sentry/metric_alert_resolved", RESOLVED, HIGH, "shop-orders", "production", HALF_PAST_NINE.replace(minute=29)),
    ("sentry/issue_created", FIRING, HIGH, "shop-payments", "production", HALF_PAST_NINE.replace(second=17)),
    ("sentry/issue_resolved", RESOLVED, HIGH, "shop-payments", "production", HALF_PAST_NINE.replace(second=30)),
    ("azure_monitor/fired", FIRING, HIGH, "shop-payments", "production", HALF_PAST_NINE.replace(second=24)),
    ("azure_monitor/resolved", RESOLVED, HIGH, "shop-payments", "production", HALF_PAST_NINE.replace(second=24)),
    ("azure_monitor/log_alert", FIRING, INFO, None, "production", HALF_PAST_NINE.replace(second=24)),
    ("generic/firing", FIRING, HIGH, "shop-payments", "production", HALF_PAST_NINE.replace(hour=2)),
    ("generic/resolved", RESOLVED, HIGH, "shop-payments", "production", HALF_PAST_NINE.replace(hour=2)),
    ("generic/minimal", FIRING, HIGH, None, "production", HALF_PAST_NINE.replace(second=30)),
    ("generic/other_languages", FIRING, CRITICAL, "shop-payments", "production", HALF_PAST_NINE),
]


@pytest.mark.parametrize(
    ("name", "status", "severity", "service", "environment", "started_at"), EXPECTED, ids=lambda x: str(x)[:30]
)
def test_a_documented_payload(
    read: Any,
    payload: Any,
    name: str,
    status: AlertStatus,
    severity: Severity,
    service: str | None,
    environment: str,
    started_at: datetime,
) -> None:
    source = name.split("/", maxsplit=1)[0]
    (alert,) = read(source, payload(name), received_at=HALF_PAST_NINE.replace(second=30))
    assert (alert.status, alert.severity) == (status, severity)
    assert (alert.service, alert.environment) == (service, environment)
    assert alert.started_at.replace(microsecond=0) == started_at
    assert alert.title
    assert (alert.ended_at is not None) <= (status is RESOLVED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("datadog/triggered", "datadog/recovered"),
        ("newrelic/created", "newrelic/closed"),
        ("newrelic/activated", "newrelic/closed"),
        ("opsgenie/create", "opsgenie/close"),
        ("sentry/event_alert", "sentry/issue_resolved"),
        ("sentry/metric_alert_critical", "sentry/metric_alert_resolved"),
        ("azure_monitor/fired", "azure_monitor/resolved"),
        ("generic/firing", "generic/resolved"),
    ],
)
def test_firing_and_resolved_share_the_fingerprint(read: Any, payload: Any, one: str, other: str) -> None:
    source = one.split("/", maxsplit=1)[0]
    (first,) = read(source, payload(one))
    (second,) = read(source, payload(other))
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize("name", ["opsgenie/add_note", "sentry/issue_assigned", "sentry/installation_created"])
def test_posts_that_rightly_carry_no_alert(read: Any, payload: Any, name: str) -> None:
    assert read(name.split("/", maxsplit=1)[0], payload(name)) == []


def test_h11_fingerprints_of_all_sources_are_apart(read: Any, payload: Any) -> None:
    names = [name for name, *_ in EXPECTED if "resolved" not in name and "close" not in name]
    found = {name.split("/")[0]: read(name.split("/")[0], payload(name))[0].fingerprint for name in names}
    assert len(set(found.values())) == len(found)


def test_several_generic_alerts(read: Any, payload: Any) -> None:
    first, second = read("generic", payload("generic/several"))
    assert (first.service, first.severity, first.status) == ("shop-orders", CRITICAL, FIRING)
    assert (second.environment, second.status) == ("lab", RESOLVED)
    assert first.fingerprint != second.fingerprint


def test_generic_labels_and_owner(read: Any, payload: Any) -> None:
    (alert,) = read("generic", payload("generic/firing"))
    assert alert.owner == "maya"
    assert alert.labels == {"alertname": "BillingBatchLate", "batch": "billing", "attempt": "3", "dry_run": "false"}
    assert alert.links == ("https://batch.shop.example/runs/7",)


def test_other_languages_are_kept_and_bidirectional_controls_are_written_out(read: Any, payload: Any) -> None:
    (alert,) = read("generic", payload("generic/other_languages"))
    assert alert.title.startswith("支付服务错误率过高 — خطأ في الدفع")
    assert "\\u{202E}evil\\u{202C}" in alert.description


@pytest.mark.parametrize(
    ("source", "value", "reason"),
    [
        ("generic", {}, Reason.IDENTITY),
        ("generic", {"alerts": []}, Reason.IDENTITY),
        ("generic", {"alerts": ["x"]}, Reason.SHAPE),
        ("generic", {"alerts": {"title": "x"}}, Reason.SHAPE),
        ("generic", {"alerts": [{"title": "x"}] * 1_001}, Reason.TOO_MANY),
        ("generic", {"alerts": [{"title": "x"}] * 10_000}, Reason.TOO_MANY),
        ("generic", {"title": "x", "status": "odd"}, Reason.STATUS),
        ("generic", {"title": ["x"]}, Reason.IDENTITY),
        ("generic", {"id": "1", "title": ["x"]}, Reason.SHAPE),
        ("generic", {"title": "x", "started_at": "2026-11-02T09:30:00"}, Reason.TIME),
        ("generic", {"title": "x", "started_at": 1793611800}, Reason.TIME),
        ("generic", {"title": "x", "started_at": "2026-12-02T09:30:00Z"}, Reason.CLOCK),
        ("generic", {"title": "x", "labels": ["a"]}, Reason.SHAPE),
        ("generic", {"title": "x", "links": [{"href": "http://x"}]}, Reason.SHAPE),
        ("azure_monitor", {"schemaId": "AzureMonitorMetricAlert", "data": {}}, Reason.SHAPE),
        (
            "azure_monitor",
            {"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {"alertRule": "x"}}},
            Reason.IDENTITY,
        ),
        ("sentry", {"action": "triggered", "data": {}}, Reason.SHAPE),
        ("sentry", {"action": "triggered", "data": {"event": {"title": "x"}}}, Reason.IDENTITY),
        ("sentry", {"action": "dances", "data": {"issue": {"id": "1"}}}, Reason.STATUS),
        ("opsgenie", {"action": "Create", "alert": {"message": "x"}}, Reason.IDENTITY),
        ("opsgenie", {"alert": {"alertId": "x"}}, Reason.STATUS),
        ("newrelic", {"state": "ACTIVATED", "title": "x"}, Reason.IDENTITY),
        ("newrelic", {"id": "1", "state": "ACTIVATED", "createdAt": "2026-11-02T09:30:00Z"}, Reason.TIME),
        ("datadog", {"alert_transition": "Triggered", "alert_id": "null"}, Reason.IDENTITY),
        ("datadog", {"alert_id": "", "alert_transition": "Triggered"}, Reason.IDENTITY),
    ],
)
def test_h10_a_wrong_payload_is_unreadable(read: Any, source: str, value: Any, reason: Reason) -> None:
    with pytest.raises(Unreadable) as caught:
        read(source, value)
    assert caught.value.reason is reason


def test_datadog_groups_of_one_monitor_are_apart_and_come_back_as_themselves(read: Any, payload: Any) -> None:
    value = payload("datadog/triggered")
    (one,) = read("datadog", value)
    (other_group,) = read("datadog", {**value, "alert_scope": "service:shop-payments"})
    (next_cycle,) = read("datadog", {**value, "alert_cycle_key": "another", "id": "another"})
    assert one.fingerprint != other_group.fingerprint
    assert one.fingerprint == next_cycle.fingerprint


def test_h11_which_of_several_entities_is_meant_is_not_guessed(read: Any, payload: Any) -> None:
    for name in ("newrelic/created", "azure_monitor/log_alert"):
        (alert,) = read(name.split("/")[0], payload(name))
        assert alert.service is None
        assert "shop-payments" in " ".join(alert.labels.values())
