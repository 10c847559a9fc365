"""Log lines of a service in a window, newest kept when there are more than `max_lines`, with per-pattern counts before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from include.contracts.base import Line
from include.contracts.reads import Count, Observed, WindowInput, stamp
from include.contracts.tool import Output, load_contract

Level = Literal["debug", "info", "warning", "error", "critical", "unknown"]


class LogQuery(WindowInput):
    """`min_level` leaves out what is below it; lines without a level count as `unknown` and are always kept."""

    min_level: Literal["debug", "info", "warning", "error"] = "warning"
    max_lines: Annotated[int, Field(ge=1, le=5_000)] = 500


class LogLine(Output):
    at: AwareDatetime | None
    level: Level
    message: Observed
    file: Line


class LogLines(Output):
    """`scanned` lines were in the window; `matched` passed the level; `truncated` when `lines` holds fewer than matched."""

    log_lines: Annotated[tuple[LogLine, ...], Field(max_length=5_000)]
    scanned: Count
    matched: Count
    truncated: bool

    def lines(self) -> Iterable[str]:
        for line in self.log_lines:
            at = stamp(line.at) if line.at else "-"
            yield f"{at} {line.level.upper()} {line.file}: {' ⏎ '.join(line.message.splitlines())}"


CONTRACT = load_contract(
    {
        "name": "query_logs",
        "version": 1,
        "tool_class": "read",
        "summary": "Log lines of a service in a window of time, from a level upwards",
        "owner": "sre",
        "input_model": LogQuery,
        "output_model": LogLines,
        "system": "logs",
        "conn_id": "holdpoint_logs",
        "label": "internal",
        "timeout_s": 30,
        "retry": {"attempts": 2, "delay_s": 1},
        "idempotency": "safe",
    }
)
