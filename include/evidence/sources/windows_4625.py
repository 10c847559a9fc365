"""Windows Security event 4625 ("An account failed to log on") exported as JSON.

Understood: `Get-WinEvent … | ConvertTo-Json -Depth 4` (properties by position); events whose data have names (`EventData` as an
object or as `Data` items with `Name`, Winlogbeat's `winlog.event_data`, NXLog's flat fields); the event's XML in a text field. An
array, one object, or one object a line; UTF-8 or UTF-16 with a byte order mark, as PowerShell 5 writes. The properties' order
and the status codes are those of Microsoft's documentation of event 4625.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any
from xml.etree import ElementTree

from include.evidence.sources import stamps
from include.evidence.sources.limits import Unreadable
from include.evidence.sources.sshd import Failure

# Position → name of the properties used. The first four are about the account that asked.
_ORDER = {
    5: "targetusername",
    6: "targetdomainname",
    7: "status",
    9: "substatus",
    13: "workstationname",
    19: "ipaddress",
}
REASONS = {
    0xC000005E: "no logon server available",
    0xC0000064: "unknown user",
    0xC000006A: "wrong password",
    0xC000006D: "wrong user name or password",
    0xC000006E: "account restriction",
    0xC000006F: "outside permitted hours",
    0xC0000070: "workstation not permitted",
    0xC0000071: "password expired",
    0xC0000072: "account disabled",
    0xC00000DC: "server in the wrong state",
    0xC0000133: "clocks too far apart",
    0xC000015B: "logon type not granted",
    0xC000018C: "trust relationship failed",
    0xC0000192: "Netlogon not started",
    0xC0000193: "account expired",
    0xC0000224: "password must be changed",
    0xC0000234: "account locked",
    0xC00002EE: "error during logon",
    0xC0000413: "authentication firewall",
}
_DOTNET_DATE = re.compile(r"/Date\((-?\d{1,16})(?:[+-]\d{4})?\)/")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_EMPTY = ("", "-", "0.0.0.0", "::")  # noqa: S104 (no listener: what Windows writes for "no address")


def events(data: bytes, zone: tzinfo = UTC) -> Iterator[Failure | None]:
    """The failed logons in an export: one a 4625 event; None for each event of another kind.

    :param zone: of times that name none
    :raises Unreadable: no JSON, no events, or events without their data
    """
    for record in _records(_decode(data)):
        event = _flatten(record)
        if _number(_first(event, "id", "eventid", "event_id", "code")) != 4625:
            yield None
            continue
        at = _time(_first(event, "timecreated", "eventtime", "@timestamp", "timegenerated", "time", "systemtime"), zone)
        if at is None:
            raise Unreadable("an event without a time")
        yield _failure(event, at)


def _decode(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="backslashreplace")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le", errors="backslashreplace")
    return data.decode("utf-8", errors="backslashreplace")


def _records(text: str) -> Iterator[dict[str, Any]]:
    try:
        whole = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        whole = _json_lines(text)
    rows = whole if isinstance(whole, list) else [whole]
    for row in rows:
        if not isinstance(row, dict):
            raise Unreadable("JSON, but not events")
        yield row


def _json_lines(text: str) -> list[Any]:
    lines = [line for line in text.split("\n") if line.strip()]
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(json.loads(line))
        except (ValueError, RecursionError):
            if number == len(lines) > 1 and not text.endswith("\n"):
                break  # still being written
            raise Unreadable("not JSON") from None
    return rows


def _flatten(record: dict[str, Any]) -> dict[str, Any]:
    """All names of an event in one mapping, lower case: the envelope's, `System`'s, and the event data's."""
    flat: dict[str, Any] = {}
    envelope = record.get("Event") if isinstance(record.get("Event"), dict) else record
    for part in (envelope, _get(envelope, "System"), _get(record, "winlog"), _get(record, "event")):
        if isinstance(part, dict):
            flat |= {str(key).lower(): _text(value) for key, value in part.items()}
    for data in (_get(envelope, "EventData"), _get(_get(record, "winlog"), "event_data"), _get(record, "Data")):
        flat |= _named(data)
    flat |= _by_position(record.get("Properties"))
    xml = next((v for v in record.values() if isinstance(v, str) and v.lstrip().startswith("<Event")), None)
    return flat | _from_xml(xml) if xml else flat


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: Any) -> Any:
    """The value of `{"#text": …}`, `{"value": …}` (PowerShell 5's dates) or `{"@SystemTime": …}`."""
    if isinstance(value, dict):
        return next((value[key] for key in ("#text", "value", "@SystemTime", "SystemTime", "DateTime") if key in value), None)
    return value


def _named(data: Any) -> dict[str, Any]:
    items = _get(data, "Data") if isinstance(_get(data, "Data"), list) else data
    if isinstance(items, list):
        return {
            str(item.get("@Name", item.get("Name"))).lower(): item.get("#text", item.get("Value", item.get("content")))
            for item in items
            if isinstance(item, dict)
        }
    return {str(key).lower(): _text(value) for key, value in items.items()} if isinstance(items, dict) else {}


def _by_position(properties: Any) -> dict[str, Any]:
    if not isinstance(properties, list):
        return {}
    if not all(isinstance(item, dict) and "Value" in item for item in properties):
        raise Unreadable("properties that are not expanded: export with ConvertTo-Json -Depth 4")
    return {name: properties[index]["Value"] for index, name in _ORDER.items() if index < len(properties)}


def _from_xml(xml: str) -> dict[str, Any]:
    if "<!" in xml:  # a document type could define entities without end
        raise Unreadable("XML with a document type")
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 (no document type, see above)
    except ElementTree.ParseError:
        raise Unreadable("an event whose XML is broken") from None
    found: dict[str, Any] = {}
    for element in root.iter():
        tag = element.tag.rpartition("}")[2].lower()
        name = element.get("Name", "").lower() if tag == "data" else tag
        found[name] = element.get("SystemTime") if tag == "timecreated" else (element.text or "")
    return found


def _first(event: dict[str, Any], *names: str) -> Any:
    return next((event[name] for name in names if event.get(name) not in (None, "")), None)


def _time(value: Any, zone: tzinfo) -> datetime | None:
    if isinstance(value, str) and (match := _DOTNET_DATE.search(value)):
        return stamps.parse_time(int(match[1]))
    return stamps.parse_time(value, zone)


def _number(value: Any) -> int | None:
    """A status as Windows' tools write it: 3221225581, -1073741715, "0xC000006D"."""
    if isinstance(value, str):
        try:
            value = int(value.strip(), 0)
        except ValueError:
            return None
    return value & 0xFFFFFFFF if isinstance(value, int) and not isinstance(value, bool) else None


def _failure(event: dict[str, Any], at: datetime) -> Failure:
    if "targetusername" not in event:
        raise Unreadable("an event 4625 without its data: export with ConvertTo-Json -Depth 4")
    domain, user = (str(event.get(key) or "").strip() for key in ("targetdomainname", "targetusername"))
    account = f"{domain}\\{user}" if domain not in _EMPTY and user else user
    addresses = (str(event.get(key) or "").strip() for key in ("ipaddress", "workstationname"))
    address = next((text for text in addresses if text not in _EMPTY), "")
    host = str(_first(event, "machinename", "computer", "hostname", "computername", "computer_name") or "")
    return Failure(at, host, account, address, _reason(event))


def _reason(event: dict[str, Any]) -> str:
    codes = [code for key in ("substatus", "status") if (code := _number(event.get(key)))]
    known = next((REASONS[code] for code in codes if code in REASONS), None)
    return known or (f"status 0x{codes[0]:08X}" if codes else "no status")
