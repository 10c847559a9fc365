"""Incidents that the agent has caused: said once, owned, open until reviewed."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import BadInput, Conflict, Denied, NotFound
from include.fleet import agent_caused
from include.store.database import Store
from include.trace.audience import Audience
from tests.clock import Clock
from tests.include.fleet.conftest import Ask, Week, rows, without_grants


def say(store: Store, catalogue: Any, person: str, incident: str, text: str = "It proposed the wrong restart.") -> int:
    with store.begin() as conn:
        return agent_caused.mark(conn, catalogue, catalogue.person(person), incident, text)


def end(store: Store, catalogue: Any, person: str, incident: str, text: str = "The runbook was wrong.") -> int:
    with store.begin() as conn:
        return agent_caused.review(conn, catalogue, catalogue.person(person), incident, text)


@pytest.mark.both_databases
def test_said_it_stands_among_failures_with_its_owner_until_it_is_reviewed(
    store: Store, catalogue: Any, week: Week, ask: Ask
) -> None:
    say(store, catalogue, "tomas", week.incident)
    found = ask("failures")
    (row,) = rows(found, 1)
    assert (row["incident"], row["marked_by"], row["owner"], row["review"]) == (week.incident, "tomas", "maya", "open")
    assert "wait for a review" in found.remarks[0]
    assert {"what": "caused by the agent", "rule": "", "count": 1} in rows(found)
    with pytest.raises(Conflict):
        say(store, catalogue, "maya", week.incident)
    with pytest.raises(Denied):
        end(store, catalogue, "tomas", week.incident)
    end(store, catalogue, "maya", week.incident)
    (row,) = rows(ask("failures"), 1)
    assert row["review"].startswith("by maya on ")
    assert ask("failures").remarks == ()
    with pytest.raises(Conflict):
        end(store, catalogue, "maya", week.incident)


def test_an_open_review_stands_there_however_old_it_is(store: Store, catalogue: Any, week: Week, ask: Ask, clock: Clock) -> None:
    clock.move(-60 * 86_400)
    say(store, catalogue, "maya", week.incident)
    clock.move(0)
    assert len(rows(ask("failures"), 1)) == 1
    end(store, catalogue, "maya", week.incident)
    assert rows(ask("failures"), 1) == []


def test_h12_who_may_not_read_the_incident_cannot_say_it_nor_see_it(store: Store, catalogue: Any, week: Week, ask: Ask) -> None:
    none = without_grants(catalogue)
    for incident in (week.incident, "inc_00000000000000000000000000"):
        with pytest.raises(NotFound) as refused:
            say(store, none, "jonas", incident)
        assert incident not in str(refused.value)
    say(store, catalogue, "maya", week.incident)
    assert rows(ask("failures", "jonas", none), 1) == []
    with store.read() as conn:
        assert not Audience(conn, none, none.person("jonas")).may_see(week.incident)


def test_what_nobody_has_said_is_not_reviewed(store: Store, catalogue: Any, week: Week) -> None:
    with pytest.raises(Conflict, match="Nobody"):
        end(store, catalogue, "maya", week.incident)


@pytest.mark.parametrize("text", ["", " \n", "\u202e", "x" * 4_001])
def test_words_that_cannot_be_kept_are_refused(store: Store, catalogue: Any, week: Week, text: str) -> None:
    with pytest.raises(BadInput):
        say(store, catalogue, "maya", week.incident, text)
