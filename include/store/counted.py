"""What of a ledger entry is counted: for each kind that has more to it than its kind, a name and a detail, by one function.

Every entry counts once under its own kind. Some say more than one thing, counted under kinds of ours that stand in `PARTS`.
The words of a payload are never a name here: tools, rules, states, runbooks, error codes, whole seconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from include.contracts.tools import TOOLS
from include.store.origins import Origins
from include.store.tables.hold import hold, statement
from include.store.tables.triage import brief, evidence
from include.store.times import from_text

PARTS: Mapping[str, tuple[str, ...]] = {
    "source.retrieved": ("brief.drafted", "package.drafted", "tool.called"),
    "source.used": ("brief.drafted", "package.drafted"),
    "source.corrected": ("feedback.given",),
    "vote.read": ("vote.cast",),
    "post.unreadable": ("incident.opened", "incident.attached"),
}
"""A kind of ours -> the kinds of entries that it is a part of."""

_RUNBOOKS = "query_approved_runbook"
_MAX_NAME = 140


class Said(NamedTuple):
    """An entry with its payload; `payload` is empty where there is none, or none any more."""

    seq: int
    at: str
    actor: str
    kind: str
    subject: str
    payload: Mapping[str, Any]


class Part(NamedTuple):
    kind: str
    name: str = ""
    detail: str = ""


class Lookup:
    """What the functions below look up, over one connection."""

    def __init__(self, conn: Connection, origins: Origins) -> None:
        self._conn = conn
        self.origins = origins

    def tools_of(self, ids: Sequence[str]) -> dict[str, str]:
        """The tools that these pieces of evidence came from."""
        wanted = select(evidence.c.id, evidence.c.tool).where(evidence.c.id.in_(ids))
        return {row.id: row.tool for row in self._conn.execute(wanted)} if ids else {}

    def brief(self, incident_id: str, version: object) -> Mapping[str, Any]:
        wanted = select(brief.c.body).where(brief.c.incident_id == incident_id, brief.c.version == version)
        found = self._conn.scalar(wanted) if isinstance(version, int) else None
        return json.loads(found) if found else {}

    def proposed_at(self, hold_id: str) -> str | None:
        return self._conn.scalar(select(hold.c.proposed_at).where(hold.c.id == hold_id))

    def stated_at(self, digest: object) -> str | None:
        """When the signer was shown what they signed, by the store's clock."""
        body = self._conn.scalar(select(statement.c.body).where(statement.c.digest == str(digest)))
        return str(json.loads(body).get("at")) if body else None


Count = Callable[[Said, Lookup], Iterator[Part]]


def parts_of(said: Said, lookup: Lookup) -> list[Part]:
    """All that one entry counts for; the first is under its own kind. What does not fit its kind counts as that kind alone."""
    count = COUNTS.get(said.kind)
    try:
        found = list(count(said, lookup)) if count else []
    except (KeyError, TypeError, ValueError, AttributeError):  # a payload of another version, or a tampered one
        found = []
    if not found or found[0].kind != said.kind:
        found.insert(0, Part(said.kind))
    return [Part(part.kind, _name(part.name), _name(part.detail)) for part in found]


def _name(value: object) -> str:
    text = str(value or "")[:_MAX_NAME]
    return text if text.isprintable() else text.encode("unicode_escape").decode()[:_MAX_NAME]


def seconds_between(since: str | None, until: str) -> str:
    """Whole seconds as text, to two significant digits; empty where one is not known. So there are few of them to keep."""
    if since is None:
        return ""
    try:
        seconds = max(0, round((from_text(until) - from_text(since)).total_seconds()))
    except ValueError:
        return ""
    power = 10 ** max(0, len(str(seconds)) - 2)
    return str(round(seconds / power) * power)


def _begun(said: Said, lookup: Lookup) -> Iterator[Part]:
    del lookup
    classification = said.payload.get("classification")
    yield Part(said.kind, classification.get("intent", "") if isinstance(classification, dict) else "")


def _tool(said: Said, lookup: Lookup) -> Iterator[Part]:
    del lookup
    yield Part(said.kind, said.payload.get("tool", ""), said.payload.get("error", ""))
    for runbook in said.payload.get("retrieved", ()):
        yield Part("source.retrieved", f"runbook:{runbook}")


