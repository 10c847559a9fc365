"""A person says what is wrong with a brief. The draft stays as it is: what they say stands beside it, under their name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from include.contracts.brief import Brief
from include.contracts.errors import BadInput, Conflict
from include.contracts.incident import Incident
from include.retrieval import quarantine
from include.retrieval.loader import Runbook
from include.store import feedback, ledger
from include.store.briefs import Version
from include.store.canonical import canonical
from include.store.feedback import Feedback, FeedbackKind
from include.store.quarantine import MAX_REASON
from include.store.redaction import redact_text
from include.triage import reading
from include.triage.reading import Reader

SUMMARY = "summary"
SourceKind = Literal["runbook", "evidence"]


@dataclass(frozen=True)
class Draft:
    """The draft that a person speaks about: the version they saw, and that they may read it."""

    incident: Incident
    head: Version
    brief: Brief


def draft_of(conn: Connection, who: Reader, incident_id: str, *, version: int, digest: str) -> Draft:
    """The draft that the person has before them. First in the transaction: it locks the ledger.

    :param digest: of its content, as their page said
    :raises NotFound: there is none for this person
    :raises Conflict: it is not what their page showed
    """
    ledger.lock(conn)
    item = reading.incident(conn, who, incident_id)
    brief = reading.brief(conn, who, item, version)
    head = next(head for head in reading.versions(conn, who, item) if head.version == version)
    if head.content_digest != digest:
        raise Conflict("This is not the draft that your page showed.", next_step="reload the page and look at it again")
    return Draft(item, head, brief)


def correct(conn: Connection, who: Reader, draft: Draft, *, claim: str, text: str) -> str:
    """A fact or a hypothesis is wrong, and this is right: the feedback's id.

    :param claim: `F1`, `H2`
    :raises BadInput: the draft makes no such claim; the text cannot be kept
    """
    if claim not in claims(draft.brief):
        raise BadInput("The draft makes no such claim.", next_step="name one of its facts or hypotheses")
    return _add(conn, who, draft, FeedbackKind.CORRECTION, claim, text)


def claims(brief: Brief) -> list[str]:
    """What of a brief can be corrected, in its order: ids of facts and hypotheses."""
    return [*(fact.id for fact in brief.facts), *(hypothesis.id for hypothesis in brief.hypotheses)]


def mark_misleading(
    conn: Connection, who: Reader, draft: Draft, runbooks: Sequence[Runbook], *, kind: SourceKind, name: str, text: str
) -> str:
    """A source of the draft led astray: the feedback's id. A runbook is out of use from now on, until its owner releases it.

    :raises BadInput: the draft did not use it; the text cannot be kept
    :raises NotFound: a runbook that this person may not read, so not take out of use either
    """
    if name not in sources(draft.brief)[kind]:
        raise BadInput("The draft has no such source.", next_step="name one of its runbooks, or of its evidence")
    given = _add(conn, who, draft, FeedbackKind.MISLEADING, f"{kind}:{name}", text)
    if kind == "runbook":
        reason = feedback.plain(text)[:MAX_REASON]
        with suppress(Conflict):  # somebody has taken it out of use already; what this person says of it counts as well
            quarantine.mark_misleading(
                conn, who.catalogue, runbooks, name=name, by=who.person.name, reason=reason, today=who.today
            )
    return given


def sources(brief: Brief) -> dict[SourceKind, list[str]]:
    """What of a brief can be marked misleading, by kind."""
    return {"runbook": list(dict.fromkeys(hit.runbook for hit in brief.runbooks)), "evidence": list(brief.retrieved)}


def edit_summary(conn: Connection, who: Reader, draft: Draft, *, text: str) -> str:
    """The person's own summary, to stand beside the draft's: the feedback's id. Raises BadInput for what cannot be kept."""
    return _add(conn, who, draft, FeedbackKind.SUMMARY, SUMMARY, text)


def given(conn: Connection, who: Reader, item: Incident, heads: Sequence[Version]) -> list[Feedback]:
    """What was said of those versions, as far as this person may read it, in its order."""
    labels = {head.version: head.labels for head in heads}
    return [
        said
        for said in feedback.of_incident(conn, item.id)
        if said.version in labels and who.clears((*labels[said.version], said.label), item.service)
    ]


def _add(conn: Connection, who: Reader, draft: Draft, kind: FeedbackKind, about: str, text: str) -> str:
    """Once, however often the same person sends the same words about the same thing of the same draft."""
    plain = redact_text(feedback.plain(text))  # before the mark: from a digest a short secret could be guessed
    said = {"about": about, "digest": draft.head.content_digest, "kind": kind.value, "person": who.person.name, "text": plain}
    same = canonical(said | {"incident": draft.incident.id, "version": draft.head.version})
    found, _ = feedback.add(
        conn,
        mark=f"console:{hashlib.sha256(same).hexdigest()}",
        draft=draft.head,
        kind=kind,
        person=who.person.name,
        about=about,
        label=draft.brief.label,
        text=plain,
        actor=who.person.name,
    )
    return found
