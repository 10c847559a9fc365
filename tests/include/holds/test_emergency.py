"""Emergencies beside the rules: what waits for them finds, where an undelivered page goes, who may look at what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from include.contracts.errors import Conflict, NotFound, Refused
from include.contracts.statement import Revocation, Revoked
from include.delivery.send import send
from include.holds import enrolment, reading
from include.holds.revoke import revoke
from include.holds.waiting import release, wait
from include.store.database import now
from include.store.tables.desk import delivery
from include.store.times import shifted
from include.trace.audience import Audience
from tests.holds_kit import Kit
from tests.standing_kit import Standing
from tests.votes_kit import Ground


@pytest.fixture
def standing(store: Any, kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Standing:
    for name, value in {**kit.environ, "HOLDPOINT_PAGES": str(tmp_path / "pages.jsonl")}.items():
        monkeypatch.setenv(name, value)
    kit.edit_people(lambda people: people["ines"]["roles"].append("auditor"))
    ground = Ground(store, kit)
    ground.edit("approvals", lab={"approvals": 2})
    return Standing(ground)


def test_an_emergency_that_is_not_paged_yet_is_approved_and_not_released(standing: Standing) -> None:
    store, catalogue = standing.ground.store, standing.ground.kit.catalogue
    hold = standing.ground.propose()
    pages = standing.declare(hold, "priya", standing.incident(), sent=False)
    standing.ground.approve(hold, "tomas")
    assert wait(store, catalogue, hold.id) is None
    with pytest.raises(Refused) as refusal:
        release(store, catalogue, hold.id)
    assert refusal.value.rule == "paged"
    standing.send(pages)
    assert release(store, catalogue, hold.id).judgement.releasable


def test_a_standard_change_is_waited_for_by_nobody(standing: Standing) -> None:
    hold = standing.claim(standing.filed())
    store, catalogue = standing.ground.store, standing.ground.kit.catalogue
    assert wait(store, catalogue, hold.id) is None
    assert release(store, catalogue, hold.id).judgement.approvals == ()


def test_h10_a_page_that_cannot_be_delivered_goes_up_the_touched_service_s_chain(
    standing: Standing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the declaration's own mark: the incident's pages are others, and have been sent long since."""
    ground = standing.ground
    ground.edit(
        "escalations",
        shop={
            "levels": [
                {"tell": "tomas", "channel": "pager-file", "after_minutes": 0},
                {"tell": "maya", "channel": "pager-log", "after_minutes": 10},
                {"tell": "ruth", "channel": "pager-log", "after_minutes": 30},
            ]
        },
    )
    (tmp_path / "no").write_text("a file, not a folder")
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "no" / "pages.jsonl"))
    hold = ground.propose()
    (page,) = standing.declare(hold, "priya", standing.incident("shop-frontend"), sent=False)
    with ground.store.begin() as conn:
        conn.execute(update(delivery).values(created_at=shifted(now(conn), seconds=-700)))
    assert not send(ground.store, ground.kit.catalogue, page, pytest.fail)
    with ground.store.read() as conn:
        rows = conn.execute(delivery.select().order_by(delivery.c.level)).mappings().all()
    first, second = rows
    assert (first["state"], second["recipient"], second["service"]) == ("failed", "maya", "shop-orders")
    assert second["mark"] == first["mark"].removesuffix("0") + "1"
    standing.send((second["id"],))
    ground.approve(hold, "tomas")
    ground.refused_release("paged", hold)  # maya proposed it: she knew


def test_h12_who_reviews_emergencies_reads_those_that_were_released(standing: Standing) -> None:
    ground, hold = standing.ground, standing.urgent()
    ground.kit.edit_people(lambda people: people["ines"].update(roles=["auditor"]))

    def look() -> Any:
        with ground.store.read() as conn:
            who = reading.reader(conn, ground.kit.roots, ground.kit.catalogue.person("ines"))
            narrow = reading.Reader(who.roots, who.person, who.today)
            return reading.hold(conn, narrow, hold.id)

    ground.sql("DELETE FROM hold_service")  # nothing clears her otherwise
    with pytest.raises(NotFound):
        look()
    ground.consume(hold)
    assert look().id == hold.id


def test_h12_a_template_s_entries_are_seen_by_who_may_read_its_services(standing: Standing) -> None:
    template = standing.filed()
    standing.ground.kit.edit_people(lambda people: people["jonas"].update(roles=[]))
    catalogue = standing.ground.kit.catalogue
    with standing.ground.store.read() as conn:
        assert Audience(conn, catalogue, catalogue.person("tomas")).may_see(template.id)
        assert not Audience(conn, catalogue, catalogue.person("jonas")).may_see(template.id)


def test_h03_a_revocation_of_a_template_is_one_of_nothing_else(standing: Standing) -> None:
    ground, template = standing.ground, standing.filed()
    said = {"what": Revoked.TEMPLATE, "subject": template.id, "reason": "No."}
    signed = ground.kit.sign(Revocation(**ground.kit.stated("tomas", ground.now), **said))
    for work in (enrolment.revoke, revoke):
        with pytest.raises(Refused) as refusal:
            work(ground.store, ground.kit.roots, signed)
        assert refusal.value.rule == "signature"
    assert not ground.entries(kind="template.revoked")
    standing.end(template, "priya")
    with pytest.raises(Conflict):
        standing.end(template, "tomas")
