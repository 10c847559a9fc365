"""A plan gets into the store only as it would be made today, signed by somebody who may propose it, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.contracts.errors import BadInput, Conflict, NotFound, Refused
from include.contracts.hold import HoldState
from include.contracts.plan import Plan
from include.contracts.statement import Decision, Proposal, Signed, Vote
from include.holds.derive import derive, request_of
from include.holds.digest import body_of, digest_of, read_plan
from include.holds.move import move
from include.holds.propose import draft, propose
from include.store import holds, ledger, plans, statements
from include.store.database import Store
from tests.holds_kit import Kit, store_time
from tests.overlap import at_once, servers
from tests.plans_kit import drafted, proposal, proposed, request, step

pytestmark = pytest.mark.both_databases


def refused(store: Store, kit: Kit, plan: Plan, signed: Signed, rule: str, body: str | None = None) -> None:
    """Nothing is stored but the refusal's entry, which names the rule."""
    before = _entries(store)
    with pytest.raises(Refused) as caught:
        propose(store, kit.roots, body or body_of(plan), signed)
    assert caught.value.rule == rule, caught.value
    new = _entries(store)[len(before) :]
    assert [(entry.kind, entry.subject, entry.payload["rule"]) for entry in new] == [("statement.refused", plan.hold, rule)]
    with store.read() as conn:
        assert statements.of_subject(conn, plan.hold) == []
        with pytest.raises(NotFound):
            plans.get_body(conn, plan.id)


def _entries(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(ledger.entries(conn))


def test_h03_what_was_drafted_and_signed_is_kept_with_its_entry(store: Store, kit: Kit) -> None:
    hold, plan = proposed(store, kit)
    assert (hold.id, hold.state, hold.revision, hold.plan_digest) == (plan.hold, HoldState.PROPOSED, 0, digest_of(plan))
    with store.read() as conn:
        assert read_plan(plans.get_body(conn, plan.id)) == plan
        assert holds.services_of(conn, hold.id) == plan.services == ("shop-orders",)
        (row,) = statements.of_subject(conn, hold.id)
        (entry,) = ledger.entries(conn, subject=hold.id)
    assert (entry.kind, entry.actor, entry.seq) == ("hold.proposed", "maya", row.seq)
    assert entry.payload["plan_digest"] == hold.plan_digest
    assert entry.payload["statement"] == row.digest


def test_h03_a_plan_is_proposed_once(store: Store, kit: Kit) -> None:
    plan = drafted(store, kit)
    signed = proposal(kit, plan, "maya", store_time(store))
    propose(store, kit.roots, body_of(plan), signed)
    entries = len(_entries(store))
    for again in (signed, proposal(kit, plan, "maya", store_time(store))):
        with pytest.raises(Conflict, match="before"):
            propose(store, kit.roots, body_of(plan), again)
    assert len(_entries(store)) == entries


# -- Whose word it is --------------------------------------------------------------------------------------------------


def test_h03_with_anothers_key(store: Store, kit: Kit) -> None:
    plan = drafted(store, kit)
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store), by="tomas"), "signature")
    as_maya = proposal(kit, plan, "maya", store_time(store), key=kit.key_id("tomas"), by="tomas")
    refused(store, kit, plan, as_maya, "key")


def test_h03_with_a_revoked_key_or_person(store: Store, kit: Kit) -> None:
    plan = drafted(store, kit)
    kit.revoke_outside(keys=[kit.key_id("maya")])
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store)), "key")
    kit.revoke_outside(people=["maya"])
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store)), "key")


def test_h03_with_a_key_of_another_environment(store: Store, kit: Kit) -> None:
    plan = drafted(store, kit)
    kit.edit_people(lambda rows: rows["maya"]["ssh_keys"][0].update(environments=["production"]))
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store)), "key")


