"""Bursts of failed logons: many from one address, or one account with an old password somewhere."""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from datetime import datetime

from include.contracts.diagnosis import Cause
from include.contracts.tools.get_recent_failed_logons import FailedLogonReport, FailedLogons
from include.diagnosis.board import Analyser, Board
from include.diagnosis.case import Case, Line
from include.diagnosis.finding import Finding, Sign, Verdict
from include.diagnosis.quoting import quote

_BURST, _ACCOUNTS = 20, 5  # failures, or accounts tried, from one address
_SPREAD_ADDRESSES, _SPREAD_ACCOUNT = 10, 50  # addresses that try one account, and their failures
_GUESSING, _OLD_PASSWORD, _WEAK = 86, 68, 48
_MAX_LINES = 3
_NAME = re.compile(r"[A-Za-z0-9_.:@$-]{1,64}")
_Row = tuple[FailedLogons, Line]


def observe(case: Case) -> list[Finding]:
    found = []
    for source in case.of_tool("get_recent_failed_logons", FailedLogonReport):
        by_address: dict[str, list[_Row]] = defaultdict(list)
        by_account: dict[str, list[_Row]] = defaultdict(list)
        for group, line in source.items(source.output.groups):
            by_address[group.address].append((group, line))
            by_account[group.account].append((group, line))
        bursts = [_address(source.service, name, rows) for name, rows in by_address.items() if _is_burst(rows)]
        bursts += [_account(source.service, name, rows) for name, rows in by_account.items() if _is_spread(rows)]
        found += sorted(bursts, key=lambda item: (-int(item.details["count"]), item.key))[:5]
        if not bursts:
            found += [_few(source.service, line) for _, line in list(source.items(source.output.groups))[:2]]
    return found


def _total(rows: list[_Row]) -> int:
    return sum(group.count for group, _ in rows)


def _is_burst(rows: list[_Row]) -> bool:
    return _total(rows) >= _BURST or len({group.account for group, _ in rows}) >= _ACCOUNTS


def _is_spread(rows: list[_Row]) -> bool:
    return len({group.address for group, _ in rows}) >= _SPREAD_ADDRESSES and _total(rows) >= _SPREAD_ACCOUNT


def _address(service: str | None, address: str, rows: list[_Row]) -> Finding:
    accounts = {group.account for group, _ in rows}
    kind = "old_password" if len(accounts) == 1 and _is_inside(address) else "guessing"
    return _finding(f"logons:{service}:from:{address}", service, rows, {"kind": kind, "address": address})


def _account(service: str | None, account: str, rows: list[_Row]) -> Finding:
    return _finding(f"logons:{service}:of:{account}", service, rows, {"kind": "spread", "account": account})


def _finding(key: str, service: str | None, rows: list[_Row], details: dict[str, str]) -> Finding:
    rows = sorted(rows, key=lambda row: (-row[0].count, row[1].start))
    first: datetime = min(group.first_at for group, _ in rows)
    observation = quote(key[:300], [line for _, line in rows[:_MAX_LINES]], weight=88)
    return Finding(observation, Sign.LOGONS, service, at=first, details={**details, "count": str(_total(rows))})


def _few(service: str | None, line: Line) -> Finding:
    return Finding(quote(f"logons:{service}:{line.start}", [line], weight=30), Sign.NEUTRAL, service)


def _is_inside(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_private and not any(parsed in net for net in _DOCUMENTATION if net.version == parsed.version)


# Documentation ranges count as private to the standard library; in examples they stand for the outside (RFC 5737, RFC 3849).
_DOCUMENTATION = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))


def explain(board: Board) -> Verdict:
    return Verdict(tuple(_cause(item) for item in board.of_sign(Sign.LOGONS)))


def _cause(item: Finding) -> Cause:
    kind, service = item.details["kind"], item.service
    if kind == "guessing":
        address = _safe(item.details["address"], "one address")
        statement = f"Somebody at {address} is trying passwords on the hosts of {service}"
        check = f"Check whether {address} is a known scanner or partner, and whether a logon from it succeeded."
        score = _GUESSING
    elif kind == "spread":
        account = _safe(item.details["account"], "named in the cited lines")
        statement = f"Somebody is trying passwords of the account {account} from many addresses on the hosts of {service}"
        check = f"Check whether a logon of {account} succeeded from one of these addresses, and ask its holder."
        score = _GUESSING - 2
    else:
        address = _safe(item.details["address"], "one address")
        statement = f"A job or a client at {address} uses an old password on the hosts of {service}"
        check = f"Ask who runs what logs on from {address}, and check when that account's password was last changed."
        score = _OLD_PASSWORD
    return Cause(analyser="failed_logons", statement=statement, score=score, supports=(item.key,), refuted_by=check)


def _safe(name: str, otherwise: str) -> str:
    """Account names are typed by whoever tries them: only what looks like one gets into a statement (H11)."""
    return name if _NAME.fullmatch(name) else otherwise


ANALYSER = Analyser("failed_logons", observe, explain)
