"""Stories to trace: an incident with its briefing, a hold that names it, a question that nobody else may read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from include.store import desk
from include.store.database import Store, new_id
from include.store.ledger import Entry, append_many
from include.trace.audience import Audience
from include.trace.page import Page, Wanted, page
from include.trace.question import parse
from tests.briefing import Stages, open_incident

Asked = Callable[..., Page]


@dataclasses.dataclass(frozen=True)
class Story:
    incident: str
    evidence: str
    ticket: str
    hold: str
    plan_digest: str


@pytest.fixture
def story(store: Store, catalogue: Any) -> Story:
    """An incident of shop-orders, briefed and escalated; and a hold, of a kind this room has never heard of."""
    incident = open_incident(store, catalogue)
    stages = Stages(store, catalogue, incident)
    evidence = stages.collect(stages.begin()["get_service_status"])
    stages.draft()
    stages.escalate()
    with store.read() as conn:
        ticket = desk.by_incident(conn, incident)
    assert ticket is not None
    hold, digest = new_id("hold"), "ab" * 32
    with store.begin() as conn:
        append_many(
            conn,
            [
                Entry("maya", "hold.proposed", hold, payload={"hold": hold, "incident": incident, "plan_digest": digest}),
                Entry("tomas", "vote.cast", hold, payload={"hold": hold, "plan_digest": digest, "decision": "approve"}),
                Entry("tomas", "hold.approved", hold),
            ],
        )
    return Story(incident, evidence, f"DESK-{ticket['number']}", hold, digest)


@pytest.fixture
def ask(store: Store, catalogue: Any) -> Asked:
    """`ask("person:maya", as_="ruth", limit=5)`: a page."""

    def asked(what: str, as_: str = "maya", known: Any = None, **wanted: Any) -> Page:
        using = known or catalogue
        with store.read() as conn:
            return page(conn, Audience(conn, using, using.person(as_)), Wanted(parse(what), **wanted))

    return asked


def kinds(found: Page) -> list[str]:
    return [entry.row[3] for entry in found.entries]


def seqs(found: Page) -> list[int]:
    return [entry.seq for entry in found.entries]
