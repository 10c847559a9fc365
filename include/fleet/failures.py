"""What failed closed and was escalated, by kind and rule; and incidents that the agent has caused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.fleet import agent_caused
from include.fleet.answer import Answer, Bar, Column, Table, chart
from include.fleet.asking import Asking, by, entry
from include.store.counted import PARTS

KINDS: Mapping[str, str] = {
    "tool.failed": "read failed",
    "vote.refused": "vote refused",
    "statement.refused": "statement refused",
    "release.refused": "release refused",
    "briefing.overdue": "brief overdue",
    "incident.escalated": "escalated",
    "post.unreadable": "unreadable post",
    "delivery.retry": "page delayed",
    "delivery.failed": "page failed",
    "delivery.gave_up": "page given up",
    "dispatch.failed": "run not created",
    "dispatch.occupied": "run id occupied",
    "dispatch.unclaimed": "run never began",
    "hold.expired": "hold expired",
    "hold.failed": "change failed",
    "hold.in_doubt": "change in doubt",
    "hold.frozen": "change frozen",
    "hold.rolled_back": "change rolled back",
    "change.overdue": "change request overdue",
    "task.marked": "task marked by hand",
    agent_caused.MARKED: "caused by the agent",
}
"""A kind of the ledger, or a part of one -> the word for it."""

_COLUMNS = (Column("what", "What"), Column("rule", "Rule or reason"), Column("count", "Times", "number"))
_CAUSED = (
    Column("incident", "Incident", "record"),
    Column("marked_by", "Said by"),
    Column("at", "When"),
    Column("owner", "Owner"),
    Column("review", "Review"),
)


def failures(asking: Asking, *, before: int | None = None) -> Answer:
    """By kind, and by the rule that refused, the error, the state or the task."""
    found = asking.counts(*KINDS)
    sums = by(found, lambda key: (key.kind, _rule(key.kind, key.name, key.detail)))
    rows: list[dict[str, Any]] = [{"what": KINDS[kind], "rule": rule, "count": count} for (kind, rule), count in sums.items()]
    rows.sort(key=lambda row: (-row["count"], row["what"], row["rule"]))
    totals = by(found, lambda key: KINDS[key.kind])
    entries = KINDS.keys() - PARTS.keys()
    open_reviews = agent_caused.found(asking)
    waiting = sum(1 for row in open_reviews if row["review"] == agent_caused.OPEN)
    remarks = (f"{waiting} incident{'s' if waiting > 1 else ''} caused by the agent wait for a review.",) if waiting else ()
    return asking.answer(
        "failures",
        "What failed closed, and what was escalated?",
        chart=chart("Failed closed and escalated, by kind", ("times",), [Bar(name, (count,)) for name, count in totals.items()]),
        tables=(
            Table("By kind and rule", _COLUMNS, tuple(rows), "Nothing failed closed that you may read."),
            Table(
                "Incidents caused by the agent",
                _CAUSED,
                tuple(open_reviews),
                "Nobody has said of an incident that you may read that the agent caused it.",
                "Said in this period, or still waiting for its review.",
            ),
        ),
        remarks=remarks,
        listed=asking.listed(entries, lambda shown: entry(shown, "rule", "error", "reason", "state", "tool"), before=before),
    )


def _rule(kind: str, name: str, detail: str) -> str:
    """What is said beside the kind: for a failed read its error, not the tool; for a delivery its error."""
    if kind.startswith("hold."):
        return ""
    if kind == "tool.failed" or kind.startswith("delivery."):
        return f"{detail or 'no reason kept'} ({name})" if name else detail
    if kind == "task.marked":
        return f"{name} by {detail}"
    return name