def test_h02_somebody_whom_no_grant_allows_cannot_propose(store: Store, kit: Kit) -> None:
    with pytest.raises(Refused, match="no grant allows ines") as caught:
        drafted(store, kit, person="ines")
    assert caught.value.rule == "role"
    plan = _made(kit, drafted(store, kit), contributors=["ines"], observed_by="ines")
    refused(store, kit, plan, proposal(kit, plan, "ines", store_time(store)), "role")


@pytest.mark.parametrize("minutes", [-11, 1])
def test_h03_a_proposal_of_another_time(store: Store, kit: Kit, minutes: int) -> None:
    plan = drafted(store, kit)
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store) + timedelta(minutes=minutes)), "fresh")


@pytest.mark.parametrize("minutes", [-11, 1])
def test_h03_a_plan_whose_clocks_somebody_set(store: Store, kit: Kit, minutes: int) -> None:
    plan = drafted(store, kit)
    plan = _made(kit, plan, proposed_at=plan.proposed_at + timedelta(minutes=minutes))
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store)), "fresh")


def test_h03_a_database_whose_clock_was_set_back(store: Store, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = drafted(store, kit)
    signed = proposal(kit, plan, "maya", store_time(store))
    monkeypatch.setattr("include.holds.propose.now", lambda conn: "2001-01-01T00:00:00.000000Z")
    refused(store, kit, plan, signed, "clock")


# -- What was signed ---------------------------------------------------------------------------------------------------


def test_h03_the_proposal_of_another_plan_or_hold(store: Store, kit: Kit) -> None:
    plan, other = drafted(store, kit), drafted(store, kit)
    refused(store, kit, plan, proposal(kit, other, "maya", store_time(store)), "plan_intact")
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store), hold=other.hold), "plan_intact")


@pytest.mark.parametrize(
    "edit",
    [
        {"quorum": {"approvals": 1, "roles": ["security"], "outside_sources": []}},
        {"callouts": []},
        {"risk": "low"},
        {"risk_reasons": ["It is harmless"]},
        {"entries": [{"kind": "service", "name": "shop-orders", "digest": "0" * 64}] * 2},
        {"approve_by": "2026-12-31T00:00:00Z", "execute_by": "2026-12-31T00:00:00Z"},
        {"execute_by": "2027-01-01T00:00:00Z"},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_h03_a_plan_that_is_not_what_its_request_makes(store: Store, kit: Kit, edit: dict[str, Any]) -> None:
    plan = _edited(drafted(store, kit), edit)
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store)), "derived")


def test_h03_a_plan_for_a_catalogue_that_was_changed(store: Store, kit: Kit) -> None:
    plan = drafted(store, kit)
    path = kit.folder / "config" / "services.yaml"
    path.write_text(path.read_text().replace("tier: 1", "tier: 2"))
    kit.reload()
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store)), "derived")


def test_h03_a_plan_for_tools_that_were_changed(store: Store, kit: Kit) -> None:
    plan = drafted(store, kit)
    kit.seal_tools("production")
    refused(store, kit, plan, proposal(kit, plan, "maya", store_time(store)), "derived")


def test_h03_contributors_are_neither_left_out_nor_made_up(store: Store, kit: Kit) -> None:
    plan = drafted(store, kit)
    for named in (["maya", "priya"], ["priya"], ["tomas"]):  # priya could not vote any more; maya could
        forged = _made(kit, plan, contributors=named, observed_by=named[0])
        refused(store, kit, forged, proposal(kit, forged, "maya", store_time(store)), "independence")


def test_h03_a_workflow_that_had_a_hand_in_it_may_be_named(store: Store, kit: Kit) -> None:
    hold, plan = proposed(store, kit, drafted_by=["change_request@service"])
    assert plan.contributors == ("change_request@service", "maya")
    assert hold.state is HoldState.PROPOSED


# -- Editing -----------------------------------------------------------------------------------------------------------


