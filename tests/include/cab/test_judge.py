"""What a request runs into, within what its principal may know (H12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from include.cab import reading
from include.cab.judge import judged
from include.store import changes, incidents
from include.store.database import Store, new_id, now
from include.triage.reading import reader
from tests.briefing import open_incident
from tests.preparing import NOTES, Preparation

LATER = datetime(2100, 1, 1, tzinfo=UTC)


def assessed(store: Store, catalogue: Any, change: Preparation) -> Any:
    with store.read() as conn:
        return judged(conn, catalogue, incidents.get(conn, change.change_id))


def test_an_open_incident_of_a_touched_service_stands_in_the_way(store: Store, catalogue: Any) -> None:
    incident_id = open_incident(store, catalogue)
    found = assessed(store, catalogue, Preparation.ask(store, catalogue))
    assert [(each.kind, each.name) for each in found.conflicts] == [("incident", incident_id)]


def test_h10_changes_long_past_and_incidents_elsewhere_crowd_none_out(store: Store, catalogue: Any) -> None:
    old = Preparation.ask(store, catalogue, notes=NOTES.replace("2026-12-05", "2026-11-05"))
    found = assessed(store, catalogue, old)
    mine = open_incident(store, catalogue)
    with store.begin() as conn:
        template = incidents.get(conn, mine)
        for number in range(101):
            change_id = new_id("chg")
            given = {"id": change_id, "key": change_id, "service": "shop-payments"}
            incidents.add(conn, incidents.get(conn, old.change_id).model_copy(update=given))
            changes.keep_assessment(conn, change_id, 1, found, at=now(conn))
            elsewhere = {"id": new_id("inc"), "key": f"other:{number}", "service": "shop-payments", "opened_at": LATER}
            incidents.add(conn, template.model_copy(update=elsewhere))
    other = Preparation.ask(store, catalogue)
    other.begin()
    other.assess()
    met = assessed(store, catalogue, Preparation.ask(store, catalogue)).conflicts
    assert {each.name for each in met} == {other.change_id, mine}


def test_another_request_of_the_same_service_in_the_same_window(store: Store, catalogue: Any) -> None:
    other = Preparation.ask(store, catalogue)
    other.begin()
    other.assess()
    later = NOTES.replace("22:00 to 22:30 UTC", "22:15 to 23:00 UTC")
    found = assessed(store, catalogue, Preparation.ask(store, catalogue, notes=later))
    assert [(each.kind, each.name) for each in found.conflicts] == [("change", other.change_id)]
    apart = NOTES.replace("22:00 to 22:30 UTC", "22:30 to 23:00 UTC")
    assert assessed(store, catalogue, Preparation.ask(store, catalogue, notes=apart)).conflicts == ()


def test_h12_what_the_requester_may_not_know_is_no_conflict_and_no_service(store: Store, catalogue: Any) -> None:
    """The service is restricted, and maya's grants do not clear that."""
    open_incident(store, catalogue)
    closed = without(catalogue, "shop-orders", "restricted")
    change = Preparation.ask(store, closed)
    found = assessed(store, closed, change)
    assert found.conflicts == ()
    assert [each.service for each in found.affected if each.service == "shop-orders"] == []
    assert "tomas" not in str(found.to_json()), "nor who owns it"


def test_h12_hidden_dependants_are_not_named(store: Store, catalogue: Any) -> None:
    closed = without(catalogue, "shop-frontend", "restricted")
    found = assessed(store, closed, Preparation.ask(store, closed))
    (row,) = [each for each in found.affected if each.service == "shop-orders"]
    assert row.dependants == ()


def test_h12_a_stranger_sees_no_request_and_no_package(store: Store, catalogue: Any) -> None:
    closed = without(catalogue, "shop-orders", "restricted")
    mine, theirs = Preparation.ask(store, catalogue), Preparation.ask(store, catalogue, person="tomas")
    mine.prepared()
    with store.read() as conn:
        jonas = reader(conn, closed, closed.person("jonas"))
        assert reading.listed(conn, jonas, after=None, limit=10) == []
        maya = reader(conn, closed, closed.person("maya"))
        assert [item.id for item in reading.listed(conn, maya, after=None, limit=10)] == [mine.change_id]
        assert reading.package(conn, maya, reading.change(conn, maya, mine.change_id)).change == mine.change_id
        for who, change_id in ((jonas, mine.change_id), (jonas, theirs.change_id), (maya, theirs.change_id), (maya, "chg_none")):
            said = _refusal(lambda who=who, change_id=change_id: reading.change(conn, who, change_id))
            assert said == "There is no such change request, or none that you may read."


def test_h12_a_package_about_two_services_is_for_who_clears_both(store: Store, catalogue: Any) -> None:
    notes = NOTES.replace("Affected systems: shop-orders", "Affected systems: shop-orders, shop-payments")
    change = Preparation.ask(store, catalogue, notes=notes)
    assert change.prepared().services == ("shop-orders", "shop-payments")
    for names, sees in ((("shop-orders",), False), (("shop-payments",), False), (("shop-orders", "shop-payments"), True)):
        granted = only(catalogue, "jonas", names)
        with store.read() as conn:
            who = reader(conn, granted, granted.person("jonas"))
            found = _found(lambda who=who: reading.package(conn, who, reading.change(conn, who, change.change_id)))
            assert found is sees, names
            assert (
                bool(
                    reading.listed(conn, who, after=None, limit=10)
                    and reading.newest_packages(conn, who, reading.listed(conn, who, after=None, limit=10))
                )
                is sees
            )


def only(catalogue: Any, person: str, services: tuple[str, ...]) -> Any:
    """The catalogue in which this person has one grant: to read about these services."""
    row = next(row for row in catalogue.grants if row.name == "desk-reads")
    grant = row.model_copy(update={"name": "only", "roles": (), "principals": (person,), "services": services})
    others = tuple(row for row in catalogue.grants if not set(row.roles) & set(catalogue.person(person).roles))
    return replace(catalogue, tables={**catalogue.tables, "grants": (*others, grant)})


def _found(look: Callable[[], Any]) -> bool:
    return _refusal(look) == "it was shown"


def _refusal(look: Callable[[], Any]) -> str:
    from include.contracts.errors import NotFound

    try:
        look()
    except NotFound as error:
        return error.message
    return "it was shown"


def test_a_freeze_of_the_calendar(store: Store, catalogue: Any) -> None:
    from include.contracts.catalogue import Freeze

    start, end = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    freeze = Freeze(
        name="year-end", owner="ruth", reason="Closing", services=("*",), environments=("*",), start=start, end=end, allows="none"
    )
    frozen = replace(catalogue, tables={**catalogue.tables, "freezes": (freeze,)})
    found = assessed(store, frozen, Preparation.ask(store, frozen))
    assert [(each.kind, each.name) for each in found.conflicts] == [("freeze", "year-end")]
    assert "conflict-freeze" in {each.rule for each in found.findings}


def without(catalogue: Any, name: str, label: str) -> Any:
    """The catalogue with this service classified so that few may read about it."""
    rows = tuple(
        row.model_copy(update={"classification": label}) if row.name == name else row for row in catalogue.tables["services"]
    )
    return replace(catalogue, tables={**catalogue.tables, "services": rows})
