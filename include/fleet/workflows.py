"""Which workflows ran, by whom, for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.fleet.answer import Answer, Bar, Column, Table, chart
from include.fleet.asking import Asking, by, entry, people, service_of
from include.store.tallies import Key

SERVICE = "@service"
STARTS: Mapping[str, str] = {
    "briefing.begun": "incident_triage",
    "hold.claimed": "gated_change",
    "change.begun": "change_request",
    "review.begun": "script_review",
}
"""What each run enters when it takes up its work -> its workflow. A cleared run that begins again enters it again."""

# What else a workflow's own service enters: of these that have no start in the ledger, these are all there is.
_ACTS = (
    "tool.called",
    "tool.failed",
    "brief.drafted",
    "incident.escalated",
    "briefing.overdue",
    "delivery.sent",
    "delivery.failed",
    "hold.expired",
    "feedback.given",
    "audit.due",
    "task.marked",
    "change.assessed",
    "change.offered",
    "change.routed",
    "change.overdue",
    "package.drafted",
    "draft.filed",
    "review.asked",
    "review.batch",
    "review.batch_failed",
    "review.reported",
    "review.filed",
    "comment.sent",
    "comment.edited",
)
_COLUMNS = (
    Column("workflow", "Workflow"),
    Column("starts", "Begun", "number"),
    Column("principals", "By", "people"),
    Column("intents", "Why", "people"),
    Column("services", "For", "people"),
    Column("acts", "Entries by its own service", "number"),
)


def workflows(asking: Asking, *, before: int | None = None) -> Answer:
    """Runs begun, by workflow; by which principals, why, for which services; and what each workflow's service entered."""
    found = asking.counts(*STARTS, *_ACTS)
    begun = {key: count for key, count in found.items() if key.kind in STARTS}
    acts = by({key: count for key, count in found.items() if key.kind in _ACTS}, _service)
    names = sorted({*(STARTS[key.kind] for key in begun), *(name for name in acts if name)})
    rows = [_row(name, {key: count for key, count in begun.items() if STARTS[key.kind] == name}, acts) for name in names]
    return asking.answer(
        "workflows",
        "Which workflows ran, by whom, for what?",
        chart=chart("Runs begun, by workflow", ("begun",), [Bar(row["workflow"], (row["starts"],)) for row in rows]),
        tables=(
            Table(
                "Workflows",
                _COLUMNS,
                tuple(rows),
                "No workflow ran for anything that you may read.",
                "A workflow that leaves no entry when it begins, such as reconcile, is known by what it enters.",
            ),
        ),
        listed=asking.listed(STARTS, lambda shown: entry(shown, "briefing", "principal"), before=before),
    )


def _row(name: str, begun: Mapping[Key, int], acts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "workflow": name,
        "starts": sum(begun.values()),
        "principals": people((key.actor, count) for key, count in begun.items()),
        "intents": people((key.name, count) for key, count in begun.items() if key.name),
        "services": people((service_of(key), count) for key, count in begun.items()),
        "acts": acts.get(name, 0),
    }


def _service(key: Key) -> str:
    return key.actor.removesuffix(SERVICE) if key.actor.endswith(SERVICE) else ""
