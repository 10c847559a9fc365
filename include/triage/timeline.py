"""What happened to an incident, from the ledger, in order: as much of it as the reader may know (H12).

Only kinds that stand here are shown, and of each only what its own line says: an entry's payload is never shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from include.contracts.incident import Incident
from include.contracts.tools import TOOLS
from include.drafting.advice import WORDS
from include.store import ledger
from include.store.briefs import Version
from include.store.feedback import Feedback, FeedbackKind
from include.store.ledger import LedgerRow
from include.store.times import from_text
from include.triage.reading import Reader

LIMIT = 300  # entries, and as many attached alerts besides: a noisy monitor must not push out the rest
ATTACHED = "incident.attached"


@dataclass(frozen=True)
class Event:
    """One line. `seq` is its entry in the ledger; `version`, `evidence` and `run` are what it leads to, where it leads."""

    seq: int
    at: datetime
    kind: str
    actor: str
    what: str
    run: str = ""
    version: int | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Timeline:
    """`more`: there is more before the first. `ticket` is the incident's on the desk, once there is one."""

    events: list[Event]
    more: bool
    ticket: str | None


@dataclass(frozen=True)
class _Known:
    """Who asks, and what of it they may read."""

    who: Reader
    item: Incident
    versions: frozenset[int]
    said: Mapping[str, Feedback]


def timeline(conn: Connection, who: Reader, item: Incident, heads: Sequence[Version], said: Sequence[Feedback]) -> Timeline:
    """:param heads: the versions of its brief that this person may read
    :param said: the feedback that they may read
    """
    known = _Known(who, item, frozenset(head.version for head in heads), {each.id: each for each in said})
    rows = ledger.newest(conn, subject=item.id, kinds=tuple(_LINES), limit=LIMIT)
    alerts = ledger.newest(conn, subject=item.id, kinds=(ATTACHED,), limit=LIMIT)
    events = [event for row in rows if (event := _event(row, known)) is not None]
    events += [Event(row.seq, from_text(row.at), row.kind, row.actor, "") for row in alerts]
    events.sort(key=lambda event: event.seq)
    tickets = [str(row.payload["ticket"]) for row in rows if row.payload and row.payload.get("ticket")]
    return Timeline(list(_gathered(events)), len(rows) == LIMIT or len(alerts) == LIMIT, tickets[-1] if tickets else None)


def _gathered(events: list[Event]) -> Iterator[Event]:
    """Alerts that came one after the other are one line, at the last one's time."""
    for kind, group in groupby(events, key=lambda event: event.kind):
        found = list(group)
        if kind != ATTACHED:
            yield from found
            continue
        last, number = found[-1], len(found)
        yield Event(
            last.seq, last.at, kind, last.actor, "one more alert" if number == 1 else f"{number} more alerts, this the last"
        )


def _event(row: LedgerRow, known: _Known) -> Event | None:
    try:
        more = _LINES[row.kind](row.payload or {}, known)
    except KeyError:  # erased, or written by another version: what is missing may be what decides who may read it
        return None
    if more is None:
        return None
    return Event(row.seq, from_text(row.at), row.kind, row.actor, run=row.run, **more)


_More = dict[str, Any] | None
_Line = Callable[[Mapping[str, Any], _Known], _More]


def _fixed(what: str) -> _Line:
    return lambda *_: {"what": what}


def _raised(payload: Mapping[str, Any], _: _Known) -> _More:
    return {"what": f"severity is now {payload['severity']}"}


def _begun(payload: Mapping[str, Any], _: _Known) -> _More:
    return {"what": f"briefing {payload['briefing']} begun"}


def _called(payload: Mapping[str, Any], known: _Known) -> _More:
    if not known.who.clears((payload["label"],), known.item.service):
        return None
    return {"what": f"read {_read(payload)}", "evidence": payload["evidence"]}


def _failed(payload: Mapping[str, Any], known: _Known) -> _More:
    """Its label is what its answer would have borne (`include/evidence/plan.py`)."""
    catalogue = known.who.catalogue
    service = catalogue.services.get(str(payload["params"].get("service")))
    label = TOOLS[payload["tool"]].label
    label = catalogue.highest((label, service.classification)) if service is not None else label
    if not known.who.clears((label,), known.item.service):
        return None
    return {"what": f"no answer about {_read(payload)}: {str(payload['error']).replace('_', ' ')}"}


def _read(payload: Mapping[str, Any]) -> str:
    service = payload["params"].get("service")
    words = WORDS.get(payload["tool"], f"the {payload['tool']}")
    return f"{words} of {service}" if isinstance(service, str) else words


def _drafted(payload: Mapping[str, Any], known: _Known) -> _More:
    version = payload["version"]
    return {"what": f"version {version} of the brief drafted", "version": version} if version in known.versions else None


def _escalated(payload: Mapping[str, Any], _: _Known) -> _More:
    return {"what": f"handed to people, on {payload['ticket']}" + (" and by a page" if payload["new_page"] else "")}


def _passed_on(payload: Mapping[str, Any], known: _Known) -> _More:
    people = known.who.catalogue.people
    name = people[payload["to"]].full_name if payload["to"] in people else payload["to"]
    return {"what": f"passed on to {name} as a task, {payload['ticket']}"}


def _delivery(what: str) -> _Line:
    def line(payload: Mapping[str, Any], known: _Known) -> _More:
        people = known.who.catalogue.people
        name = people[payload["recipient"]].full_name if payload["recipient"] in people else payload["recipient"]
        return {"what": what.format(name=name, channel=payload["channel"])}

    return line


_SAID = {
    FeedbackKind.CORRECTION: "corrected {about} of version {version}",
    FeedbackKind.MISLEADING: "marked {about} misleading",
    FeedbackKind.SUMMARY: "wrote a summary of their own",
    FeedbackKind.TICKET_EDIT: "on {about}: {text}",
}


def _given(payload: Mapping[str, Any], known: _Known) -> _More:
    said = known.said.get(payload["feedback"])
    if said is None:
        return None
    person = known.who.catalogue.people.get(said.person)
    name = person.full_name if person is not None and said.kind is not FeedbackKind.TICKET_EDIT else said.person
    what = _SAID[said.kind].format(about=said.about, version=said.version, text=said.text)
    return {"what": f"{name} {what}", "version": said.version}


_LINES: Mapping[str, _Line] = {
    "incident.opened": _fixed("opened by an alert"),
    "incident.raised": _raised,
    "incident.resolved": _fixed("resolved, says its source"),
    "incident.sheltered": _fixed("an alert taken in under it"),
    "question.asked": _fixed("asked"),
    "question.passed_on": _passed_on,
    "dispatch.triggered": _fixed("run started"),
    "dispatch.failed": _fixed("the run could not be started; it is tried again"),
    "dispatch.occupied": _fixed("the run's name was taken; another is tried"),
    "dispatch.unclaimed": _fixed("the run ended without beginning; another is tried"),
    "briefing.begun": _begun,
    "briefing.overdue": _fixed("no brief in time"),
    "tool.called": _called,
    "tool.failed": _failed,
    "brief.drafted": _drafted,
    "incident.escalated": _escalated,
    "delivery.sent": _delivery("{name} told over {channel}"),
    "delivery.retry": _delivery("{name} not reached over {channel}; it is tried again"),
    "delivery.failed": _delivery("{name} not reached over {channel}; the next in the chain is told"),
    "delivery.gave_up": _delivery("{name} not reached over {channel}; given up"),
    "feedback.given": _given,
}
