"""Tools called, with parameters and results."""

from __future__ import annotations

from typing import Any

from include.fleet.answer import Answer, Bar, Column, Table, chart
from include.fleet.asking import Asking, by, entry, people

CALLED, FAILED = "tool.called", "tool.failed"
_COLUMNS = (
    Column("tool", "Tool"),
    Column("answered", "Answered", "number"),
    Column("failed", "Failed", "number"),
    Column("errors", "Failed by", "people"),
    Column("principals", "Called as", "people"),
)


def tools(asking: Asking, *, before: int | None = None) -> Answer:
    """Calls by tool and outcome; the newest of them with their parameters, and the evidence that came of them."""
    found = asking.counts(CALLED, FAILED)
    sums = by(found, lambda key: (key.name, key.kind))
    rows: list[dict[str, Any]] = []
    for name in sorted({name for name, _ in sums}):
        own = {key: count for key, count in found.items() if key.name == name}
        rows.append(
            {
                "tool": name or "unnamed",
                "answered": sums.get((name, CALLED), 0),
                "failed": sums.get((name, FAILED), 0),
                "errors": people((key.detail, count) for key, count in own.items() if key.detail),
                "principals": people((key.actor, count) for key, count in own.items()),
            }
        )
    rows.sort(key=lambda row: (-row["answered"] - row["failed"], row["tool"]))
    bars = [Bar(row["tool"], (row["answered"], row["failed"])) for row in rows]
    listed = ("tool", "params", "evidence", "read", "grant", "error", "characters", "service", "step")
    return asking.answer(
        "tools",
        "Which tools were called, with which parameters and results?",
        chart=chart("Tool calls, by tool", ("answered", "failed"), bars),
        tables=(Table("Tools", _COLUMNS, tuple(rows), "No tool was called for anything that you may read."),),
        listed=asking.listed((CALLED, FAILED), lambda shown: entry(shown, *listed), before=before),
    )
