"""A person's question becomes an incident with that person's permissions."""

from __future__ import annotations

from dataclasses import dataclass

from include.alerts.classify import classify_question
from include.alerts.correlate import open_question
from include.catalogue.catalogue import Catalogue
from include.contracts.base import clean_text
from include.contracts.errors import BadInput
from include.contracts.incident import Classification
from include.store import dispatches, ledger
from include.store.database import Store, now
from include.store.redaction import redact_text

MAX_LENGTH = 4_000


@dataclass(frozen=True)
class Asked:
    incident_id: str
    classification: Classification


def ask(
    store: Store,
    catalogue: Catalogue,
    *,
    principal: str,
    question: str,
    service: str | None,
    environment: str | None,
    run: str | None = None,
) -> Asked:
    """Record the question; a run is started for it, unless `run` is the run that asks.

    :raises BadInput: empty or over 4,000 characters, or an environment that the service is not in
    :raises NotFound: no such person or service
    """
    text = redact_text(clean_text(question).strip())
    if not text or len(text) > MAX_LENGTH:
        raise BadInput(f"A question has 1 to {MAX_LENGTH} characters.", next_step="ask again, shorter")
    person = catalogue.person(principal)
    where = _environment(catalogue, service, environment)
    owner = catalogue.service(service).owner if service else person.name
    classification = classify_question(text)
    with store.begin() as conn:
        ledger.lock(conn)
        incident_id = open_question(
            conn,
            principal=person.name,
            question=text,
            title=" ".join(text.split())[:300],
            service=service,
            environment=where,
            owner=owner,
            at=now(conn),
        )
        dispatches.enqueue(conn, incident_id, 1, "question")
        if run is not None:
            dispatches.claim(conn, incident_id, 1, run)
        payload = {"question": text, "service": service, "classification": classification.to_json()}
        ledger.append(conn, actor=person.name, kind="question.asked", subject=incident_id, payload=payload)
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
