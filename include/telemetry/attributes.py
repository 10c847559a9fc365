"""Everything that a span may carry, in one table. What is not in it, or does not look as it says, does not leave (H12).

`gen_ai.*` are the GenAI semantic conventions' (https://github.com/open-telemetry/semantic-conventions-genai, v0.1.0, status
Development: there a workflow's name is `gen_ai.agent.name`). `error.type` is the general conventions'. The rest is ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict


class Shape(StrEnum):
    """What a value looks like. None of them has room for a sentence."""

    ID = "id"  # ours, or Airflow's of a run
    WORD = "word"  # a tool, a state, a code, a label: the code's or the catalogue's own word
    COUNT = "count"
    FLAG = "flag"


_TEXTS = {
    Shape.ID: re.compile(r"[A-Za-z0-9_.~:+-]{1,250}"),
    Shape.WORD: re.compile(r"[A-Za-z][A-Za-z0-9_./-]{0,63}"),
}


class Attribute(NamedTuple):
    name: str
    shape: Shape
    means: str


class Said(TypedDict, total=False):
    """What the instrumented code may say of itself: the keys of `ATTRIBUTES`, checked by mypy."""

    incident: str
    briefing: int
    hold: str
    run: str
    read: str
    tool: str
    source: str
    evidence: str
    label: str
    state: str
    drafter: str
    decision: str
    attempt: str
    risk: str
    rule: str
    version: int
    new: bool
    sent: bool
    step: int
    steps: int
    reads: int
    not_asked: int
    hits: int
    characters: int
    facts: int
    gaps: int
    approvals: int
    posts: int
    alerts: int
    unreadable: int
    opened: int


ATTRIBUTES: Mapping[str, Attribute] = {
    "tool": Attribute("gen_ai.tool.name", Shape.WORD, "the tool's name, as its contract has it"),
    "read": Attribute("gen_ai.tool.call.id", Shape.ID, "the planned read that the call makes"),
    "source": Attribute("gen_ai.data_source.id", Shape.WORD, "what was searched"),
    "incident": Attribute("holdpoint.incident", Shape.ID, "the incident, or the change request"),
    "briefing": Attribute("holdpoint.briefing", Shape.COUNT, "which briefing of it"),
    "hold": Attribute("holdpoint.hold", Shape.ID, "the hold"),
    "run": Attribute("holdpoint.run", Shape.ID, "Airflow's run"),
    "evidence": Attribute("holdpoint.evidence", Shape.ID, "the evidence that was kept"),
    "label": Attribute("holdpoint.label", Shape.WORD, "the classification of what was kept"),
    "state": Attribute("holdpoint.state", Shape.WORD, "how the briefing or the hold stands afterwards"),
    "drafter": Attribute("holdpoint.drafter", Shape.WORD, "who drafted"),
    "decision": Attribute("holdpoint.decision", Shape.WORD, "approve or reject"),
    "attempt": Attribute("holdpoint.attempt", Shape.ID, "the attempt that consumed the approval"),
    "risk": Attribute("holdpoint.risk", Shape.WORD, "the plan's risk, or the incident's"),
    "rule": Attribute("holdpoint.rule", Shape.WORD, "the rule that refused"),
    "version": Attribute("holdpoint.version", Shape.COUNT, "the brief's version, or the package's"),
    "new": Attribute("holdpoint.new", Shape.FLAG, "the version was not there before"),
    "sent": Attribute("holdpoint.sent", Shape.FLAG, "the page left now"),
    "step": Attribute("holdpoint.step", Shape.COUNT, "the step of the plan"),
    "steps": Attribute("holdpoint.steps", Shape.COUNT, "the plan's steps"),
    "reads": Attribute("holdpoint.reads", Shape.COUNT, "reads planned"),
    "not_asked": Attribute("holdpoint.not_asked", Shape.COUNT, "reads that no grant or connection allows"),
    "hits": Attribute("holdpoint.hits", Shape.COUNT, "passages found"),
    "characters": Attribute("holdpoint.characters", Shape.COUNT, "length of the evidence"),
    "facts": Attribute("holdpoint.facts", Shape.COUNT, "facts of the brief or package"),
    "gaps": Attribute("holdpoint.gaps", Shape.COUNT, "reads that failed or have not answered"),
    "approvals": Attribute("holdpoint.approvals", Shape.COUNT, "approvals that counted"),
    "posts": Attribute("holdpoint.posts", Shape.COUNT, "posts of one commit"),
    "alerts": Attribute("holdpoint.alerts", Shape.COUNT, "alerts in them"),
    "unreadable": Attribute("holdpoint.unreadable", Shape.COUNT, "posts that could not be understood"),
    "opened": Attribute("holdpoint.opened", Shape.COUNT, "incidents opened"),
}

OPERATION = Attribute("gen_ai.operation.name", Shape.WORD, "what sort of step it is")
WORKFLOW = Attribute("gen_ai.agent.name", Shape.WORD, "the workflow: `incident_triage`, `change_request` or `gated_change`")
ERROR = Attribute(
    "error.type", Shape.WORD, "the error's code (`include/contracts/errors.py`), or its class where it is none of ours"
)


def permitted(said: Mapping[str, Any]) -> dict[str, str | int | bool]:
    """What of it may leave, under the attributes' names; the rest is dropped in silence, since a task must not fail for it."""
    return {
        ATTRIBUTES[key].name: value for key, value in said.items() if key in ATTRIBUTES and fits(ATTRIBUTES[key].shape, value)
    }


def fits(shape: Shape, value: Any) -> bool:
    """Does the value look like that?"""
    if shape is Shape.FLAG:
        return isinstance(value, bool)
    if shape is Shape.COUNT:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    return isinstance(value, str) and _TEXTS[shape].fullmatch(value) is not None
