"""Failed logons of a Windows Security log (event 4625), as PowerShell 7 exports them.

    $data = @{n='EventData'; e={$d=[ordered]@{}; ([xml]$_.ToXml()).Event.EventData.Data | % {$d[$_.Name]=$_.'#text'}; $d}}
    Get-WinEvent -FilterHashtable @{LogName='Security'; Id=4625} | Select-Object *, $data |
      ConvertTo-Json -Depth 3 | Out-File security-4625.json

`Properties` holds the event's values by position, `EventData` the same by name; newest event first. Fields and their order:
https://learn.microsoft.com/windows/security/threat-protection/auditing/event-4625
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_MACHINE, _DOMAIN = "shop-files.shop.example", "SHOP"
_MINUTE = 60.0
_LOGON_FAILED = 0xC000006D
_ACCOUNT_LOCKED = 0xC0000234
_NO_SUCH_USER, _WRONG_PASSWORD = 0xC0000064, 0xC000006A
_REASON = {_LOGON_FAILED: "%%2313", _ACCOUNT_LOCKED: "%%2307"}
_REASON_TEXT = {"%%2313": "Unknown user name or bad password.", "%%2307": "Account locked out."}
_NETWORK, _REMOTE_DESKTOP = 3, 10
_AUDIT_FAILURE = -9218868437227405312  # keywords 0x8010000000000000, signed
_NUMBERS = ("Status", "SubStatus", "LogonType", "KeyLength")


@dataclass(frozen=True)
class _Attempt:
    at: float
    user: str
    source: str
    workstation: str
    status: int = _LOGON_FAILED
    detail: int = _WRONG_PASSWORD
    logon_type: int = _NETWORK


def failed_logons(now: float) -> list[dict[str, Any]]:
    """The events of the six hours before `now` (Unix seconds)."""
    chance = random.Random(4625)
    attempts = sorted(_attempts(now, chance), key=lambda attempt: attempt.at, reverse=True)
    return [_event(attempt, 918_200 - number, chance) for number, attempt in enumerate(attempts)]


def _attempts(now: float, chance: random.Random) -> Iterator[_Attempt]:
    for minutes in (332.0, 251.0, 118.0):  # people who mistype
        yield _Attempt(now - minutes * _MINUTE, chance.choice(("mara.lindqvist", "ines.duarte")), "198.51.100.20", "SHOP-NB-014")
    for number in range(24):  # many names, one source: password spraying
        user = f"{chance.choice(('anna', 'max', 'backup', 'scanner', 'sql', 'helpdesk'))}{number % 4 or ''}"
        at = now - 26 * _MINUTE + number * 14
        yield _Attempt(at, user, "203.0.113.45", "WIN-7QJ2", detail=_NO_SUCH_USER)
    for number in range(9):  # one name until it is locked
        locked = number >= 6
        yield _Attempt(
            now - 8 * _MINUTE + number * 31,
            "svc-payments",
            "203.0.113.45",
            "WIN-7QJ2",
            status=_ACCOUNT_LOCKED if locked else _LOGON_FAILED,
            detail=0 if locked else _WRONG_PASSWORD,
            logon_type=_REMOTE_DESKTOP,
        )


def _event(attempt: _Attempt, record: int, chance: random.Random) -> dict[str, Any]:
    data = _data(attempt, chance)
    return {
        "Id": 4625,
        "Version": 0,
        "Qualifiers": None,
        "Level": 0,
        "Task": 12544,
        "Opcode": 0,
        "Keywords": _AUDIT_FAILURE,
        "RecordId": record,
        "ProviderName": "Microsoft-Windows-Security-Auditing",
        "ProviderId": "54849625-5478-4994-a5ba-3e3b0328c30d",
        "LogName": "Security",
        "ProcessId": 672,
        "ThreadId": chance.randint(700, 9000),
        "MachineName": _MACHINE,
        "UserId": None,
        "TimeCreated": datetime.fromtimestamp(attempt.at, tz=UTC).isoformat(timespec="microseconds").replace("+00:00", "0Z"),
        "ActivityId": None,
        "RelatedActivityId": None,
        "ContainerLog": "Security",
        "MatchedQueryIds": [],
        "Bookmark": {},
        "LevelDisplayName": "Information",
        "OpcodeDisplayName": "Info",
        "TaskDisplayName": "Logon",
        "KeywordsDisplayNames": ["Audit Failure"],
        "Properties": [{"Value": _typed(name, text)} for name, text in data.items()],
        "Message": _message(data),
        "EventData": data,
    }


def _data(attempt: _Attempt, chance: random.Random) -> dict[str, str]:
    """The event's data, in the order of its manifest, as its XML has it: all text, codes in hexadecimal."""
    remote = attempt.logon_type == _REMOTE_DESKTOP
    return {
        "SubjectUserSid": "S-1-5-18" if remote else "S-1-0-0",
        "SubjectUserName": "SHOP-FILES$" if remote else "-",
        "SubjectDomainName": _DOMAIN if remote else "-",
        "SubjectLogonId": "0x3e7" if remote else "0x0",
        "TargetUserSid": "S-1-0-0",
        "TargetUserName": attempt.user,
        "TargetDomainName": _DOMAIN,
        "Status": f"{attempt.status:#010x}",
        "FailureReason": _REASON[attempt.status],
        "SubStatus": f"{attempt.detail:#010x}" if attempt.detail else "0x0",
        "LogonType": str(attempt.logon_type),
        "LogonProcessName": "User32 " if remote else "NtLmSsp ",
        "AuthenticationPackageName": "Negotiate" if remote else "NTLM",
        "WorkstationName": attempt.workstation,
        "TransmittedServices": "-",
        "LmPackageName": "-",
        "KeyLength": "0",
        "ProcessId": "0x4d8" if remote else "0x0",
        "ProcessName": r"C:\Windows\System32\svchost.exe" if remote else "-",
        "IpAddress": attempt.source,
        "IpPort": "0" if remote else str(chance.randint(49_152, 65_535)),
    }


def _typed(name: str, text: str) -> object:
    """The value as .NET has it: whole numbers, codes as signed 32 bits."""
    if name in ("SubjectLogonId", "ProcessId"):
        return int(text, 16)
    if name not in _NUMBERS:
        return text
    value = int(text, 0)
    return value - (1 << 32) if value >= 1 << 31 else value


def _message(data: dict[str, str]) -> str:
    return (
        "An account failed to log on.\r\n\r\n"
        f"Subject:\r\n\tSecurity ID:\t\t{data['SubjectUserSid']}\r\n\tAccount Name:\t\t{data['SubjectUserName']}\r\n\r\n"
        f"Logon Type:\t\t\t{data['LogonType']}\r\n\r\n"
        f"Account For Which Logon Failed:\r\n\tSecurity ID:\t\t{data['TargetUserSid']}\r\n"
        f"\tAccount Name:\t\t{data['TargetUserName']}\r\n\tAccount Domain:\t\t{data['TargetDomainName']}\r\n\r\n"
        f"Failure Information:\r\n\tFailure Reason:\t\t{_REASON_TEXT[data['FailureReason']]}\r\n"
        f"\tStatus:\t\t\t{data['Status'].upper().replace('X', 'x')}\r\n"
        f"\tSub Status:\t\t{data['SubStatus'].upper().replace('X', 'x')}\r\n\r\n"
        f"Network Information:\r\n\tWorkstation Name:\t{data['WorkstationName']}\r\n"
        f"\tSource Network Address:\t{data['IpAddress']}\r\n\tSource Port:\t\t{data['IpPort']}\r\n"
    )
