"""A plan cites what its proposer may read; whose question opened the incident has contributed."""

from __future__ import annotations

from typing import Any

import pytest

from include.alerts.question import ask
from include.contracts.errors import BadInput, NotFound, Refused
from include.contracts.evidence import Evidence, text_digest
from include.holds.cited import cited_incident
from include.holds.digest import body_of
from include.holds.propose import propose
from include.store import reads
from include.store.database import Store, day
from tests.briefing import open_incident
from tests.holds_kit import Kit, store_time
from tests.plans_kit import drafted, proposal, proposed, request

pytestmark = pytest.mark.both_databases
NONE = "inc_01jd3c4k7w8m9e2f5a6b7c8d9e"


def evidence(store: Store, incident: str, label: str = "internal", number: str = "1") -> str:
    """Evidence of the incident, as a read gave it."""
    item = Evidence(
        id=f"ev_01jd3c4k7w8m9e2f5a6b7c8d9{number}",
        tool="query_logs",
        params={"service": "shop-orders"},
        principal="incident_triage@service",
        label=label,
        place="logs shop-orders",
        collected_at=store_time(store),
        text="pool exhausted",
        digest=text_digest("pool exhausted"),
        output={},
    )
    with store.begin() as conn:
        reads.add_subject(conn, item, incident_id=incident)
    return item.id


def cite(store: Store, kit: Kit, person: str, incident: str | None, *ids: str) -> Any:
    with store.read() as conn:
        return cited_incident(conn, kit.catalogue, person, incident, ids, today=day(conn))


def test_what_a_person_may_read_may_be_cited(store: Store, kit: Kit) -> None:
    incident = open_incident(store, kit.catalogue)
    found = evidence(store, incident)
    assert cite(store, kit, "maya", incident, found).id == incident
    assert cite(store, kit, "maya", None) is None
    hold, plan = proposed(store, kit, request(incident=incident, evidence=(found,)))
    assert (plan.incident, plan.evidence) == (incident, (found,))
    assert plan.contributors == ("maya",)  # an alert is nobody
    assert hold.id == plan.hold


def test_h12_what_a_person_may_not_read_is_not_there(store: Store, kit: Kit) -> None:
    incident = open_incident(store, kit.catalogue)
    secret = evidence(store, incident, label="restricted")
    said = set()
    for person, name, ids in (("maya", NONE, ()), ("nobody", incident, ()), ("jonas", incident, (secret,))):
        with pytest.raises(NotFound) as caught:
            cite(store, kit, person, name, *ids)
        said.add(caught.value.message.replace("evidence", "incident"))
    assert len(said) == 1


def test_evidence_is_of_the_incident_that_is_named(store: Store, kit: Kit) -> None:
    incident = open_incident(store, kit.catalogue)
    found = evidence(store, incident)
    asked = ask(store, kit.catalogue, principal="tomas", question="Why?", service="shop-orders", environment="lab")
    for name, ids in ((asked.incident_id, (found,)), (incident, (found, "ev_01jd3c4k7w8m9e2f5a6b7c8d9f"))):
        with pytest.raises(NotFound, match="no such evidence"):
            cite(store, kit, "maya", name, *ids)
    with pytest.raises(BadInput, match="no incident"):
        cite(store, kit, "maya", None, found)


def test_h03_who_asked_the_question_has_contributed(store: Store, kit: Kit) -> None:
    asked = ask(store, kit.catalogue, principal="tomas", question="Restart it?", service="shop-orders", environment="lab")
    _, plan = proposed(store, kit, request(incident=asked.incident_id))
    assert plan.contributors == ("maya", "tomas")
    left_out = drafted(store, kit, request(incident=asked.incident_id))
    left_out = left_out.model_copy(update={"contributors": ("maya",)})
    with pytest.raises(Refused) as caught:
        propose(store, kit.roots, body_of(left_out), proposal(kit, left_out, "maya", store_time(store)))
    assert caught.value.rule == "independence"
