"""Failed logons on a service's hosts: sshd's auth log, or Windows Security event 4625 exported as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Line
from include.contracts.reads import Count, WindowInput, stamp
from include.contracts.tool import Output, load_contract


class FailedLogonQuery(WindowInput):
    max_groups: Annotated[int, Field(ge=1, le=500)] = 100


class FailedLogons(Output):
    """Failures of one account from one address for one reason, first to last."""

    host: Line
    account: Line
    address: Line
    reason: Line
    count: Count
    first_at: AwareDatetime
    last_at: AwareDatetime


class FailedLogonReport(Output):
    """Groups, most failures first. `scanned` lines or events were in the window."""

    groups: Annotated[tuple[FailedLogons, ...], Field(max_length=500)]
    scanned: Count
    truncated: bool = False

    def lines(self) -> Iterable[str]:
        for g in self.groups:
            yield (
                f"{g.count} failed logons of {g.account} from {g.address} on {g.host} ({g.reason}) "
                f"between {stamp(g.first_at)} and {stamp(g.last_at)}"
            )


CONTRACT = load_contract(
    {
        "name": "get_recent_failed_logons",
        "version": 1,
        "tool_class": "read",
        "summary": "Failed logons on the service's hosts in a window of time, grouped",
        "owner": "security",
        "input_model": FailedLogonQuery,
        "output_model": FailedLogonReport,
        "system": "auth_log",
        "conn_id": "holdpoint_auth_log",
        "label": "security",
        "timeout_s": 30,
        "retry": {"attempts": 2, "delay_s": 1},
        "idempotency": "safe",
    }
)
