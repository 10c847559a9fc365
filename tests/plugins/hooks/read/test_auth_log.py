"""The parsing itself is tested in tests/include/evidence/sources/test_sshd.py and test_windows_4625.py."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import ConfigError, ReadFailed
from include.contracts.tools.get_recent_failed_logons import FailedLogonQuery
from plugins.hooks.read import auth_log
from plugins.hooks.read.registry import read_hook

SSHD = {"auth_log": {"sshd": ["auth.log"]}}
WINDOWS = {"auth_log": {"windows_4625": ["security.json"]}}


@pytest.fixture
def root(tmp_path: Path, connect: Callable[..., None]) -> Path:
    connect("holdpoint_auth_log", extra={"path": str(tmp_path)})
    return tmp_path


def read(catalogue: Any, window: dict[str, Any], **more: Any) -> Any:
    query = FailedLogonQuery(**window | more)
    return read_hook("get_recent_failed_logons", catalogue=catalogue, principal="ines").read(query)


def syslog(at: datetime, user: str = "root", address: str = "192.0.2.7", pid: int = 1) -> str:
    return f"{at:%b} {at.day:2} {at:%H:%M:%S} web1 sshd[{pid}]: Failed password for {user} from {address} port 4001 ssh2\n"


def event(at: datetime, user: str = "svc", **more: Any) -> dict[str, Any]:
    data = {
        "TargetUserName": user,
        "TargetDomainName": "SHOP",
        "Status": "0xc000006d",
        "SubStatus": "0xc000006a",
        "IpAddress": "192.0.2.9",
    }
    return {"Id": 4625, "TimeCreated": f"/Date({int(at.timestamp() * 1000)})/", "MachineName": "win1", "EventData": data | more}


def test_failures_of_both_kinds_are_grouped(
    root: Path, located: Callable[..., Any], window: dict[str, Any], now: datetime
) -> None:
    rows = [syslog(now - timedelta(minutes=90)), *(syslog(now - timedelta(seconds=50 - n)) for n in range(5)), syslog(now, "git")]
    (root / "auth.log").write_text("".join(rows) + f"{now:%b} {now.day:2} {now:%H:%M:%S} web1 cron[9]: (root) CMD (true)\n")
    events = [event(now - timedelta(seconds=n)) for n in range(3)] + [event(now - timedelta(hours=5)), {"Id": 4624}]
    (root / "security.json").write_bytes(json.dumps(events).encode("utf-16"))
    result = read(located(auth_log={**SSHD["auth_log"], **WINDOWS["auth_log"]}), window)
    groups = [(g.host, g.account, g.address, g.reason, g.count) for g in result.output.groups]
    assert groups == [
        ("web1", "root", "192.0.2.7", "wrong password", 5),
        ("win1", "SHOP\\svc", "192.0.2.9", "wrong password", 3),
        ("web1", "git", "192.0.2.7", "wrong password", 1),
    ]
    first = result.output.groups[0]
    assert (first.first_at, first.last_at) == (now - timedelta(seconds=50), now - timedelta(seconds=46))
    assert result.output.scanned == 7 + 3
    assert not result.output.truncated
    assert result.place == "auth_log auth.log, security.json"


def test_new_year(root: Path, located: Callable[..., Any], window: dict[str, Any]) -> None:
    """A file last written on 1 January: December is last year's."""
    text = "web1 sshd[1]: Failed password for root from 192.0.2.7 port 1 ssh2\n"
    (root / "auth.log").write_text(f"Dec 31 23:59:50 {text}Jan  1 00:00:10 {text}")
    written = datetime(2026, 1, 1, 0, 0, 20, tzinfo=UTC)
    os.utime(root / "auth.log", (written.timestamp(), written.timestamp()))
    since, until = written - timedelta(hours=1), written + timedelta(hours=1)
    (group,) = read(located(**SSHD), window | {"since": since, "until": until}).output.groups
    assert (group.first_at, group.last_at) == (
        datetime(2025, 12, 31, 23, 59, 50, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 10, tzinfo=UTC),
    )


