"""Next steps: checks that read, for a person to make."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.brief import Escalation, Hypothesis, NextStep, RunbookHit
from include.contracts.evidence import Gap, GapKind
from include.contracts.incident import Intent
from include.drafting.context import BriefContext
from include.drafting.read_only import is_read_only_step

_MAX_CHECKS, _MAX_READS, _MAX_RUNBOOKS = 3, 4, 2
# What a read shows, in the words of a person on call.
WORDS = {
    "get_service_status": "the process state",
    "query_logs": "the log",
    "get_metrics": "the metrics",
    "query_metric_range": "the course of a metric",
    "list_active_alerts": "the active alerts",
    "list_recent_alerts": "earlier alerts",
    "list_recent_deployments": "the deployments",
    "search_tickets": "the tickets",
    "search_cmdb": "the configuration item",
    "get_recent_failed_logons": "the failed logons",
    "query_approved_runbook": "the runbooks",
}


def next_steps(
    context: BriefContext, hypotheses: tuple[Hypothesis, ...], runbooks: tuple[RunbookHit, ...], people: Escalation
) -> tuple[NextStep, ...]:
    """The checks that would refute the first hypotheses, then what could not be read, then what to read up on."""
    steps = [*_first(context, people), *_checks(hypotheses), *_reads(context), *_runbooks(runbooks)]
    unique = {step.step: step for step in reversed(steps) if is_read_only_step(step.step)}
    return tuple(unique.values())[::-1]


def _first(context: BriefContext, people: Escalation) -> Iterator[NextStep]:
    intent = context.classification.intent
    if intent is Intent.UNCLEAR:
        yield NextStep(step=f"Ask {people.owner_name} what is wanted.", why="The intent is unclear, and nothing is guessed.")
    if intent is Intent.CHANGE:
        yield NextStep(
            step=f"Ask {people.owner_name} whether this is to become a change request.",
            why="Only an approved change request leads to a change.",
        )
    if context.incident.service is None:
        yield NextStep(
            step="Find out which service this is about, and compare its name with the catalogue's.",
            why="No service of the catalogue is named exactly, so nothing was read about one.",
        )


def _checks(hypotheses: tuple[Hypothesis, ...]) -> Iterator[NextStep]:
    for hypothesis in hypotheses[:_MAX_CHECKS]:
        yield NextStep(step=hypothesis.refuted_by, why=f"It could refute {hypothesis.id}.")


def _reads(context: BriefContext) -> Iterator[NextStep]:
    gaps = [gap for gap in context.gaps if gap.kind is not GapKind.NOT_ASKED]
    for gap in gaps[:_MAX_READS]:
        why = "This read failed." if gap.kind is GapKind.FAILED else "This read had not answered yet."
        yield NextStep(step=f"Look at {_what(gap)} by hand.", why=why)


def _what(gap: Gap) -> str:
    service = gap.params.get("service")
    words = WORDS.get(gap.tool, gap.tool)
    return f"{words} of {service}" if isinstance(service, str) else words


def _runbooks(runbooks: tuple[RunbookHit, ...]) -> Iterator[NextStep]:
    for hit in runbooks[:_MAX_RUNBOOKS]:
        what = "known issue" if hit.kind == "known_issue" else "runbook"
        why = "It matches and is stale: ask its owner before relying on it." if hit.stale else "It is approved and matches."
        yield NextStep(step=f"Read the {what} {hit.runbook}.", why=why)
