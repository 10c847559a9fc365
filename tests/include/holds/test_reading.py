"""Who may see a hold: by grants for all that it touches, by the role to release it, by having made it; nobody else (H12)."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import NotFound
from include.contracts.hold import Hold
from include.contracts.tools import TOOLS, tool
from include.holds import reading
from include.store.database import Store
from tests.holds_kit import Kit
from tests.plans_kit import request, step
from tests.votes_kit import Ground

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ground(store: Store, kit: Kit) -> Ground:
    return Ground(store, kit)


@pytest.fixture
def hold(ground: Ground) -> Hold:
    """Touches shop-orders and shop-frontend."""
    return ground.propose(request(step(), step("shop-frontend")))


def sees(ground: Ground, hold: Hold, person: str) -> bool:
    """By its id and in the list alike."""
    with ground.store.read() as conn:
        who = reading.reader(conn, ground.kit.roots, ground.kit.catalogue.person(person))
        listed = [item.id for item in reading.waiting(conn, who, limit=10)]
        try:
            assert reading.hold(conn, who, hold.id).id == hold.id
        except NotFound:
            assert listed == []
            return False
    assert listed == [hold.id]
    return True


def test_h12_grants_for_everything_that_it_touches_show_it(ground: Ground, hold: Hold) -> None:
    assert sees(ground, hold, "jonas")  # desk-reads
    ground.edit("services", shop_frontend={"classification": "restricted"})
    assert not sees(ground, hold, "jonas"), "one service that a reader may not read of hides the whole"


def test_h12_so_does_a_tool_that_is_more_than_the_service(ground: Ground, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it acts with, or is read back with, is on the page."""
    for name in ("restart_service", "get_service_status"):
        with monkeypatch.context() as patched:
            patched.setitem(TOOLS, name, tool(name).model_copy(update={"label": "restricted"}))
            assert not sees(ground, hold, "jonas"), name
            assert sees(ground, hold, "tomas"), "who may release changes there may read what they release"
    assert sees(ground, hold, "jonas")


def test_h12_the_change_role_shows_what_it_may_release(ground: Ground, hold: Hold) -> None:
    ground.kit.edit_people(lambda rows: rows["jonas"].update(roles=[]))
    assert not sees(ground, hold, "jonas")
    ground.kit.edit_people(lambda rows: rows["jonas"].update(roles=["shop-owner"]))
    assert sees(ground, hold, "jonas")


def test_h12_who_made_it_goes_on_seeing_it(ground: Ground, hold: Hold) -> None:
    ground.kit.edit_people(lambda rows: rows["maya"].update(roles=["sre"]))
    ground.edit("services", shop_frontend={"classification": "restricted"}, shop_orders={"classification": "restricted"})
    assert sees(ground, hold, "maya")
    assert not sees(ground, hold, "ines")


def test_h12_what_nobody_knows_the_services_of_clears_nobody(ground: Ground, hold: Hold) -> None:
    ground.sql("DELETE FROM hold_service")
    assert not sees(ground, hold, "jonas")
    assert sees(ground, hold, "maya")


def test_it_waits_for_whoever_may_still_decide(ground: Ground) -> None:
    ground.edit("approvals", lab={"approvals": 2})
    hold = ground.propose()
    ground.approve(hold, "tomas")

    def waits(person: str) -> Any:
        with ground.store.read() as conn:
            who = reading.reader(conn, ground.kit.roots, ground.kit.catalogue.person(person))
            return reading.waits_for(conn, who, ground.hold(hold))

    assert {name: waits(name) for name in ("maya", "tomas", "priya", "ines")} == {
        "maya": False,
        "tomas": False,
        "priya": True,
        "ines": False,
    }
