from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.evidence.sources import windows_4625
from include.evidence.sources.limits import Unreadable
from include.evidence.sources.sshd import Failure

AT = datetime(2026, 11, 20, 10, 0, 0, 500000, tzinfo=UTC)
MILLISECONDS = int(AT.timestamp() * 1000)
NAMED = {
    "TargetUserName": "svc-backup",
    "TargetDomainName": "SHOP",
    "Status": "0xc000006d",
    "SubStatus": "0xc000006a",
    "IpAddress": "192.0.2.9",
    "WorkstationName": "PC7",
}
EXPECTED = Failure(AT, "pay-win-1", "SHOP\\svc-backup", "192.0.2.9", "wrong password")
ORDER = [
    *("S-1-0-0", "-", "-", "0", "S-1-0-0", "svc-backup", "SHOP", "{status}", "%%2313", "{sub}", "3"),
    *("NtLmSsp", "NTLM", "PC7", "-", "-", "0", "0", "-", "192.0.2.9", "49152"),
]


def properties(status: object = -1073741715, sub: object = -1073741718) -> list[dict[str, object]]:
    return [{"Value": status if v == "{status}" else sub if v == "{sub}" else v} for v in ORDER]


XML = f"""<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>4625</EventID>
<TimeCreated SystemTime='{AT.isoformat()}'/><Computer>pay-win-1</Computer></System><EventData>{
    "".join(f"<Data Name='{k}'>{v}</Data>" for k, v in NAMED.items())
}</EventData></Event>"""

SHAPES: dict[str, dict[str, Any]] = {
    "powershell 5": {
        "Id": 4625,
        "TimeCreated": f"/Date({MILLISECONDS})/",
        "MachineName": "pay-win-1",
        "Properties": properties(),
    },
    "powershell 5, offset": {
        "Id": 4625,
        "TimeCreated": f"/Date({MILLISECONDS}+0100)/",
        "MachineName": "pay-win-1",
        "Properties": properties(),
    },
    "powershell 5, date object": {
        "Id": 4625,
        "TimeCreated": {"value": f"/Date({MILLISECONDS})/", "DisplayHint": 2},
        "MachineName": "pay-win-1",
        "Properties": properties(3221225581, 3221225578),
    },
    "powershell 7": {"Id": 4625, "TimeCreated": AT.isoformat(), "MachineName": "pay-win-1", "Properties": properties()},
    "named": {"EventID": 4625, "TimeCreated": AT.isoformat(), "Computer": "pay-win-1", "EventData": NAMED},
    "flat (NXLog)": {"EventID": 4625, "EventTime": AT.isoformat(), "Hostname": "pay-win-1", **NAMED},
    "winlogbeat": {
        "@timestamp": AT.isoformat(),
        "winlog": {"event_id": "4625", "computer_name": "pay-win-1", "event_data": NAMED},
        "event": {"code": "4625"},
    },
    "xml as json": {
        "Event": {
            "System": {"EventID": {"#text": "4625"}, "TimeCreated": {"@SystemTime": AT.isoformat()}, "Computer": "pay-win-1"},
            "EventData": {"Data": [{"@Name": key, "#text": value} for key, value in NAMED.items()]},
        }
    },
    "xml in a field": {"Id": 4625, "Xml": XML},
}


def read(value: object, *, encoding: str = "utf-8") -> list[Failure]:
    text = value if isinstance(value, str) else json.dumps(value)
    return [event for event in windows_4625.events(text.encode(encoding)) if event]


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_exports(shape: str) -> None:
    assert read([SHAPES[shape]]) == [EXPECTED]


def test_array_object_and_lines() -> None:
    event = SHAPES["powershell 7"]
    assert read(event) == [EXPECTED]
    assert read(json.dumps(event) + "\n" + json.dumps(event) + "\n") == [EXPECTED] * 2
    assert read(json.dumps(event) + "\n" + json.dumps(event)[:60]) == [EXPECTED]  # the last line is still being written
    assert read("[]") == read("") == read("  \n") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings_of_powershell(encoding: str) -> None:
    assert read([SHAPES["powershell 5"]], encoding=encoding) == [EXPECTED]
    assert read([SHAPES["powershell 5"]], encoding="utf-16-be" if encoding == "x" else encoding)[0].account == "SHOP\\svc-backup"


def test_big_endian_with_its_mark() -> None:
    data = b"\xfe\xff" + json.dumps(SHAPES["named"]).encode("utf-16-be")
    assert list(windows_4625.events(data)) == [EXPECTED]


@pytest.mark.parametrize(
    ("status", "sub", "reason"),
    [
        (0xC000006D, 0xC0000064, "unknown user"),
        (0xC000006D, 0xC000006A, "wrong password"),
        (0xC000006E, 0xC0000072, "account disabled"),
        (0xC0000234, 0, "account locked"),
        (-1073741260, 0, "account locked"),
        ("0xc000015b", "0x0", "logon type not granted"),
        ("0xc000006d", "0xdeadbeef", "wrong user name or password"),
        ("0xdeadbeef", "0x0", "status 0xDEADBEEF"),
        (None, None, "no status"),
        ("not a number", [], "no status"),
    ],
)
def test_reasons(status: object, sub: object, reason: str) -> None:
    event = SHAPES["powershell 7"] | {"Properties": properties(status, sub)}
    assert read([event])[0].reason == reason


def test_every_reason_is_a_status_of_its_own() -> None:
    assert len(set(windows_4625.REASONS.values())) == len(windows_4625.REASONS)


def test_other_events_are_passed_over() -> None:
    assert list(windows_4625.events(json.dumps([{"Id": 4624, "TimeCreated": AT.isoformat()}, SHAPES["named"]]).encode())) == [
        None,
        EXPECTED,
    ]


def test_no_address_is_the_workstation_and_neither_is_empty() -> None:
    assert read(SHAPES["named"] | {"EventData": NAMED | {"IpAddress": "-"}})[0].address == "PC7"
    assert read(SHAPES["named"] | {"EventData": NAMED | {"IpAddress": "-", "WorkstationName": ""}})[0].address == ""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("<html>503</html>", "not JSON"),
        ("[1, 2]", "not events"),
        ('"text"', "not events"),
        ("[" * 100_000, "not JSON"),
        ('{"Id": 4625, "TimeCreated": "yesterday"}', "without a time"),
        (json.dumps({"Id": 4625, "TimeCreated": AT.isoformat()}), "Depth 4"),
        (json.dumps(SHAPES["powershell 7"] | {"Properties": ["System.Diagnostics.Eventing.Reader.EventProperty"]}), "Depth 4"),
        (json.dumps({"Id": 4625, "Xml": "<Event><broken"}), "XML is broken"),
        (json.dumps({"Id": 4625, "Xml": "<Event><!DOCTYPE a [<!ENTITY b 'c'>]></Event>"}), "document type"),
    ],
)
def test_garbage_is_named_without_its_content(text: str, word: str) -> None:
    with pytest.raises(Unreadable, match=word) as caught:
        read(text)
    assert "yesterday" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Id", "Event", "EventData", "Data", "System", "Properties", "TimeCreated", "winlog", "Value"]),
            inner,
            max_size=4,
        )
    ),
)


@given(JSON)
def test_any_json_is_events_or_unreadable(value: object) -> None:
    try:
        list(windows_4625.events(json.dumps(value).encode()))
    except Unreadable:
        return


@given(st.binary(max_size=60))
def test_any_bytes_are_events_or_unreadable(data: bytes) -> None:
    try:
        list(windows_4625.events(data))
    except Unreadable:
        return
