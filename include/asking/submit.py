"""What somebody asks is worked on: a brief, a change request, or a task for a person; by its classification or as they chose.

seen = preview(text)                                     # shown first; nothing is kept
done = submit(store, catalogue, Asking("maya", text))    # or chosen=Way.CHANGE
"""

from __future__ import annotations

from dataclasses import dataclass

from include.alerts.question import ask, question_of
from include.asking.known import require_known
from include.asking.preview import Preview, Way, preview
from include.cab.request import request_change, require_environment
from include.catalogue.catalogue import Catalogue
from include.contracts.errors import BadInput
from include.delivery.pass_on import receiver_of
from include.store.database import Store, day


@dataclass(frozen=True)
class Asking:
    """Who asks what. `service` is what a question is about; a change's services are those that its notes name."""

    principal: str
    text: str
    service: str | None = None
    environment: str | None = None


@dataclass(frozen=True)
class Submitted:
    """`id`: of the incident, or of the change request where `way` is `change`; `person`: who gets it as a task, from its run."""

    id: str
    way: Way
    preview: Preview
    person: str | None = None


def look(store: Store, catalogue: Catalogue, asking: Asking, *, chosen: Way | None = None) -> Preview:
    """The preview, once it is known that `submit` would take it. Nothing is kept.

    :raises BadInput: no text, too long; no such environment; a way that is not open to it
    :raises NotFound: no such person or service, or none that the person may know
    """
    catalogue.person(asking.principal)
    with store.read() as conn:
        require_known(catalogue, asking.principal, asking.service, today=day(conn))
    seen = preview(asking.text)
    way = chosen or seen.way
    if way not in seen.ways:
        raise BadInput("This is too long for a question.", next_step="have it prepared as a change, or ask it shorter")
    if way is Way.CHANGE:
        require_environment(catalogue, _environment(catalogue, asking))
    else:
        question_of(
            catalogue,
            principal=asking.principal,
            question=asking.text,
            service=asking.service,
            environment=asking.environment,
        )
    return seen


def submit(store: Store, catalogue: Catalogue, asking: Asking, *, chosen: Way | None = None, run: str | None = None) -> Submitted:
    """Keep it and have it worked on. Nothing that it says is done.

    :param chosen: what the person chose where that is not what the classification says; it stands in the ledger
    :param run: the run that asks, which then works on it itself
    :raises BadInput: as `look`
    :raises NotFound: as `look`
    """
    seen = look(store, catalogue, asking, chosen=chosen)
    way = chosen or seen.way
    said = way.value if way is not seen.way else None
    if way is Way.CHANGE:
        made = request_change(
            store,
            catalogue,
            principal=asking.principal,
            notes=asking.text,
            environment=_environment(catalogue, asking),
            run=run,
            classification=seen.classification,
            chosen=said,
        )
        return Submitted(made.change_id, way, seen)
    about = {"service": asking.service, "environment": asking.environment}
    asked = ask(store, catalogue, principal=asking.principal, question=asking.text, **about, run=run, chosen=said)
    person = receiver_of(catalogue, asking.service, asking.principal) if way is Way.PERSON else None
    return Submitted(asked.incident_id, way, seen, person)


def _environment(catalogue: Catalogue, asking: Asking) -> str:
    """Where a change happens: as said, else the service's first environment."""
    if asking.environment or asking.service is None:
        return asking.environment or ""
    return catalogue.service(asking.service).environments[0]