def test_rotated_logs_and_the_zone(
    root: Path, connect: Callable[..., None], located: Callable[..., Any], window: dict[str, Any], now: datetime
) -> None:
    connect("holdpoint_auth_log", extra={"path": str(root), "time_zone": "Etc/GMT-3"})
    local = now + timedelta(hours=3)
    (root / "auth.log").write_text(syslog(local))
    (root / "auth.log.1").write_text(syslog(local - timedelta(minutes=10)))
    (root / "auth.log.2.gz").write_bytes(gzip.compress(syslog(local - timedelta(minutes=20)).encode()))
    (group,) = read(located(**SSHD), window).output.groups
    assert (group.count, group.last_at) == (3, now)


def test_more_groups_than_asked_for(root: Path, located: Callable[..., Any], window: dict[str, Any], now: datetime) -> None:
    (root / "auth.log").write_text("".join(syslog(now, f"u{n % 40}") for n in range(60)))
    output = read(located(**SSHD), window, max_groups=10).output
    assert ([g.count for g in output.groups], output.truncated) == ([2] * 10, True)


def test_names_are_inert(root: Path, located: Callable[..., Any], window: dict[str, Any], now: datetime) -> None:
    (root / "auth.log").write_text(syslog(now, "invalid user "))
    (root / "security.json").write_text(json.dumps([event(now, "a\nb\u202e" + "x" * 9_000), event(now, "", IpAddress="-")]))
    output = read(located(auth_log={**SSHD["auth_log"], **WINDOWS["auth_log"]}), window).output
    assert {g.account for g in output.groups} >= {"-"}
    assert len("\n".join(output.lines()).splitlines()) == len(output.groups) == 3


@pytest.mark.parametrize("content", [b"<html>login</html>\n", b"\0" * 1_000_000, b"\xff\xfe\n", b'[{"Id": 4625}]'])
def test_a_file_that_is_no_auth_log(root: Path, located: Callable[..., Any], window: dict[str, Any], content: bytes) -> None:
    (root / "auth.log").write_bytes(content)
    with pytest.raises(ReadFailed, match="bad answer"):
        read(located(**SSHD), window)


@pytest.mark.parametrize(
    "content", [b"<html>login</html>", b"x" * 10_000_000, b'[{"Id": 4625, "TimeCreated": 1}]', b"[1]", b"[" * 10**6]
)
def test_a_file_that_is_no_export(root: Path, located: Callable[..., Any], window: dict[str, Any], content: bytes) -> None:
    (root / "security.json").write_bytes(content)
    with pytest.raises(ReadFailed, match="bad answer"):
        read(located(**WINDOWS), window)


def test_an_empty_log_and_an_empty_export_are_answers(root: Path, located: Callable[..., Any], window: dict[str, Any]) -> None:
    (root / "auth.log").write_text("")
    (root / "security.json").write_text("")
    assert read(located(auth_log={**SSHD["auth_log"], **WINDOWS["auth_log"]}), window).output.groups == ()


def test_an_export_that_is_too_large(
    root: Path, located: Callable[..., Any], window: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_log, "_EXPORT_BYTES", 1_000)
    (root / "security.json").write_text(" " * 2_000)
    with pytest.raises(ReadFailed, match="too large"):
        read(located(**WINDOWS), window)


@pytest.mark.parametrize(
    "place", [{}, {"sshd": []}, {"sshd": ["../auth.log"]}, {"windows_4625": ["/etc/hostname"]}, {"windows": ["x"]}]
)
def test_h11_places_that_are_none(root: Path, located: Callable[..., Any], window: dict[str, Any], place: Any) -> None:
    with pytest.raises(ConfigError):
        read(located(auth_log=place), window)


def test_missing_files(root: Path, located: Callable[..., Any], window: dict[str, Any]) -> None:
    for place in (SSHD, WINDOWS):
        with pytest.raises(ReadFailed, match="no such file"):
            read(located(**place), window)