def _drafted(said: Said, lookup: Lookup) -> Iterator[Part]:
    yield Part(said.kind, said.payload.get("drafter", ""))
    retrieved, used = ([str(each) for each in said.payload.get(key, ())] for key in ("retrieved", "used"))
    tools = lookup.tools_of(list({*retrieved, *used}))
    for kind, ids in (("source.retrieved", retrieved), ("source.used", used)):
        yield from (Part(kind, _source(tools[each])) for each in ids if each in tools)
    document = said.payload.get("brief", said.payload.get("package"))
    hits = document.get("runbooks", ()) if isinstance(document, dict) else ()
    yield from (Part("source.used", f"runbook:{hit['runbook']}") for hit in hits if hit.get("citation"))


def _ruled(said: Said, lookup: Lookup) -> Iterator[Part]:
    del lookup
    yield Part(said.kind, said.payload.get("rule", ""))


def _voted(said: Said, lookup: Lookup) -> Iterator[Part]:
    decision = said.payload.get("decision", "")
    yield Part(said.kind, decision, seconds_between(lookup.proposed_at(said.subject), said.at))
    yield Part("vote.read", decision, seconds_between(lookup.stated_at(said.payload.get("statement")), said.at))


def _moved(said: Said, lookup: Lookup) -> Iterator[Part]:
    yield Part(said.kind, "", seconds_between(lookup.proposed_at(said.subject), said.at))


def _overdue(said: Said, lookup: Lookup) -> Iterator[Part]:
    del lookup
    yield Part(said.kind, said.payload.get("state", ""))


def _escalated(said: Said, lookup: Lookup) -> Iterator[Part]:
    del lookup
    yield Part(said.kind, "without a brief" if said.payload and said.payload.get("version") is None else "with a brief")


def _delivered(said: Said, lookup: Lookup) -> Iterator[Part]:
    del lookup
    yield Part(said.kind, said.payload.get("channel", ""), said.payload.get("error", ""))


def _posted(said: Said, lookup: Lookup) -> Iterator[Part]:
    del lookup
    yield Part(said.kind)
    if said.payload.get("problem"):
        yield Part("post.unreadable", said.payload.get("source", ""))


def _marked(said: Said, lookup: Lookup) -> Iterator[Part]:
    del lookup
    yield Part(said.kind, said.payload.get("task", ""), said.payload.get("by", ""))


def _corrected(said: Said, lookup: Lookup) -> Iterator[Part]:
    """By the runbook or the tools that it is about, and always by the source of the alert or question."""
    kind, about = said.payload.get("kind", ""), str(said.payload.get("about", ""))
    yield Part(said.kind, kind)
    origin = lookup.origins.of(said.subject).incident
    if origin is not None:
        yield Part("source.corrected", f"source:{origin.source}", kind)
    yield from (Part("source.corrected", name, kind) for name in blamed(said, about, lookup))


def blamed(said: Said, about: str, lookup: Lookup) -> list[str]:
    """What a correction is about: `runbook:disk-full`, `tool:query_logs`; empty for a summary or a ticket."""
    if about.startswith("runbook:"):
        return [about]
    if about.startswith("evidence:"):
        return sorted({_source(tool) for tool in lookup.tools_of([about.removeprefix("evidence:")]).values()})
    document = lookup.brief(said.subject, said.payload.get("version"))
    facts = {fact["id"]: fact for fact in document.get("facts", ())}
    supports = next((each["supports"] for each in document.get("hypotheses", ()) if each["id"] == about), [about])
    cited = {cite["evidence"] for name in supports if name in facts for cite in facts[name]["citations"]}
    return sorted({_source(tool) for tool in lookup.tools_of(sorted(cited)).values()})


def _source(tool: str) -> str:
    """`tool:query_logs`; an incident's own words, which no tool has read, are `incident:alert` and `incident:question`."""
    return f"tool:{tool}" if tool in TOOLS else f"incident:{tool}"


COUNTS: Mapping[str, Count] = {
    "briefing.begun": _begun,
    "tool.called": _tool,
    "tool.failed": _tool,
    "brief.drafted": _drafted,
    "package.drafted": _drafted,
    "change.requested": _begun,
    "change.overdue": _overdue,
    "vote.refused": _ruled,
    "statement.refused": _ruled,
    "release.refused": _ruled,
    "vote.cast": _voted,
    "hold.approved": _moved,
    "hold.rejected": _moved,
    "hold.expired": _moved,
    "briefing.overdue": _overdue,
    "incident.escalated": _escalated,
    "delivery.sent": _delivered,
    "delivery.retry": _delivered,
    "delivery.failed": _delivered,
    "delivery.gave_up": _delivered,
    "incident.opened": _posted,
    "incident.attached": _posted,
    "task.marked": _marked,
    "feedback.given": _corrected,
}
"""Ledger kind -> what of it is counted."""
