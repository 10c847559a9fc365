"""Somebody asks for a change to be prepared: their notes become a record, and a run is started for it.

The notes may be a document, a ticket, or a possible cause from a brief. They are data (H11): nothing in them chooses whose
permissions the preparation has, which systems it reads beyond exact names, or who approves.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection

from include.alerts.classify import classify_question
from include.cab.sources import of_hypothesis, of_ticket
from include.cab.subject import services_of
from include.catalogue.catalogue import Catalogue
from include.changes.read import read_notes, text_of
from include.contracts.alert import Severity
from include.contracts.base import clean_text
from include.contracts.cab import ChangeNotes, Origin
from include.contracts.errors import BadInput
from include.contracts.incident import Classification, Incident, IncidentKind, IncidentStatus
from include.store import changes, dispatches, incidents, ledger
from include.store.database import Store, day, new_id, now
from include.store.redaction import redact_text
from include.store.times import from_text
from include.triage.reading import reader

SOURCE = "change-request"
PREPARATION = "change"


@dataclass(frozen=True)
class Requested:
    """`services` are those of the catalogue that the notes name, as far as the requester may know them."""

    change_id: str
    classification: Classification
    services: tuple[str, ...]


def request_change(
    store: Store,
    catalogue: Catalogue,
    *,
    principal: str,
    notes: str | bytes,
    environment: str,
    origin: Origin = Origin.NOTES,
    reference: str | None = None,
    run: str | None = None,
    classification: Classification | None = None,
    chosen: str | None = None,
) -> Requested:
    """Record the notes; a run is started for them, unless `run` is the run that asks.

    :param principal: a person of the catalogue, whose permissions the preparation has
    :param classification: what the person was shown before they went on; by the notes' words where None
    :param chosen: what the person chose against it, for the ledger
    :raises BadInput: the notes cannot be read; no service is in that environment
    :raises NotFound: no such person
    """
    person = catalogue.person(principal)
    require_environment(catalogue, environment)
    text = redact_text(text_of(notes))
    document = read_notes(text)
    sent = notes if isinstance(notes, bytes) else notes.encode("utf-8", "backslashreplace")
    # Redacted again: without its marks, `pass**word**=…` is what nobody saw in the text.
    title = redact_text(" ".join(clean_text(document.title).split()))[:300] or "A change without a title"
    classification = classification or classify_question(f"{title}\n{text[:4_000]}")
    with store.read() as conn:
        today = day(conn)
    services = services_of(document, catalogue, person.name, environment, today=today)  # before anybody has to wait for it
    with store.begin() as conn:
        ledger.lock(conn)
        item = _opened(conn, catalogue, person.name, title, services, environment)
        incidents.add(conn, item)
        kept = ChangeNotes(
            change=item.id,
            origin=origin,
            reference=reference,
            text=text,
            digest=hashlib.sha256(sent).hexdigest(),
            length=len(sent),
        )
        changes.add_notes(conn, kept)
        dispatches.enqueue(conn, item.id, 1, PREPARATION)
        if run is not None:
            dispatches.claim(conn, item.id, 1, run)
        payload = {
            "origin": origin.value,
            "reference": reference,
            "digest": kept.digest,
            "length": kept.length,
            "form": document.form,
            "environment": environment,
            "services": list(services),
            "classification": classification.to_json(),
            "chosen": chosen,
        }
        ledger.append(conn, actor=person.name, kind="change.requested", subject=item.id, run=run or "", payload=payload)
    return Requested(item.id, classification, services)


def request_from(
    store: Store,
    catalogue: Catalogue,
    *,
    principal: str,
    environment: str,
    notes: str | bytes = "",
    ticket: str = "",
    incident: str = "",
    hypothesis: str = "",
    run: str | None = None,
) -> Requested:
    """The same from one of the forms in which people name their notes: exactly one of a document, a ticket, an incident's cause.

    :raises BadInput: none of them is given, or several
    """
    given = [bool(notes.strip()), bool(ticket.strip()), bool(incident.strip() or hypothesis.strip())]
    if sum(given) != 1:
        raise BadInput(
            "Give exactly one of: notes, a ticket, an incident with a hypothesis.",
            next_step="fill in one of them, empty the others",
        )
    origin, reference, text = Origin.NOTES, None, notes
    if not given[0]:
        with store.read() as conn:
            who = reader(conn, catalogue, catalogue.person(principal))
            if given[1]:
                origin, reference, text = Origin.TICKET, ticket.strip(), of_ticket(conn, who, ticket)
            else:
                found = of_hypothesis(conn, who, incident.strip(), hypothesis.strip() or "H1")
                origin, reference, text = Origin.HYPOTHESIS, f"{incident.strip()} {hypothesis.strip() or 'H1'}", found
    return request_change(
        store,
        catalogue,
        principal=principal,
        notes=text,
        environment=environment,
        origin=origin,
        reference=reference,
        run=run,
    )


def require_environment(catalogue: Catalogue, environment: str) -> None:
    """BadInput where no service of the catalogue is in that environment."""
    known = sorted({name for row in catalogue.services.values() for name in row.environments})
    if environment not in known:
        said = "No service of the catalogue is in that environment." if environment else "A change happens in an environment."
        raise BadInput(said, next_step=f"name one of: {', '.join(known)}")


def _opened(
    conn: Connection, catalogue: Catalogue, principal: str, title: str, services: tuple[str, ...], environment: str
) -> Incident:
    """The record. It is labelled and owned as the most closely held of its services; without one it is the requester's."""
    at = from_text(now(conn))
    service = max(services, key=lambda name: catalogue.rank(catalogue.service(name).classification), default=None)
    change_id = new_id("chg")
    return Incident(
        id=change_id,
        key=f"{SOURCE}:{change_id}",
        generation=1,
        kind=IncidentKind.CHANGE,
        status=IncidentStatus.OPEN,
        source=SOURCE,
        principal=principal,
        service=service,
        environment=environment,
        severity=Severity.INFO,
        title=title,
        owner=catalogue.service(service).owner if service else principal,
        opened_at=at,
        started_at=at,
    )
