"""A fleet's week: incidents briefed and corrected, reads that failed, holds proposed, voted on and rejected."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from include.fleet.answer import Answer
from include.fleet.registry import answer
from include.store import briefs, feedback
from include.store.database import Store, new_id
from include.store.ledger import Entry, append_many
from include.triage.runbooks import retrieve
from tests.briefing import Stages, open_incident
from tests.clock import clock  # noqa: F401  - a fixture

Ask = Callable[..., Answer]


@dataclasses.dataclass(frozen=True)
class Week:
    incident: str
    hold: str


@pytest.fixture
def week(store: Store, catalogue: Any) -> Week:
    """An incident of shop-orders, read for, briefed, corrected; and a hold of shop-payments that tomas has approved."""
    incident = open_incident(store, catalogue)
    stages = Stages(store, catalogue, incident)
    planned = stages.begin()
    stages.collect(planned["get_service_status"])
    with pytest.raises(Exception, match="did not answer"):
        stages.collect(planned["query_logs"])
    retrieve(store, catalogue, **stages.ids)
    stages.draft()
    stages.escalate()
    correct(store, incident, "correction", "F1")
    hold = new_id("hold")
    with store.begin() as conn:
        append_many(
            conn,
            [
                Entry(
                    "maya", "hold.proposed", hold, payload={"hold": hold, "services": ["shop-payments"], "plan_digest": "ab" * 32}
                ),
                Entry("tomas", "vote.cast", hold, payload={"hold": hold, "decision": "approve"}),
                Entry("tomas", "hold.approved", hold, payload={"from": "proposed", "to": "approved", "revision": 1}),
                Entry("holds@service", "vote.refused", hold, payload={"rule": "quorum", "reason": "one vote is not two"}),
            ],
        )
    return Week(incident, hold)


def correct(store: Store, incident: str, kind: str, about: str, person: str = "tomas", mark: str = "a mark") -> None:
    with store.begin() as conn:
        (draft,) = briefs.heads(conn, [incident])
        feedback.add(
            conn,
            mark=mark,
            draft=draft,
            kind=feedback.FeedbackKind(kind),
            person=person,
            about=about,
            label="internal",
            text="It was the other one.",
            actor=person,
        )


@pytest.fixture
def ask(store: Store, catalogue: Any) -> Ask:
    """`ask("tools", as_="ruth", since=…)`: an answer."""

    def asked(question: str, as_: str = "maya", known: Any = None, **wanted: Any) -> Answer:
        using = known or catalogue
        with store.read() as conn:
            return answer(conn, using, using.person(as_), question, **wanted)

    return asked


def rows(found: Answer, table: int = 0) -> list[dict[str, Any]]:
    return [dict(row) for row in found.tables[table].rows]


def without_grants(catalogue: Any, person: str = "jonas") -> Any:
    """The catalogue, in which this person has no role and so no grant."""
    people = [row.model_copy(update={"roles": ()}) if row.name == person else row for row in catalogue.tables["people"]]
    return dataclasses.replace(catalogue, tables={**catalogue.tables, "people": tuple(people)})
