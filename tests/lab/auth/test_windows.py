from __future__ import annotations

import json
import time
from datetime import UTC, datetime

from lab.auth.windows import failed_logons

NAMES = [
    *("SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "TargetUserSid", "TargetUserName"),
    *("TargetDomainName", "Status", "FailureReason", "SubStatus", "LogonType", "LogonProcessName", "AuthenticationPackageName"),
    *("WorkstationName", "TransmittedServices", "LmPackageName", "KeyLength", "ProcessId", "ProcessName", "IpAddress", "IpPort"),
]


def test_events_have_the_manifests_fields_in_order() -> None:
    events = json.loads(json.dumps(failed_logons(time.time())))
    assert len(events) > 30
    for event in events:
        assert (event["Id"], event["LogName"], event["KeywordsDisplayNames"]) == (4625, "Security", ["Audit Failure"])
        assert event["Keywords"] == int.from_bytes(bytes.fromhex("8010000000000000"), "big", signed=True)
        assert list(event["EventData"]) == NAMES
        assert len(event["Properties"]) == len(NAMES)
        by_name = dict(zip(NAMES, (each["Value"] for each in event["Properties"]), strict=True))
        assert by_name["TargetUserName"] == event["EventData"]["TargetUserName"]
        assert by_name["Status"] & 0xFFFFFFFF == int(event["EventData"]["Status"], 16)
        assert by_name["Status"] < 0  # .NET gives it as a signed number
        assert isinstance(by_name["LogonType"], int)


def test_newest_first_and_relative_to_now() -> None:
    now = time.time()
    times = [datetime.fromisoformat(event["TimeCreated"]) for event in failed_logons(now)]
    assert times == sorted(times, reverse=True)
    assert 0 < now - times[0].timestamp() < 600
    assert all(each.tzinfo is UTC or each.utcoffset() is not None for each in times)
    records = [event["RecordId"] for event in failed_logons(now)]
    assert records == sorted(records, reverse=True)


def test_lockout_and_spraying_are_there() -> None:
    data = [event["EventData"] for event in failed_logons(time.time())]
    assert sum(each["Status"] == "0xc0000234" and each["TargetUserName"] == "svc-payments" for each in data) == 3
    sprayed = {each["TargetUserName"] for each in data if each["SubStatus"] == "0xc0000064"}
    assert len(sprayed) > 8