def test_h03_an_edit_ends_the_old_hold_and_unites_the_contributors(store: Store, kit: Kit) -> None:
    first, _ = proposed(store, kit, person="maya")
    second, plan = proposed(store, kit, person="tomas", supersedes=first.id)
    third, last = proposed(store, kit, person="priya", supersedes=second.id)
    assert plan.contributors == ("maya", "tomas")
    assert last.contributors == ("maya", "priya", "tomas")
    with store.read() as conn:
        old = holds.get(conn, first.id)
        kinds = [(entry.kind, entry.actor) for entry in ledger.entries(conn, subject=first.id)]
    assert (old.state, old.superseded_by) == (HoldState.SUPERSEDED, second.id)
    assert kinds == [("hold.proposed", "maya"), ("hold.superseded", "tomas")]
    assert (third.supersedes, third.state) == (second.id, HoldState.PROPOSED)


@pytest.mark.parametrize("state", [HoldState.REJECTED, HoldState.REVOKED, HoldState.EXPIRED])
def test_h03_what_was_decided_is_not_edited(store: Store, kit: Kit, state: HoldState) -> None:
    first, _ = proposed(store, kit)
    edit = drafted(store, kit, person="tomas", supersedes=first.id)
    with store.begin() as conn:
        ledger.lock(conn)
        move(conn, holds.get(conn, first.id), state, actor="reconcile@service")
    with pytest.raises(Conflict, match=state.value):
        propose(store, kit.roots, body_of(edit), proposal(kit, edit, "tomas", store_time(store)))
    with pytest.raises(Conflict, match=state.value):
        drafted(store, kit, supersedes=first.id)


def test_h03_of_two_edits_one_counts(store: Store, kit: Kit) -> None:
    first, _ = proposed(store, kit)
    one, other = (drafted(store, kit, person=name, supersedes=first.id) for name in ("maya", "tomas"))
    propose(store, kit.roots, body_of(one), proposal(kit, one, "maya", store_time(store)))
    with pytest.raises(Conflict, match="superseded"):
        propose(store, kit.roots, body_of(other), proposal(kit, other, "tomas", store_time(store)))


def test_h03_an_edit_that_hides_who_made_the_first(store: Store, kit: Kit) -> None:
    first, _ = proposed(store, kit, person="maya")
    edit = _made(kit, drafted(store, kit, person="tomas", supersedes=first.id), contributors=["tomas"])
    refused(store, kit, edit, proposal(kit, edit, "tomas", store_time(store)), "independence")


def test_h03_an_edit_of_a_plan_that_was_changed_in_the_store(store: Store, kit: Kit) -> None:
    from sqlalchemy import update

    from include.store.tables.hold import plan as table

    first, plan = proposed(store, kit)
    edit = drafted(store, kit, person="tomas", supersedes=first.id)
    forged = plan.model_copy(update={"contributors": ("ines",)})
    with store.begin() as conn:
        conn.execute(update(table).where(table.c.id == plan.id).values(body=body_of(forged)))
    refused(store, kit, edit, proposal(kit, edit, "tomas", store_time(store)), "plan_intact")


def test_h02_nobody_ends_by_an_edit_what_they_could_not_propose(store: Store, kit: Kit) -> None:
    first, _ = proposed(store, kit, request(step("shop-payments")))
    path = kit.folder / "config" / "grants.yaml"
    path.write_text(path.read_text().replace("[shop-frontend, shop-orders, shop-payments]", "[shop-orders]"))
    kit.reload()
    proposed(store, kit, person="tomas")  # of its own it may be
    with pytest.raises(Refused, match="no grant allows tomas") as caught:
        drafted(store, kit, person="tomas", supersedes=first.id)
    assert caught.value.rule == "role"
    edit = _made(kit, drafted(store, kit, person="tomas"), supersedes=first.id, contributors=["maya", "tomas"])
    refused(store, kit, edit, proposal(kit, edit, "tomas", store_time(store)), "role")


