"""One incident: what its brief says, version by version, what people said of it, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query

from include.contracts.brief import Brief
from include.contracts.incident import Incident
from include.drafting.render_html import LaidOut, cited, laid_out
from include.store import reads
from include.store.briefs import Version
from include.store.feedback import Feedback, FeedbackKind
from include.triage import feedback, reading
from include.triage.timeline import Timeline, timeline
from plugins.console.pages.incidents import Drafted
from plugins.console.quoted import span_href
from plugins.console.sources import Source, sources_of
from plugins.console.web.links import run_href
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visit, Visiting

pages = Pages()

DAG_ID = "incident_triage"
IncidentId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
Number = Annotated[int | None, Query(ge=1, le=1_000_000)]


@dataclass(frozen=True)
class Said:
    """What a person said of the shown version, under their name; of a ticket edit, under the name the desk gave."""

    feedback: Feedback
    name: str


@dataclass(frozen=True)
class Shown:
    """`brief` is None where there is none yet, or none that this person may read. `versions` are newest first.

    `digest` is that of the shown draft's content, to be sent with what is said of it.
    """

    incident: Incident
    owner_name: str
    brief: Brief | None
    digest: str | None
    versions: list[Drafted]
    evidence: list[Source]
    said: list[Said]
    timeline: Timeline

    def laid_out(self, visit: Visit) -> LaidOut:
        """For the brief's own template: citations lead to the evidence's page."""
        assert self.brief is not None
        base = f"{visit.root}/incidents/{quote(self.incident.id)}/evidence"
        hrefs = {key: span_href(base, citation) for key, citation in cited(self.brief).items()}
        return laid_out(self.brief, hrefs, time_zone=visit.person.time_zone)

    def run_href(self, visit: Visit, run_id: str) -> str:
        return run_href(visit.root, DAG_ID, run_id)

    def summaries(self) -> list[Said]:
        return [each for each in self.said if each.feedback.kind is FeedbackKind.SUMMARY]

    def others(self) -> list[Said]:
        return [each for each in self.said if each.feedback.kind is not FeedbackKind.SUMMARY]


@pages.page("/{incident_id}", template="incident.html")
def incident(visit: Visiting, incident_id: IncidentId, version: Number = None) -> Shown:
    """The incident with the newest version of its brief, or the one named."""
    with visit.store.read() as conn:
        who = reading.reader(conn, visit.catalogue, visit.person)
        item = reading.incident(conn, who, incident_id)
        heads = reading.versions(conn, who, item)
        head = _wanted(heads, version)
        # Where the named version is not among those this person may read, this says what it says of one that is not there.
        number = head.version if head is not None else version
        brief = reading.brief(conn, who, item, number) if number is not None else None
        said = feedback.given(conn, who, item, heads)
        course = timeline(conn, who, item, heads, said)
        sources = sources_of(reads.evidence_by_ids(conn, brief.retrieved).values(), brief.used) if brief is not None else []
    of_this = [_said(visit, each) for each in said if head is not None and each.version == head.version]
    digest = head.content_digest if head is not None else None
    versions = [Drafted.of(each) for each in heads]
    return Shown(item, visit.full_name(item.owner), brief, digest, versions, sources, of_this, course)


def _wanted(heads: list[Version], version: int | None) -> Version | None:
    return next((head for head in heads if version in (None, head.version)), None)


def _said(visit: Visit, said: Feedback) -> Said:
    ours = said.kind is not FeedbackKind.TICKET_EDIT
    return Said(said, visit.full_name(said.person) if ours else said.person)
