from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from include.alerts import build
from include.alerts.build import EARLY_END, LONG_FIRING, NO_ENVIRONMENT, NO_START, NO_TITLE, build_alert
from include.alerts.raw import RawAlert
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import Alert, AlertStatus, Severity
from include.contracts.catalogue import AlertSource

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
RAW = RawAlert(
    identity=("id", "1"), status=AlertStatus.FIRING, title="Something", severity="critical", environment="lab", started_at=NOW
)


@pytest.fixture
def source(sources: dict[str, AlertSource]) -> AlertSource:
    return sources["alertmanager"]


def built(source: AlertSource, **changes: Any) -> Alert:
    return build_alert(replace(RAW, **changes), source, received_at=NOW, check_clock=True)


def test_a_complete_alert_has_no_notes(source: AlertSource) -> None:
    alert = built(source, service="shop-orders")
    assert (alert.severity, alert.service, alert.environment, alert.notes) == (Severity.CRITICAL, "shop-orders", "lab", ())


def test_firing_and_resolved_share_the_fingerprint(source: AlertSource) -> None:
    one = built(source)
    other = built(source, status=AlertStatus.RESOLVED, title="other", severity="info", ended_at=NOW, labels={"a": "b"})
    assert one.fingerprint == other.fingerprint


def test_h11_the_same_identity_from_two_sources_is_two_alerts(sources: dict[str, AlertSource]) -> None:
    assert built(sources["alertmanager"]).fingerprint != built(sources["grafana"]).fingerprint


def test_the_environment_falls_back_to_the_source_with_a_note(source: AlertSource) -> None:
    alert = built(source, environment=None)
    assert (alert.environment, alert.notes) == ("production", (NO_ENVIRONMENT,))
    bare = source.model_copy(update={"default_environment": None})
    assert built(bare, environment=None).environment is None


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"service": "a", "app": "b", "job": "c"}, "a"),
        ({"service_name": "a", "app": "b"}, "a"),
        ({"service.name": "a"}, "a"),
        ({"ServiceName": "a"}, "a"),
        ({"app": "b", "job": "c"}, "b"),
        ({"app_kubernetes_io_name": "a", "job": "c"}, "a"),
        ({"job": "c"}, "c"),
        ({"service": " ", "job": "c"}, "c"),
        ({"microservice": "a", "services": "b", "pod": "shop-orders-7d9"}, None),
        ({"service": "a", "Service": "a"}, "a"),
    ],
)
def test_h11_the_service_is_taken_from_documented_labels_in_order(
    source: AlertSource, labels: dict[str, str], expected: str | None
) -> None:
    assert built(source, labels=labels).service == expected


def test_h11_labels_that_disagree_name_no_service(source: AlertSource) -> None:
    alert = built(source, labels={"service": "a", "Service": "b", "app": "c"})
    assert alert.service is None
    assert alert.notes == ("Labels disagree about the service; none is used.",)


@pytest.mark.parametrize("name", ["environment", "env", "Environment", "deployment_environment", "deployment.environment.name"])
def test_the_environment_is_taken_from_documented_labels(source: AlertSource, name: str) -> None:
    assert built(source, environment=None, labels={name: "lab"}).environment == "lab"


def test_a_stated_service_comes_before_labels(source: AlertSource) -> None:
    assert built(source, service="stated", labels={"service": "label"}).service == "stated"


def test_h10_an_unknown_severity_is_kept_as_a_label(source: AlertSource) -> None:
    alert = built(source, severity="wobbly")
    assert (alert.severity, alert.labels["severity_as_sent"]) == (Severity.HIGH, "wobbly")
    assert len(alert.notes) == 1


def test_a_sources_own_severities_override(source: AlertSource) -> None:
    own = source.model_copy(update={"severities": {"Critical": "info", "ALARM": "warning"}})
    assert built(own).severity is Severity.INFO
    assert built(own, severity=None, severity_hint="ALARM").severity is Severity.WARNING
    assert built(source, severity=None, severity_hint="ALARM").severity is Severity.HIGH


def test_a_missing_title_and_start_are_noted(source: AlertSource) -> None:
    alert = built(source, title=" ", started_at=None)
    assert (alert.title, alert.started_at) == ("(no title)", NOW)
    assert set(alert.notes) == {NO_TITLE, NO_START}


def test_an_end_before_the_start_is_left_out(source: AlertSource) -> None:
    alert = built(source, status=AlertStatus.RESOLVED, ended_at=NOW - HOUR)
    assert (alert.ended_at, alert.notes) == (None, (EARLY_END,))


def test_an_end_on_a_firing_alert_is_no_end(source: AlertSource) -> None:
    alert = built(source, ended_at=NOW + HOUR)
    assert (alert.ended_at, alert.notes) == (None, ())


def test_a_resolved_alert_without_a_start_begins_at_its_end(source: AlertSource) -> None:
    alert = built(source, status=AlertStatus.RESOLVED, started_at=None, ended_at=NOW - HOUR)
    assert alert.started_at == alert.ended_at == NOW - HOUR


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"started_at": NOW + DAY + HOUR},
        {"started_at": datetime(1970, 1, 1, tzinfo=UTC)},
        {"started_at": NOW - LONG_FIRING - HOUR},
        {"started_at": NOW - HOUR, "sent_at": NOW + DAY + HOUR},
        {"started_at": NOW - 3 * DAY, "sent_at": NOW - 2 * DAY},
        {"started_at": NOW - 9 * DAY, "ended_at": NOW - 2 * DAY, "status": AlertStatus.RESOLVED},
        {"started_at": None, "sent_at": NOW - 2 * DAY},
    ],
)
def test_h10_a_clock_far_off_is_unreadable(source: AlertSource, changes: dict[str, Any]) -> None:
    with pytest.raises(Unreadable, match="clock") as caught:
        built(source, **changes)
    assert caught.value.reason is Reason.CLOCK
    assert build_alert(replace(RAW, **changes), source, received_at=NOW, check_clock=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"started_at": NOW + HOUR},
        {"started_at": NOW - DAY + HOUR},
        {"started_at": NOW - 5 * DAY},  # fires for days, and its format does not say when it was sent
        {"started_at": NOW - 400 * DAY, "sent_at": NOW},
        {"started_at": NOW - 400 * DAY, "ended_at": NOW, "status": AlertStatus.RESOLVED},
        {"started_at": None},
        {"ended_at": NOW + 9 * DAY},  # firing: when the sender would give up, not an end
    ],
)
def test_an_old_alert_of_a_right_clock_is_read(source: AlertSource, changes: dict[str, Any]) -> None:
    assert built(source, **changes)


def test_the_tolerance_is_the_sources_own(source: AlertSource) -> None:
    strict = source.model_copy(update={"clock_tolerance_minutes": 5})
    with pytest.raises(Unreadable, match="5 minutes"):
        built(strict, started_at=NOW + timedelta(minutes=6))
    assert built(strict, started_at=NOW + timedelta(minutes=4))


def test_h10_a_mistake_of_ours_is_unreadable_too(source: AlertSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "one_line", lambda text, *_, **__: "two\nlines" if text else None)
    with pytest.raises(Unreadable, match="title") as caught:
        built(source)
    assert caught.value.reason is Reason.CONTRACT
