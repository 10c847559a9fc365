"""A change request from the notes to the review task, through the store alone, on either database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from include.contracts.errors import BadInput, Conflict, NotFound
from include.delivery.reconcile import reconcile
from include.store import dispatches, incidents
from include.store.database import Store
from include.store.tables.desk import comment, delivery, ticket
from include.store.verify import verify
from include.triage.begin import begin as begin_triage
from tests.preparing import NOTES, Preparation

pytestmark = pytest.mark.both_databases


def count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def test_from_the_notes_to_the_review_task_and_once_more_changes_nothing(store: Store, catalogue: Any) -> None:
    change = Preparation.ask(store, catalogue)
    planned = change.begin()
    failed = change.collect(planned)
    assert "search_tickets" in failed
    found = change.assess()
    assert (found.rollback.value, found.validation.value, found.type.value) == ("present", "present", "normal")
    first = change.draft()
    filed = change.file()
    request, _ = change.offer()
    routed = change.route()
    assert (filed.system, filed.outcome) == ("embedded", "created")
    assert (first.version, first.new, routed.version) == (1, True, 1)
    assert request is not None
    assert change.begin() == planned
    change.assess()
    assert change.file().outcome == "unchanged"
    again, routed_again = change.draft(), change.route()
    assert (again.version, again.new, routed_again.ticket) == (1, False, routed.ticket)
    assert count(store, ticket) == 2, "the review task and the draft"
    with store.read() as conn:
        assert (dispatches.get(conn, change.change_id, 1) or {})["state"] == "briefed"
        assert not incidents.listed(conn, 10), "a change request is no incident"
    told = {"change.requested", "change.begun", "tool.called", "tool.failed", "change.assessed", "package.drafted"}
    assert told | {"draft.filed", "change.offered", "change.routed"} <= set(change.kinds())
    assert verify(store).ok


def test_the_package_quotes_the_notes_by_question_and_what_was_read_beside_them(store: Store, catalogue: Any) -> None:
    package = Preparation.ask(store, catalogue).prepared()
    said = {fact.id: fact.statement for fact in package.facts}
    assert ["pool of shop-orders stays exhausted" in said[key] for key in package.headed.why] == [True]
    assert any("22:00 to 22:30 UTC" in said[key] for key in package.headed.when)
    assert any("redeploy release 1.4.2" in said[key] for key in package.headed.way_back)
    assert any("answers 200" in said[key] for key in package.headed.checks)
    assert any("shop-orders (Order service) is tier 1" in text for text in said.values())
    assert package.services == ("shop-orders",)
    assert {name for each in package.deciders for name in each.people} == {"tomas", "priya"} - {"maya"} or package.deciders
    assert "maya" not in {name for each in package.deciders for name in each.people}
    assert any(gap.tool == "search_tickets" for gap in package.missing)
    assert package.worries, "tier 1 with a dependant is something to worry about"


def test_another_runs_preparation_is_not_worked_on(store: Store, catalogue: Any) -> None:
    from include.cab.begin import begin_change
    from include.cab.judge import assess_change

    change = Preparation.ask(store, catalogue)
    change.begin()
    with pytest.raises(Conflict):
        begin_change(store, catalogue, change_id=change.change_id, briefing=1, run="another")
    with pytest.raises(Conflict):
        assess_change(store, catalogue, change_id=change.change_id, briefing=1, run="another")


def test_h10_without_a_package_the_owner_has_a_task_that_says_so(store: Store, catalogue: Any) -> None:
    change = Preparation.ask(store, catalogue)
    change.begin()
    with pytest.raises(Conflict, match="Nothing was assessed"):
        change.draft()
    routed = change.route()
    assert routed.version is None
    with store.read() as conn:
        (said,) = conn.scalars(select(comment.c.body))
        assert "could not be prepared" in said
        assert conn.scalar(select(ticket.c.assignee)) == "tomas"
        assert (dispatches.get(conn, change.change_id, 1) or {})["state"] == "escalated"


@pytest.mark.parametrize("drafted", [False, True])
def test_h10_reconcile_tells_the_owner_what_a_dead_run_left(store: Store, catalogue: Any, drafted: bool) -> None:
    hasty = replace(catalogue, settings=catalogue.settings.model_copy(update={"brief_deadline_minutes": 0}))
    change = Preparation.ask(store, catalogue)
    change.begin()
    change.assess()
    if drafted:
        change.draft()
    assert [reconcile(store, hasty, lambda _: None).escalated for _ in range(2)] == [1, 0]
    with store.read() as conn:
        (said,) = conn.scalars(select(comment.c.body))
    assert ("No package within" in said, f"version 1: ./holdpoint change show {change.change_id}" in said) == (
        not drafted,
        drafted,
    )


def test_triage_claims_no_change_request(store: Store, catalogue: Any) -> None:
    change = Preparation.ask(store, catalogue)
    with pytest.raises(NotFound, match="is a change request"):
        begin_triage(store, catalogue, incident_id=change.change_id, briefing=1, run="incident_triage-run")
    assert change.begin()


def test_notes_that_name_no_service_are_the_requesters_and_read_nothing(store: Store, catalogue: Any) -> None:
    change = Preparation.ask(store, catalogue, notes="# Move the printers\n\nWe move the printers to the second floor.\n")
    assert change.begin() == []
    change.assess()
    change.draft()
    assert change.offer()[0] is None
    change.route()
    package = change.package()
    assert (package.services, package.deciders) == ((), ())
    assert [worry.rule for worry in package.worries][:2] == ["rollback-missing", "validation-missing"]
    with store.read() as conn:
        assert conn.scalar(select(ticket.c.assignee)) == "maya"


@pytest.mark.parametrize("environment", ["", "moon", "LAB", "lab "])
def test_an_environment_of_no_service_is_refused(store: Store, catalogue: Any, environment: str) -> None:
    with pytest.raises(BadInput, match="environment"):
        Preparation.ask(store, catalogue, environment=environment)
    assert count(store, ticket) == 0


@pytest.mark.parametrize(
    "notes", ["", "  \n\t", b"%PDF-1.7 notes", b"\x00\x01", "x" * 5_000_001], ids=["empty", "blank", "pdf", "zero", "long"]
)
def test_notes_that_are_none_are_refused_and_nothing_is_kept(store: Store, catalogue: Any, notes: Any) -> None:
    with pytest.raises(BadInput):
        Preparation.ask(store, catalogue, notes=notes)
    with store.read() as conn:
        assert not conn.execute(select(dispatches.dispatch)).first()


def test_only_people_of_the_catalogue_ask(store: Store, catalogue: Any) -> None:
    with pytest.raises(NotFound):
        Preparation.ask(store, catalogue, person="nobody")


def test_secrets_in_the_notes_are_kept_nowhere(store: Store, catalogue: Any) -> None:
    secret = "hunter2-Correct-Horse"
    change = Preparation.ask(store, catalogue, notes=NOTES + f"\nThe password is: {secret}\npassword={secret}\n")
    change.prepared()
    with store.read() as conn:
        for table in store_tables():
            for row in conn.execute(select(table)).mappings():
                assert f"password={secret}" not in str(dict(row))


@pytest.mark.parametrize(
    "parted",
    [
        ("# Restart", "# pass**word**={} restart"),
        ("Purpose: ", "Purpose: set pass**word**={} as "),
        ("Check that the queue", "Set pass__word__={} so that the queue"),
    ],
    ids=["title", "purpose", "step"],
)
def test_h09_a_secret_whose_name_is_parted_by_marks_leaves_the_notes_in_no_form(
    store: Store, catalogue: Any, parted: tuple[str, str]
) -> None:
    secret = "hunter2-Correct-Horse"
    Preparation.ask(store, catalogue, notes=NOTES.replace(parted[0], parted[1].format(secret), 1)).prepared()
    with store.read() as conn:
        for table in store_tables():
            for row in conn.execute(select(table)).mappings():
                assert table.name == "change_notes" or secret not in str(dict(row)), table.name


def test_nobody_waits_while_notes_are_read(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from include.cab import begin, request
    from include.store import ledger

    order: list[str] = []
    locked, named = ledger.lock, request.services_of
    monkeypatch.setattr(ledger, "lock", lambda conn: (order.append("lock"), locked(conn))[1])
    for module in (request, begin):
        monkeypatch.setattr(module, "services_of", lambda *a, **k: (order.append("read"), named(*a, **k))[1])
    change = Preparation.ask(store, catalogue)
    change.begin()
    assert [order[at : at + 2] for at in range(0, len(order), 2)] == [["read", "lock"], ["read", "lock"]]


def store_tables() -> list[Any]:
    from include.store.schema import metadata

    return [table for table in metadata.tables.values() if table.name not in {"payload"}]


def test_h10_reconcile_gives_the_owner_of_a_late_request_a_task_once(store: Store, catalogue: Any, clock: Any) -> None:
    from include.delivery.reconcile import reconcile
    from tests.briefing import endpoint

    Preparation.ask(store, catalogue)
    assert reconcile(store, catalogue, endpoint).escalated == 0
    clock.move(60 * catalogue.settings.brief_deadline_minutes + 1)
    assert reconcile(store, catalogue, endpoint).escalated == 1
    assert reconcile(store, catalogue, endpoint).escalated == 0
    with store.read() as conn:
        (said,) = conn.scalars(select(comment.c.body))
    assert "No package within" in said
    assert count(store, delivery) == 0, "nobody is woken for it"
