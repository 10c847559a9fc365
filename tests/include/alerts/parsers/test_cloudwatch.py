from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from include.alerts.parsers.cloudwatch import INSUFFICIENT
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus, Severity


def changed(envelope: Any, **fields: Any) -> Any:
    """The envelope with fields of its inner message changed."""
    return {**envelope, "Message": json.dumps({**json.loads(envelope["Message"]), **fields})}


def refused(read: Any, value: Any) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read("cloudwatch", value)
    return caught.value


def test_an_alarm(read: Any, payload: Any) -> None:
    (alert,) = read("cloudwatch", payload("cloudwatch/alarm"), content_type="text/plain; charset=UTF-8")
    assert (alert.status, alert.severity) == (AlertStatus.FIRING, Severity.HIGH)
    assert (alert.service, alert.environment) == ("shop-payments", "production")
    assert alert.title == "payments-5xx"
    assert alert.description.startswith("Payments answers with server errors\n\nThreshold Crossed")
    assert alert.started_at == datetime(2026, 11, 2, 9, 30, 5, 678_000, tzinfo=UTC)
    assert alert.labels["metric"] == "HTTPCode_Target_5XX_Count"
    assert alert.labels["LoadBalancer"] == "app/shop/50dc"
    assert alert.labels["topic"].endswith(":shop-alarms")


def test_ok_resolves_the_same_alarm(read: Any, payload: Any) -> None:
    (alarm,) = read("cloudwatch", payload("cloudwatch/alarm"))
    (fine,) = read("cloudwatch", payload("cloudwatch/ok"))
    assert fine.status is AlertStatus.RESOLVED
    assert fine.ended_at == datetime(2026, 11, 2, 9, 55, 5, 1_000, tzinfo=UTC)
    assert fine.fingerprint == alarm.fingerprint


def test_h10_insufficient_data_is_not_over(read: Any, payload: Any) -> None:
    (alert,) = read("cloudwatch", payload("cloudwatch/insufficient_data"))
    assert alert.status is AlertStatus.FIRING
    assert INSUFFICIENT in alert.notes
    assert (alert.service, alert.environment) == ("shop-orders", "lab")  # dimensions of a metric of the expression


def test_a_composite_alarm(read: Any, payload: Any) -> None:
    (alert,) = read("cloudwatch", payload("cloudwatch/composite"))
    assert alert.title == "shop-down"
    assert alert.labels["alarm_rule"] == "ALARM(payments-5xx) AND ALARM(orders-5xx)"


def test_an_alarm_through_eventbridge_is_the_same_alarm(read: Any, payload: Any) -> None:
    (direct,) = read("cloudwatch", payload("cloudwatch/alarm"))
    (bridged,) = read("cloudwatch", payload("cloudwatch/eventbridge"))
    assert bridged.fingerprint == direct.fingerprint
    assert (bridged.service, bridged.severity) == ("shop-payments", Severity.WARNING)
    assert bridged.started_at == direct.started_at


def test_raw_delivery_is_read(read: Any, payload: Any) -> None:
    (alert,) = read("cloudwatch", json.loads(payload("cloudwatch/alarm")["Message"]))
    assert alert.title == "payments-5xx"


def test_account_region_and_name_identify_an_alarm_without_an_arn(read: Any, payload: Any) -> None:
    value = payload("cloudwatch/alarm")
    (one,) = read("cloudwatch", changed(value, AlarmArn=None))
    (other,) = read("cloudwatch", changed(value, AlarmArn=None, Region="EU (Ireland)"))
    assert one.fingerprint != other.fingerprint
    assert refused(read, changed(value, AlarmArn=None, AWSAccountId=None)).reason is Reason.IDENTITY


def test_dimensions_come_in_either_case(read: Any, payload: Any) -> None:
    trigger = {"Dimensions": [{"Name": "Service", "Value": "shop-orders"}, {"name": "Environment", "value": "lab"}]}
    (alert,) = read("cloudwatch", changed(payload("cloudwatch/alarm"), Trigger=trigger))
    assert (alert.service, alert.environment) == ("shop-orders", "lab")


def test_a_states_severity_can_be_given_in_the_sources_row(read: Any, payload: Any) -> None:
    row = {"severities": {"ALARM": "critical", "INSUFFICIENT_DATA": "warning"}}
    (alarm,) = read("cloudwatch", payload("cloudwatch/alarm"), source_row=row)
    (unknown,) = read("cloudwatch", payload("cloudwatch/insufficient_data"), source_row=row)
    assert (alarm.severity, unknown.severity) == (Severity.CRITICAL, Severity.WARNING)


def test_the_confirmation_of_a_subscription_carries_no_alert(read: Any, payload: Any) -> None:
    assert read("cloudwatch", payload("cloudwatch/subscription_confirmation")) == []


def test_h10_being_unsubscribed_pages(read: Any, payload: Any) -> None:
    assert refused(read, payload("cloudwatch/unsubscribe_confirmation")).reason is Reason.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("hello", Reason.JSON),
        ("", Reason.SHAPE),
        ("[]", Reason.SHAPE),
        ("{}", Reason.STATUS),
        ('{"AlarmName": "a", "AlarmName": "b"}', Reason.DUPLICATE_KEY),
        ('{"NewStateValue": NaN}', Reason.NUMBER),
        ("[" * 40 + "]" * 40, Reason.DEPTH),
        ("\ud800", Reason.ENCODING),
        ({"NewStateValue": "ALARM"}, Reason.SHAPE),
        (None, Reason.SHAPE),
    ],
)
def test_an_inner_message_that_is_no_alarm_is_unreadable(read: Any, payload: Any, message: Any, reason: Reason) -> None:
    assert refused(read, {**payload("cloudwatch/alarm"), "Message": message}).reason is reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"NewStateValue": "UNKNOWN"}, Reason.STATUS),
        ({"NewStateValue": None}, Reason.STATUS),
        ({"StateChangeTime": "2026-11-02T09:30:05"}, Reason.TIME),
        ({"StateChangeTime": 5}, Reason.TIME),
        ({"Trigger": []}, Reason.SHAPE),
        ({"Trigger": {"Dimensions": {}}}, Reason.SHAPE),
        ({"Trigger": {"Dimensions": [5]}}, Reason.SHAPE),
        ({"AlarmName": 5}, Reason.SHAPE),
        ({"StateChangeTime": "2025-11-02T09:30:05.678+0000"}, None),
        ({"StateChangeTime": "2029-11-02T09:30:05.678+0000"}, Reason.CLOCK),
    ],
)
def test_a_wrong_alarm_is_unreadable(read: Any, payload: Any, fields: dict[str, Any], reason: Reason | None) -> None:
    value = changed(payload("cloudwatch/alarm"), **fields)
    if reason is None:  # an old change in a fresh post: the sender's clock is right
        assert read("cloudwatch", value)
    else:
        assert refused(read, value).reason is reason


@pytest.mark.parametrize("value", [[], {}, {"Type": "Other"}, {"Type": 5}, {"Records": []}, None])
def test_what_is_no_sns_message_is_unreadable(read: Any, value: Any) -> None:
    assert refused(read, value).reason is Reason.SHAPE


def test_an_event_of_another_service_is_unreadable(read: Any, payload: Any) -> None:
    assert refused(read, changed(payload("cloudwatch/eventbridge"), source="aws.ec2")).reason is Reason.SHAPE
