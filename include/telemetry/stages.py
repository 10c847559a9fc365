"""The steps that are measured, in one table."""

from __future__ import annotations

from typing import NamedTuple

TRIAGE, CHANGE, REQUEST = "incident_triage", "gated_change", "change_request"


class Stage(NamedTuple):
    """`operation` is the GenAI conventions' where they have one, and the span's name too, with the tool's where there is one."""

    operation: str
    workflow: str | None = None


BEGIN = Stage("holdpoint.briefing.begin", TRIAGE)
COLLECT = Stage("execute_tool", TRIAGE)
RETRIEVE = Stage("retrieval", TRIAGE)
DRAFT = Stage("holdpoint.draft", TRIAGE)
ESCALATE = Stage("holdpoint.escalate", TRIAGE)
PROPOSE = Stage("holdpoint.hold.propose", CHANGE)
OBSERVE = Stage("execute_tool", CHANGE)
VOTE = Stage("holdpoint.hold.vote", CHANGE)
REVOKE = Stage("holdpoint.hold.revoke", CHANGE)
CONSUME = Stage("holdpoint.hold.consume", CHANGE)
BEGIN_CHANGE = Stage("holdpoint.change.begin", REQUEST)
ASSESS = Stage("holdpoint.change.assess", REQUEST)
PACKAGE = Stage("holdpoint.draft", REQUEST)
OFFER = Stage("holdpoint.change.offer", REQUEST)
FILE = Stage("holdpoint.change.file", REQUEST)
ROUTE = Stage("holdpoint.change.route", REQUEST)
INTAKE = Stage("holdpoint.intake.commit")
BRIEFING_ENDED = Stage("invoke_workflow", TRIAGE)
HOLD_ENDED = Stage("invoke_workflow", CHANGE)
CHANGE_ENDED = Stage("invoke_workflow", REQUEST)

STAGES = (
    BEGIN, COLLECT, RETRIEVE, DRAFT, ESCALATE, BRIEFING_ENDED,
    PROPOSE, OBSERVE, VOTE, REVOKE, CONSUME, HOLD_ENDED,
    BEGIN_CHANGE, ASSESS, PACKAGE, OFFER, FILE, ROUTE, CHANGE_ENDED,
    INTAKE,
)  # fmt: skip