def test_h03_an_edit_stays_in_its_environment(store: Store, kit: Kit) -> None:
    """Else a key that is good for the lab alone could end what waits in production."""
    kit.seal_tools("production")
    first, _ = proposed(store, kit, request(environment="production"))
    kit.seal_tools("lab")
    with pytest.raises(Refused) as caught:
        drafted(store, kit, person="tomas", supersedes=first.id)
    assert caught.value.rule == "environment"
    edit = _made(kit, drafted(store, kit, person="tomas"), supersedes=first.id, contributors=["maya", "tomas"])
    refused(store, kit, edit, proposal(kit, edit, "tomas", store_time(store)), "environment")


def test_h03_nobody_says_that_another_has_observed_it(store: Store, kit: Kit) -> None:
    first, plan = proposed(store, kit)
    wanted = request_of(plan)  # observed by maya
    with store.read() as conn:
        kept = draft(conn, kit.roots, wanted, "tomas", first.id)
    assert kept.steps[0].observed_by == "maya"
    other = wanted.model_copy(update={"steps": (step(pid=1, observed_at=wanted.steps[0].observed_at),)})
    for supersedes in (first.id, None):
        with store.read() as conn, pytest.raises((Refused, BadInput), match=r"not observed so by maya|did not contribute"):
            draft(conn, kit.roots, other, "tomas", supersedes)
    edit = _made(kit, kept, observed_by="maya")
    refused(store, kit, edit, proposal(kit, edit, "tomas", store_time(store)), "independence")
    own = other.model_copy(update={"steps": (other.steps[0].model_copy(update={"observed_by": None}),)})
    with store.read() as conn:
        assert draft(conn, kit.roots, own, "tomas", first.id).steps[0].observed_by == "tomas"


def test_h03_two_edits_at_the_same_moment(store: Store, kit: Kit) -> None:
    first, _ = proposed(store, kit)
    edits = {name: drafted(store, kit, person=name, supersedes=first.id) for name in ("maya", "tomas")}
    signed = {name: proposal(kit, edit, name, store_time(store)) for name, edit in edits.items()}
    with servers(store, 2) as machines:

        def work(name: str, machine: Store) -> Any:
            try:
                return propose(machine, kit.roots, body_of(edits[name]), signed[name]).id
            except Conflict:
                return None

        found = at_once(*(lambda n=n, m=m: work(n, m) for n, m in zip(edits, machines, strict=True)))  # type: ignore[misc]
    (winner,) = [hold for hold in found if hold is not None]
    with store.read() as conn:
        assert holds.get(conn, first.id).superseded_by == winner
        assert [entry.kind for entry in ledger.entries(conn, subject=first.id)] == ["hold.proposed", "hold.superseded"]


def test_h12_an_edit_tells_nobody_of_what_they_may_not_read(store: Store, kit: Kit) -> None:
    """Neither that it is there nor what became of it."""
    first, _ = proposed(store, kit, request(step("shop-payments")))
    kit.edit_people(lambda rows: rows["tomas"].update(roles=["desk-unknown"]))
    with pytest.raises(NotFound, match="none that you may read"):
        drafted(store, kit, person="tomas", supersedes=first.id)
    with store.begin() as conn:
        ledger.lock(conn)
        move(conn, holds.get(conn, first.id), HoldState.REVOKED, actor="maya")
    with pytest.raises(NotFound, match="none that you may read"):
        drafted(store, kit, person="tomas", supersedes=first.id)


def test_there_is_nothing_to_edit(store: Store, kit: Kit) -> None:
    with pytest.raises(NotFound):
        drafted(store, kit, supersedes="hold_01jd3c4k7w8m9e2f5a6b7c8d9e")


