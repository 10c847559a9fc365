"""The words of a page: short, with the link; without content where the channel or the person is not cleared for it (H12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from include.catalogue.catalogue import Catalogue
from include.contracts.brief import Brief
from include.contracts.incident import Incident
from include.contracts.inert import inert
from include.delivery.people import Told
from include.policy.labels import label_of
from include.policy.permit import clears


@dataclass(frozen=True)
class Page:
    """`label` is the classification of what it says."""

    subject: str
    body: str
    label: str


def compose(
    catalogue: Catalogue, incident: Incident, brief: Brief | None, told: Told, *, reason: str, link: str | None, today: date
) -> Page:
    """The page for one person over one channel."""
    lowest = min(catalogue.classifications, key=catalogue.rank)
    foot = [f"Why you: {reason}", f"Incident {incident.id}, owner {_name(catalogue, incident.owner)}"]
    foot += [f"Open: {link}"] if link else []
    if not _cleared(catalogue, incident, brief, told, today):
        subject = f"[{incident.severity.value}] incident {incident.id}"
        return Page(subject, "\n".join(["The brief is classified above this channel; open it to read it.", *foot]), lowest)
    subject = f"[{incident.severity.value}] {inert(incident.title)}"
    label = brief.label if brief is not None else label_of(catalogue, incident)
    return Page(subject, "\n".join([*_head(brief), *foot]), label)


def _name(catalogue: Catalogue, owner: str) -> str:
    return catalogue.people[owner].full_name if owner in catalogue.people else owner


def _cleared(catalogue: Catalogue, incident: Incident, brief: Brief | None, told: Told, today: date) -> bool:
    labels = brief.labels if brief is not None else (label_of(catalogue, incident),)
    by_channel = set(labels) <= set(told.channel.clears)
    return by_channel and clears(catalogue, told.person.name, labels, incident.service, today=today)


def _head(brief: Brief | None) -> list[str]:
    if brief is None:
        return ["There is NO brief: it could not be drafted. Look at the run and at the systems yourself."]
    lines = [f"DRAFT brief, version {brief.version}: {len(brief.facts)} facts, {len(brief.missing)} gaps."]
    if brief.hypotheses:
        lines.append(f"First hypothesis: {inert(brief.hypotheses[0].statement)}")
        lines.append(f"Refuted by: {inert(brief.hypotheses[0].refuted_by)}")
    return lines
