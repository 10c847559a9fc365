"""CloudWatch alarms through SNS: an SNS envelope whose `Message` is a text of JSON.

Formats: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions.html and, for alarms that come through
EventBridge, https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html.
"""

from __future__ import annotations

from typing import Any

from include.alerts.limits import load_json
from include.alerts.raw import Json, RawAlert, an_object, child, objects, required_text, text
from include.alerts.text import as_text
from include.alerts.times import read_time
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus

MAX_MESSAGE_BYTES = 4_000_000
INSUFFICIENT = "CloudWatch has too little data to judge the alarm: it is not known to be over, so it counts as firing."
_STATES = {
    "ALARM": AlertStatus.FIRING,
    "INSUFFICIENT_DATA": AlertStatus.FIRING,
    "OK": AlertStatus.RESOLVED,
}


def read(payload: Any, *, max_alerts: int, max_depth: int) -> list[RawAlert]:
    """The alarm of a notification; none for the confirmation of a subscription.

    An `UnsubscribeConfirmation` is unreadable on purpose: from then on no alarm arrives, and somebody must know.
    """
    del max_alerts
    envelope = an_object(payload, "The payload")
    kind = text(envelope, "Type", "payload")
    if kind == "SubscriptionConfirmation":
        return []
    if kind == "UnsubscribeConfirmation":
        raise Unreadable("This endpoint was unsubscribed from its SNS topic.", reason=Reason.UNSUBSCRIBED)
    if kind is None and ("AlarmName" in envelope or "detail-type" in envelope):
        return [_alarm(envelope, None)]  # raw message delivery
    if kind != "Notification":
        raise Unreadable("payload.Type is not a kind of SNS message.")
    message = required_text(envelope, "Message", "payload")
    try:
        inner = load_json(message.encode("utf-8", "surrogatepass"), max_bytes=MAX_MESSAGE_BYTES, max_depth=max_depth)
    except Unreadable as error:
        raise error.within("payload.Message") from error
    return [_alarm(an_object(inner, "payload.Message"), envelope)]


def _alarm(message: Json, envelope: Json | None) -> RawAlert:
    alarm = _from_eventbridge(message) if "detail-type" in message else message
    where = "alarm"
    state = required_text(alarm, "NewStateValue", where, Reason.STATUS)
    if state not in _STATES:
        raise Unreadable("alarm.NewStateValue is not ALARM, OK or INSUFFICIENT_DATA.", reason=Reason.STATUS)
    changed_at = read_time(alarm.get("StateChangeTime"), "alarm.StateChangeTime")
    labels = _labels(alarm, envelope)
    return RawAlert(
        identity=_identity(alarm),
        status=_STATES[state],
        title=text(alarm, "AlarmName", where),
        description="\n\n".join(filter(None, (text(alarm, key, where) for key in ("AlarmDescription", "NewStateReason")))),
        severity=labels.get("severity") or labels.get("Severity"),
        severity_hint=state,
        started_at=changed_at,
        ended_at=changed_at if _STATES[state] is AlertStatus.RESOLVED else None,
        sent_at=read_time(envelope.get("Timestamp"), "payload.Timestamp") if envelope else None,
        labels=labels,
        notes=[INSUFFICIENT] if state == "INSUFFICIENT_DATA" else [],
    )


def _identity(alarm: Json) -> tuple[str, ...]:
    arn = text(alarm, "AlarmArn", "alarm")
    if arn:
        return ("arn", arn)
    account, region = text(alarm, "AWSAccountId", "alarm"), text(alarm, "Region", "alarm")
    name = text(alarm, "AlarmName", "alarm")
    if not (account and region and name):
        raise Unreadable("the alarm has neither an ARN nor account, region and name.", reason=Reason.IDENTITY)
    return ("name", account, region, name)


def _labels(alarm: Json, envelope: Json | None) -> dict[str, str]:
    trigger = child(alarm, "Trigger", "alarm")
    found: dict[str, Any] = {
        "alertname": text(alarm, "AlarmName", "alarm"),
        "account": text(alarm, "AWSAccountId", "alarm"),
        "region": text(alarm, "Region", "alarm"),
        "old_state": text(alarm, "OldStateValue", "alarm"),
        "new_state": text(alarm, "NewStateValue", "alarm"),
        "alarm_rule": text(alarm, "AlarmRule", "alarm"),
        "metric": text(trigger, "MetricName", "alarm.Trigger"),
        "namespace": text(trigger, "Namespace", "alarm.Trigger"),
        "statistic": text(trigger, "Statistic", "alarm.Trigger"),
        "threshold": as_text(trigger.get("Threshold")),
        "topic": text(envelope or {}, "TopicArn", "payload"),
    }
    tags = {str(name): as_text(value) or "" for name, value in child(alarm, "AlarmTags", "alarm").items()}
    return {**tags, **_dimensions(trigger), **{name: value for name, value in found.items() if value}}


def _dimensions(trigger: Json) -> dict[str, str]:
    """Dimensions of the metric, or of the metrics of an expression; `name` and `value` come in either case."""
    dimensions = list(objects(trigger, "Dimensions", "alarm.Trigger"))
    for metric in objects(trigger, "Metrics", "alarm.Trigger"):
        stat = child(an_object(metric, "alarm.Trigger.Metrics"), "MetricStat", "alarm.Trigger.Metrics")
        dimensions += objects(child(stat, "Metric", "alarm.Trigger.Metrics"), "Dimensions", "alarm.Trigger.Metrics")
    found: dict[str, str] = {}
    for item in dimensions:
        dimension = an_object(item, "alarm.Trigger.Dimensions")
        name = text(dimension, "name", "dimension") or text(dimension, "Name", "dimension")
        value = text(dimension, "value", "dimension") or text(dimension, "Value", "dimension")
        if name and value:
            found.setdefault(name, value)
    return found


def _from_eventbridge(event: Json) -> Json:
    """An EventBridge `CloudWatch Alarm State Change`, told in the words of the SNS form."""
    if text(event, "source", "event") != "aws.cloudwatch":
        raise Unreadable("the message is an event of another service than CloudWatch.")
    detail = child(event, "detail", "event")
    state = child(detail, "state", "event.detail")
    configuration = child(detail, "configuration", "event.detail")
    arns = objects(event, "resources", "event")
    return {
        "AlarmArn": arns[0] if len(arns) == 1 else None,
        "AlarmName": detail.get("alarmName"),
        "AlarmDescription": configuration.get("description"),
        "AlarmRule": configuration.get("alarmRule"),
        "AlarmTags": detail.get("alarmTags"),
        "AWSAccountId": event.get("account"),
        "Region": event.get("region"),
        "NewStateValue": state.get("value"),
        "NewStateReason": state.get("reason"),
        "OldStateValue": child(detail, "previousState", "event.detail").get("value"),
        "StateChangeTime": state.get("timestamp"),
        "Trigger": _eventbridge_trigger(configuration),
    }


def _eventbridge_trigger(configuration: Json) -> Json:
    metrics = objects(configuration, "metrics", "event.detail.configuration")
    stats = [child(an_object(metric, "metric"), "metricStat", "metric") for metric in metrics]
    found = [child(stat, "metric", "metric") for stat in stats if stat.get("metric")]
    dimensions = [
        {"name": name, "value": value} for metric in found for name, value in child(metric, "dimensions", "metric").items()
    ]
    first = found[0] if found else {}
    return {"MetricName": first.get("name"), "Namespace": first.get("namespace"), "Dimensions": dimensions}
