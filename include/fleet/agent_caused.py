"""Incidents that the agent has caused: a person says so, the owner that RACI names reviews it, and it stays open until then.

Whoever may read the incident may say it, once. Only the responsible and the accountable person of `agent_caused_incidents` end
the review. The same person may do both, under their name: the ledger keeps the two apart, and audit review reads them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person, RaciKind, RaciRow
from include.contracts.errors import Conflict, Denied
from include.fleet.asking import Asking
from include.store import feedback, ledger
from include.store.ledger import LedgerRow
from include.triage import reading

MARKED, REVIEWED = "incident.agent_caused", "incident.agent_caused_reviewed"
OPEN = "open"
_MOST = 1_000  # a team that has more of them has another problem than this page


def mark(conn: Connection, catalogue: Catalogue, person: Person, incident_id: str, text: str) -> int:
    """Say that the agent has caused this incident; the number of the entry. In `Store.begin()`.

    :raises NotFound: no such incident for this person
    :raises Conflict: it was said before
    :raises BadInput: the text cannot be kept
    """
    ledger.lock(conn)
    reading.incident(conn, reading.reader(conn, catalogue, person), incident_id)
    said = feedback.plain(text)
    if _newest(conn, incident_id):
        raise Conflict("That the agent caused it has been said before.", next_step="look at the review of it: ./holdpoint trace")
    owner = owner_of(catalogue)
    payload = {"reason": said, "owner": owner.accountable}
    return ledger.append(conn, actor=person.name, kind=MARKED, subject=incident_id, payload=payload)


def review(conn: Connection, catalogue: Catalogue, person: Person, incident_id: str, text: str) -> int:
    """End the review of an incident that the agent has caused; the number of the entry. In `Store.begin()`.

    :raises NotFound: no such incident for this person
    :raises Denied: it is not theirs to review
    :raises Conflict: nobody has said that the agent caused it, or it was reviewed before
    :raises BadInput: the text cannot be kept
    """
    ledger.lock(conn)
    reading.incident(conn, reading.reader(conn, catalogue, person), incident_id)
    said = feedback.plain(text)
    if not may_review(catalogue, person):
        owner = owner_of(catalogue)
        raise Denied(
            "Incidents that the agent has caused are reviewed by those who answer for them.",
            next_step=f"ask {owner.accountable}, or change the row agent_caused_incidents in raci.yaml",
        )
    kinds = [entry.kind for entry in _newest(conn, incident_id)]
    if MARKED not in kinds:
        raise Conflict("Nobody has said that the agent caused it.", next_step="say so first: ./holdpoint audit agent-caused")
    if REVIEWED in kinds:
        raise Conflict("It was reviewed before.", next_step="nothing is left to do")
    return ledger.append(conn, actor=person.name, kind=REVIEWED, subject=incident_id, payload={"found": said})


def owner_of(catalogue: Catalogue) -> RaciRow:
    """The RACI row of these incidents; the catalogue does not load without it."""
    row = catalogue.accountable(RaciKind.AGENT_CAUSED_INCIDENTS, "*")
    assert row is not None
    return row


def may_review(catalogue: Catalogue, person: Person) -> bool:
    row = owner_of(catalogue)
    return person.name in (row.responsible, row.accountable)


def found(asking: Asking) -> list[dict[str, Any]]:
    """Those said in the period, and those before it whose review is open; newest first, as far as the person may read them."""
    owner = owner_of(asking.catalogue)
    marked = [*ledger.entries(asking.conn, kind=MARKED, limit=_MOST)]
    reviewed = {entry.subject: entry for entry in ledger.entries(asking.conn, kind=REVIEWED, limit=_MOST)}
    rows = []
    for entry in marked[::-1]:
        done = reviewed.get(entry.subject)
        inside = asking.period.begin <= entry.at < asking.period.end
        if (inside or (done is None and entry.at < asking.period.end)) and asking.audience.may_read(
            entry.subject, entry.payload or {}
        ):
            review = OPEN if done is None else f"by {done.actor} on {done.at[:10]}"
            rows.append(
                {
                    "incident": entry.subject,
                    "marked_by": entry.actor,
                    "at": entry.at,
                    "reason": (entry.payload or {}).get("reason"),
                    "owner": owner.accountable,
                    "review": review,
                }
            )
    return rows


def state(conn: Connection, incident_id: str) -> tuple[LedgerRow | None, LedgerRow | None]:
    """(who said it, who reviewed it), of one incident."""
    there = {entry.kind: entry for entry in _newest(conn, incident_id)}
    return there.get(MARKED), there.get(REVIEWED)


def _newest(conn: Connection, incident_id: str) -> list[LedgerRow]:
    return ledger.newest(conn, subject=incident_id, kinds=(MARKED, REVIEWED), limit=10)
