"""What a person says of a brief: this is wrong, that source misleads, here are my own words. Kept beside the draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import Connection

from include.contracts.base import Contract, Digest
from include.retrieval.loader import load_runbooks
from include.triage import feedback, reading
from include.triage.feedback import Draft
from include.triage.reading import Reader
from plugins.console.pages.incident import IncidentId
from plugins.console.web.fields import Number
from plugins.console.web.sending import Sending
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visit, Visiting

pages = Pages()

Words = Annotated[str, Field(max_length=20_000)]  # how many there may be the core says, so that it can say what to do


class OfDraft(Contract):
    """Which draft it is about: the one that the page showed."""

    version: Annotated[Number, Field(ge=1, le=1_000_000)]
    digest: Digest
    text: Words


class Correction(OfDraft):
    claim: Annotated[str, Field(max_length=16)]


class Misleading(OfDraft):
    """`source` is `runbook:<name>` or `evidence:<id>`."""

    source: Annotated[str, Field(pattern=r"^(runbook|evidence):[a-z0-9][a-z0-9_.-]{0,62}$")]


@dataclass(frozen=True)
class Given:
    """The id of what was kept."""

    feedback: str


@pages.action("/{incident_id}/feedback/correction")
def correct(visit: Visiting, sent: Sending, incident_id: IncidentId) -> Done:
    """A fact or a hypothesis is wrong."""
    said = sent.read(Correction)
    return _keep(visit, incident_id, said, lambda *at: feedback.correct(*at, claim=said.claim, text=said.text))


@pages.action("/{incident_id}/feedback/misleading")
def mark_misleading(visit: Visiting, sent: Sending, incident_id: IncidentId) -> Done:
    """A source led astray; a runbook is out of use from now on."""
    said = sent.read(Misleading)
    runbooks, _ = load_runbooks(None, visit.catalogue)
    kind, _, name = said.source.partition(":")
    of: Literal["runbook", "evidence"] = "runbook" if kind == "runbook" else "evidence"

    def keep(conn: Connection, who: Reader, draft: Draft) -> str:
        return feedback.mark_misleading(conn, who, draft, runbooks, kind=of, name=name, text=said.text)

    return _keep(visit, incident_id, said, keep)


@pages.action("/{incident_id}/feedback/summary")
def edit_summary(visit: Visiting, sent: Sending, incident_id: IncidentId) -> Done:
    """The person's own summary."""
    said = sent.read(OfDraft)
    return _keep(visit, incident_id, said, lambda *at: feedback.edit_summary(*at, text=said.text))


_Keep = Callable[[Connection, Reader, Draft], str]


def _keep(visit: Visit, incident_id: str, said: OfDraft, keep: _Keep) -> Done:
    with visit.store.begin() as conn:
        who = reading.reader(conn, visit.catalogue, visit.person)
        draft = feedback.draft_of(conn, who, incident_id, version=said.version, digest=said.digest)
        given = keep(conn, who, draft)
    return Done(f"/incidents/{incident_id}?version={said.version}", Given(given))
