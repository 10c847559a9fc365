"""Notes from a ticket and from a possible cause, with the asker's permissions."""

from __future__ import annotations

from typing import Any

import pytest

from include.cab.request import request_from
from include.contracts.cab import Origin
from include.contracts.errors import BadInput, NotFound
from include.store import changes, desk
from include.store.database import Store
from tests.briefing import RUN, Stages, open_incident


def asked(store: Store, catalogue: Any, person: str = "maya", **given: str) -> Any:
    done = request_from(store, catalogue, principal=person, environment="lab", **given)
    with store.read() as conn:
        return changes.notes_of(conn, done.change_id)


def opened(store: Store, label: str = "internal") -> int:
    with store.begin() as conn:
        number, _ = desk.open_ticket(
            conn,
            mark="test:1",
            queue="shop",
            title="Restart shop-orders tonight",
            label=label,
            assignee="tomas",
            incident_id=None,
            service="shop-orders",
        )
        for seen in ("internal", "security"):
            desk.add_comment(
                conn, number=number, mark=f"test:{seen}", author="jonas", label=seen, body=f"Rollback: none ({seen})"
            )
    return number


def test_a_ticket_with_the_comments_that_the_asker_may_read(store: Store, catalogue: Any) -> None:
    notes = asked(store, catalogue, ticket=f"desk-{opened(store)}")
    assert (notes.origin, notes.text.startswith("# Restart shop-orders tonight")) == (Origin.TICKET, True)
    assert "Rollback: none (internal)" in notes.text
    assert "(security)" not in notes.text


def test_h12_a_ticket_that_the_asker_may_not_read_is_not_there(store: Store, catalogue: Any) -> None:
    number = opened(store, label="security")
    with pytest.raises(NotFound, match="no such ticket, or none that you may read"):
        asked(store, catalogue, ticket=f"DESK-{number}")
    with pytest.raises(NotFound, match="no such ticket, or none that you may read"):
        asked(store, catalogue, ticket="DESK-999")


@pytest.mark.parametrize("ticket", ["7", "DESK-", "DESK-x", "DESK--7", "DESK-١", "INC0010023", "DESK-" + "9" * 40, "'; drop"])
def test_what_is_no_tickets_name_is_refused(store: Store, catalogue: Any, ticket: str) -> None:
    with pytest.raises(BadInput, match="DESK-7"):
        asked(store, catalogue, ticket=ticket)


@pytest.mark.parametrize(
    "given", [{}, {"notes": "  "}, {"notes": "x", "ticket": "DESK-1"}, {"ticket": "DESK-1", "incident": "inc"}]
)
def test_exactly_one_source_is_given(store: Store, catalogue: Any, given: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="exactly one"):
        asked(store, catalogue, **given)


def test_a_cause_from_a_brief_becomes_notes_that_ask_for_the_rest(store: Store, catalogue: Any) -> None:
    from include.contracts.brief import Hypothesis
    from include.store import briefs

    stages = Stages(store, catalogue, open_incident(store, catalogue))
    stages.collect(stages.begin()["get_service_status"])
    stages.draft()
    with store.begin() as conn:
        row = briefs.latest(conn, stages.incident_id)
        assert row is not None
        brief = briefs.read(row)
        cause = Hypothesis(
            id="H1", statement="A worker leaks", score=50, supports=(brief.facts[0].id,), refuted_by="Compare the memory."
        )
        newer = brief.model_copy(update={"hypotheses": (cause,), "version": 2})
        briefs.add(conn, newer, briefing=1, run_id=RUN)
    notes = asked(store, catalogue, incident=stages.incident_id, hypothesis="H1")
    assert (notes.origin, notes.reference) == (Origin.HYPOTHESIS, f"{stages.incident_id} H1")
    assert "A worker leaks" in notes.text
    with pytest.raises(NotFound, match="no such hypothesis"):
        asked(store, catalogue, incident=stages.incident_id, hypothesis="H2")
