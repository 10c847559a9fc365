"""Failed logons on a service's hosts: sshd's auth log, or Windows event 4625 exported as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from include.contracts.base import Contract, Line
from include.contracts.errors import ConfigError
from include.contracts.tools import get_recent_failed_logons
from include.contracts.tools.get_recent_failed_logons import FailedLogonQuery, FailedLogonReport, FailedLogons
from include.evidence.sources import sshd, windows_4625
from include.evidence.sources.files import open_below
from include.evidence.sources.limits import Unreadable, one_line, read_failed
from include.evidence.sources.log_window import Wanted, Window, scan_log
from include.evidence.sources.sshd import Failure
from plugins.hooks.read.base import Asked, ReadHook, ReadResult

_EXPORT_BYTES = 64_000_000
_SSHD_LINES = 200_000
_SSHD_CHARACTERS = 64_000_000

_Files = Annotated[tuple[Line, ...], Field(max_length=20)]


class AuthLogLocation(Contract):
    """`sshd`: syslog files, rotated ones beside them; `windows_4625`: exports as JSON. At least one file."""

    sshd: _Files = ()
    windows_4625: _Files = ()


@dataclass
class _Found:
    failures: list[Failure] = field(default_factory=list)
    scanned: int = 0
    partial: bool = False


class AuthLogHook(ReadHook):
    """Connection `holdpoint_auth_log`: extra `path`, and `time_zone` of times that name none."""

    contract: ClassVar = get_recent_failed_logons.CONTRACT
    location: ClassVar = AuthLogLocation

    def _read(self, asked: Asked) -> ReadResult:
        query, at = asked.query, asked.at
        assert isinstance(query, FailedLogonQuery)
        assert isinstance(at, AuthLogLocation)
        if not at.sshd and not at.windows_4625:
            raise ConfigError(
                f"systems.auth_log of {asked.service.name} names no file.", next_step="give it `sshd` or `windows_4625` files"
            )
        root, zone = self.root()
        window, found = Window(query.since, query.until), _Found()
        for name in at.sshd:
            _from_sshd(root, name, Wanted(window, "debug", _SSHD_LINES, zone, "sshd", _SSHD_CHARACTERS), asked, found)
        for name in at.windows_4625:
            _from_windows(root, name, window, zone, asked, found)
        groups = sorted(_grouped(found.failures), key=lambda g: (-g.count, g.host, g.account, g.address, g.reason))
        output = FailedLogonReport(
            groups=tuple(groups[: query.max_groups]),
            scanned=found.scanned,
            truncated=found.partial or len(groups) > query.max_groups,
        )
        return ReadResult(output, f"auth_log {', '.join((*at.sshd, *at.windows_4625))}")


def _from_sshd(root: Path, name: str, wanted: Wanted, asked: Asked, found: _Found) -> None:
    scan = scan_log(root, name, wanted, deadline=asked.deadline, soft=asked.soft)
    if scan.undated and not scan.dated:
        raise Unreadable("no line has a time")
    found.failures += sshd.failures((entry.order, entry.message) for entry in scan.entries)
    found.scanned += scan.scanned
    found.partial |= scan.partial or len(scan.entries) < scan.matched


def _from_windows(root: Path, name: str, window: Window, zone: tzinfo, asked: Asked, found: _Found) -> None:
    system = asked.deadline.system
    with open_below(root, name, system) as stream:
        data = bytearray()
        while block := stream.read(1 << 20):
            asked.deadline.check()
            data += block
            if len(data) > _EXPORT_BYTES:
                raise read_failed(system, "answer too large", next_step=f"export less than {_EXPORT_BYTES // 10**6} MB at a time")
    for failure in windows_4625.events(bytes(data), zone):
        asked.deadline.check()
        if failure and window.holds(failure.at):
            found.failures.append(failure)
            found.scanned += 1


def _grouped(failures: list[Failure]) -> list[FailedLogons]:
    groups: dict[tuple[str, str, str, str], tuple[int, datetime, datetime]] = {}
    for f in failures:
        key = (one_line(f.host), one_line(f.account), one_line(f.address), one_line(f.reason))
        count, first, last = groups.get(key, (0, f.at, f.at))
        groups[key] = (count + f.count, min(first, f.at), max(last, f.at))
    return [
        FailedLogons(host=host, account=account, address=address, reason=reason, count=count, first_at=first, last_at=last)
        for (host, account, address, reason), (count, first, last) in groups.items()
    ]