# -- Garbage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    ["", "{}", "[]", "null", '{"format":"holdpoint.plan.v1"}', "{" * 100_000, "\ud800", '{"a":1,"a":1}'],
    ids=range(8),
)
def test_what_is_no_plan_is_refused_before_anything_is_stored(store: Store, kit: Kit, body: str) -> None:
    plan = drafted(store, kit)
    entries = len(_entries(store))
    with pytest.raises(BadInput):
        propose(store, kit.roots, body, proposal(kit, plan, "maya", store_time(store)))
    assert len(_entries(store)) == entries


def test_a_plan_beyond_measure_is_not_even_read(store: Store, kit: Kit) -> None:
    signed = proposal(kit, drafted(store, kit), "maya", store_time(store))
    with pytest.raises(BadInput, match="more than 1000000 characters"):
        propose(store, kit.roots, "x" * 1_000_001, signed)


def test_a_plan_in_another_spelling_is_refused(store: Store, kit: Kit) -> None:
    import json

    plan = drafted(store, kit)
    signed = proposal(kit, plan, "maya", store_time(store))
    bodies = [json.dumps(plan.to_json()), body_of(plan) + "\n", body_of(plan).replace("Z", "+00:00")]
    bodies.append(body_of(plan).replace('"supersedes":null,', '"supersedes":null,"supersedes":null,'))
    for body in bodies:
        with pytest.raises(BadInput):
            propose(store, kit.roots, body, signed)


def test_another_statement_is_no_proposal(store: Store, kit: Kit) -> None:
    plan = drafted(store, kit)
    said = {**kit.stated("maya", store_time(store)), "hold": plan.hold, "plan_digest": digest_of(plan)}
    vote = Vote(**said, environment="lab", view_digest="0" * 64, decision=Decision.APPROVE)
    with pytest.raises(BadInput, match="no proposal"):
        propose(store, kit.roots, body_of(plan), kit.sign(vote))
    assert Proposal(**said)


@pytest.mark.parametrize("field", ["title", "reason"])
def test_h09_what_looks_like_a_secret_is_not_signed(store: Store, kit: Kit, field: str) -> None:
    with pytest.raises(BadInput, match="looks like a secret"):
        drafted(store, kit, request(**{field: "password=hunter2hunter2 AKIAIOSFODNN7EXAMPLE"}))


@pytest.mark.parametrize(
    "fields", [{"incident": "inc_01jd3c4k7w8m9e2f5a6b7c8d9e"}, {"evidence": ("ev_01jd3c4k7w8m9e2f5a6b7c8d9e",)}]
)
def test_what_is_cited_must_be_there(store: Store, kit: Kit, fields: Any) -> None:
    with pytest.raises((NotFound, BadInput)):
        drafted(store, kit, request(**fields))


def test_two_services_at_once(store: Store, kit: Kit) -> None:
    hold, plan = proposed(store, kit, request(step("shop-orders"), step("shop-payments")))
    assert plan.services == ("shop-orders", "shop-payments")
    assert hold.risk == "high"


def _edited(plan: Plan, edit: dict[str, Any]) -> Plan:
    """Fields replaced, whatever would be made of the plan's request."""
    import json

    return Plan.model_validate_json(json.dumps(plan.to_json() | edit))


def _made(kit: Kit, plan: Plan, *, observed_by: str | None = None, **fields: Any) -> Plan:
    """The plan as it is made of other inputs: it is consistent in itself."""
    wanted = request_of(plan)
    who = observed_by or plan.steps[0].observed_by
    seen = {"observed_by": who, "observed_at": plan.proposed_at - timedelta(minutes=30)}
    wanted = wanted.model_copy(update={"steps": tuple(each.model_copy(update=seen) for each in wanted.steps)})
    usual = {"plan_id": plan.id, "hold_id": plan.hold, "supersedes": plan.supersedes}
    usual |= {"contributors": plan.contributors, "proposed_at": plan.proposed_at}
    return derive(kit.catalogue, kit.roots.tools, wanted, **usual | fields)
