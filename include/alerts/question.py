"""A person's question becomes an incident with that person's permissions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from include.alerts.classify import classify_question
from include.alerts.correlate import open_question
from include.catalogue.catalogue import Catalogue
from include.contracts.base import clean_text
from include.contracts.catalogue import Person
from include.contracts.errors import BadInput
from include.contracts.incident import Classification, Intent
from include.store import dispatches, ledger
from include.store.database import Store, now
from include.store.redaction import redact_text

MAX_LENGTH = 4_000


@dataclass(frozen=True)
class Asked:
    incident_id: str
    classification: Classification


@dataclass(frozen=True)
class Question:
    """A question that may be kept: redacted, by a person of the catalogue, about something that the catalogue has."""

    person: Person
    text: str
    service: str | None
    environment: str | None
    owner: str


def question_of(catalogue: Catalogue, *, principal: str, question: str, service: str | None, environment: str | None) -> Question:
    """What was typed, checked; nothing is kept.

    :raises BadInput: empty or over 4,000 characters, or an environment that the service is not in
    :raises NotFound: no such person or service
    """
    text = redact_text(clean_text(question).strip())
    if not text or len(text) > MAX_LENGTH:
        raise BadInput(f"A question has 1 to {MAX_LENGTH} characters.", next_step="ask again, shorter")
    person = catalogue.person(principal)
    where = _environment(catalogue, service, environment)
    return Question(person, text, service, where, catalogue.service(service).owner if service else person.name)


def ask(
    store: Store,
    catalogue: Catalogue,
    *,
    principal: str,
    question: str,
    service: str | None,
    environment: str | None,
    run: str | None = None,
    chosen: str | None = None,
) -> Asked:
    """Record the question; a run is started for it, unless `run` is the run that asks.

    :param chosen: what the person chose against the classification, for the ledger: `person` passes it on, else it is read about
    :raises BadInput: empty or over 4,000 characters, or an environment that the service is not in
    :raises NotFound: no such person or service
    """
    given = question_of(catalogue, principal=principal, question=question, service=service, environment=environment)
    with store.begin() as conn:
        ledger.lock(conn)
        asked = _keep(conn, given, chosen)
        dispatches.enqueue(conn, asked.incident_id, 1, _reason(asked.classification, chosen))
        if run is not None:
            dispatches.claim(conn, asked.incident_id, 1, run)
    return asked


def _reason(found: Classification, chosen: str | None) -> str:
    if chosen == dispatches.PERSON or (chosen is None and found.intent is Intent.UNCLEAR):
        return dispatches.PERSON
    return dispatches.CHOSEN if chosen else dispatches.QUESTION


def _keep(conn: Connection, given: Question, chosen: str | None) -> Asked:
    """The question as an incident, with its entry."""
    classification = classify_question(given.text)
    incident_id = open_question(
        conn,
        principal=given.person.name,
        question=given.text,
        title=" ".join(given.text.split())[:300],
        service=given.service,
        environment=given.environment,
        owner=given.owner,
        at=now(conn),
    )
    payload = {
        "question": given.text,
        "service": given.service,
        "classification": classification.to_json(),
        "chosen": chosen,
    }
    ledger.append(conn, actor=given.person.name, kind="question.asked", subject=incident_id, payload=payload)
    return Asked(incident_id, classification)


def _environment(catalogue: Catalogue, service: str | None, environment: str | None) -> str | None:
    if service is None:
        everywhere = {name for row in catalogue.services.values() for name in row.environments}
        if environment is not None and environment not in everywhere:
            raise BadInput("No service of the catalogue is in that environment.", next_step="name a service, or no environment")
        return environment
    known = catalogue.service(service).environments
    if environment is not None and environment not in known:
        raise BadInput(f"{service} is not in {environment!r}.", next_step=f"use one of: {', '.join(known)}")
    return environment or known[0]
