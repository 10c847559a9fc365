"""Emergencies: without a reason of their own, by the wrong people, unseen, unpaged, too late, again before anybody has looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from include.contracts.hold import Hold, HoldState
from include.contracts.incident import IncidentKind, IncidentStatus
from include.contracts.statement import Declaration
from include.holds import emergency, emergency_rules, rules
from include.holds.digest import digest_of, read_statement
from include.holds.rules import Check
from include.holds.view import current_view, keep_view
from include.store import ledger, statements
from tests.guards import off
from tests.plans_kit import request, step
from tests.standing_kit import Standing
from tests.votes_kit import unguarded

both = pytest.mark.both_databases
"""What rests on the database; the rules themselves are the same on both."""


def put_declaration(standing: Standing, hold: Hold, person: str, incident: str, *, sent: bool = True, **fields: Any) -> None:
    """A declaration as a hand in the database puts it in, with its entry and a page that was sent."""
    signed = standing.declaration(hold, person, incident, **fields)
    said = read_statement(signed.statement)
    assert isinstance(said, Declaration)
    ground = standing.ground
    with ground.store.begin() as conn:
        ledger.lock(conn)
        statements.add(conn, said, digest_of(said), signed, "emergency.declared", hold.id)
        case = emergency.incoming(conn, ground.kit.roots, hold.id, said, signed)
        pages = emergency._page(conn, ground.kit.catalogue, case, said.model_copy(update={"person": "ruth"}), digest_of(said))
    if sent:
        standing.send(pages)


def approved(standing: Standing, hold: Hold, person: str = "tomas") -> Hold:
    """By one vote that saw the emergency; moved by hand where that is not enough."""
    ground = standing.ground
    if ground.approve(hold, person).state is not HoldState.APPROVED:
        ground.put_state(hold, "approved", entered=True)
    return hold


# -- What is put into the store past the rules of coming in, and asked again at the release ------------------------------


@dataclass
class Attack:
    prepare: Callable[[Standing], Hold]
    guards: tuple[Check, ...]
    rule: str


def _with(
    incident: Callable[[Standing], str], person: str = "priya", voter: str = "tomas", **fields: Any
) -> Callable[[Standing], Hold]:
    def prepare(standing: Standing) -> Hold:
        hold = standing.ground.propose()
        put_declaration(standing, hold, person, incident(standing), **fields)
        return approved(standing, hold, voter)

    return prepare


def alert(standing: Standing) -> str:
    return standing.incident()


def _incident(**fields: Any) -> Callable[[Standing], str]:
    return lambda standing: standing.incident(**fields)


def by_machine(standing: Standing) -> str:
    return standing.incident(kind=IncidentKind.QUESTION)


def closed_after_the_vote(standing: Standing) -> Hold:
    hold = standing.ground.propose()
    incident = standing.incident()
    standing.declare(hold, "priya", incident)
    standing.ground.approve(hold, "tomas")
    standing.close(incident)
    return hold


def page_not_sent(standing: Standing) -> Hold:
    hold = standing.ground.propose()
    standing.declare(hold, "priya", standing.incident(), sent=False)
    return standing.ground.approve(hold, "tomas")


def page_said_to_be_sent(standing: Standing) -> Hold:
    """The row says so; the ledger does not."""
    hold = page_not_sent(standing)
    standing.ground.sql("UPDATE delivery SET state = 'sent'")
    return hold


def page_to_who_declared(standing: Standing) -> Hold:
    hold = page_not_sent(standing)
    standing.ground.sql("UPDATE delivery SET recipient = 'priya'")
    with standing.ground.store.read() as conn:
        pages = tuple(conn.execute(text("SELECT id FROM delivery")).scalars())
    standing.send(pages)
    return hold


def voted_before(standing: Standing) -> Hold:
    """tomas approved a plan that two people must approve; nobody has asked him about an emergency."""
    hold = standing.ground.propose()
    standing.ground.approve(hold, "tomas")
    standing.declare(hold, "priya", standing.incident())
    standing.ground.put_state(hold, "approved", entered=True)
    return hold


def declared_and_voted_by_one(standing: Standing) -> Hold:
    hold = standing.ground.propose()
    standing.declare(hold, "priya", standing.incident())
    return approved(standing, hold, "priya")


def role_lost_since(standing: Standing) -> Hold:
    hold = standing.urgent()
    standing.ground.kit.edit_people(lambda people: people["priya"].update(roles=["on-call"]))
    return hold


def again_before_the_review(standing: Standing) -> Hold:
    first, second = standing.urgent(), standing.urgent()
    standing.ground.consume(first)
    return second


def again_for_another_service_of_the_owner(standing: Standing) -> Hold:
    """tomas owns shop-orders; in this catalogue shop-payments too."""
    standing.ground.edit("services", shop_payments={"owner": "tomas"})
    second = standing.ground.propose(request(step("shop-payments")))
    standing.declare(second, "priya", standing.incident("shop-payments"))
    standing.ground.approve(second, "tomas")
    standing.ground.consume(standing.urgent())
    return second


def again_after_a_review_put_in(person: str, **fields: Any) -> Callable[[Standing], Hold]:
    def prepare(standing: Standing) -> Hold:
        first, second = standing.urgent(), standing.urgent()
        ground = standing.ground
        ground.consume(first)
        signed = standing.reviewed(first, person, **fields)
        said = read_statement(signed.statement)
        with ground.store.begin() as conn:
            ledger.lock(conn)
            statements.add(conn, said, digest_of(said), signed, "emergency.reviewed", first.id)
        return second

    return prepare


def plan_swapped(standing: Standing) -> Hold:
    """The earlier emergency's plan is made to be of another service: what it was for, the ledger knows."""
    first, second = standing.urgent(), standing.urgent()
    standing.ground.consume(first)
    other = standing.ground.propose(request(step("shop-payments")))
    body = "(SELECT body FROM plan WHERE id = :other)"
    standing.ground.sql(f"UPDATE plan SET body = {body} WHERE id = :id", other=other.plan_id, id=first.plan_id)
    return second


def another_reason_on_the_page(standing: Standing) -> Hold:
    """tomas voted on a page that gave another reason than what was signed; a hand in the database kept that page."""
    ground, hold = standing.ground, standing.ground.propose()
    standing.declare(hold, "priya", standing.incident())
    with ground.store.begin() as conn:
        ledger.lock(conn)
        view, _ = current_view(conn, ground.kit.roots, hold.id)
        assert view.emergency is not None
        lied = view.model_copy(update={"emergency": view.emergency.model_copy(update={"reason": "A drill."})})
        digest = keep_view(conn, lied)
    ground.put_row(hold, ground.vote(hold, "tomas", view_digest=digest), entered=True)
    ground.put_state(hold, "approved", entered=True)
    return hold


INCIDENT = {
    "closed": (_incident(status=IncidentStatus.RESOLVED), (emergency_rules.incident_stands, emergency_rules.incident_related)),
    "a question": (
        _incident(kind=IncidentKind.QUESTION, principal="jonas"),
        (emergency_rules.incident_stands, emergency_rules.incident_independent, emergency_rules.incident_related),
    ),
    "a machine's question": (by_machine, (emergency_rules.incident_stands, emergency_rules.incident_related)),
    "an unreadable post": (
        _incident(kind=IncidentKind.UNREADABLE),
        (emergency_rules.incident_stands, emergency_rules.incident_related),
    ),
    "opened by the declarer": (_incident(principal="priya"), (emergency_rules.incident_independent,)),
    "opened by a contributor": (_incident(principal="maya"), (emergency_rules.incident_independent,)),
    "of an unrelated service": (_incident(service="shop-payments"), (emergency_rules.incident_related,)),
    "of no service": (_incident(service=None), (emergency_rules.incident_related,)),
    "of another environment": (_incident(environment="production"), (emergency_rules.incident_related,)),
    "that the ledger does not know": (_incident(entered=False), (emergency_rules.incident_related,)),
    "a storm of nothing": (_incident(kind=IncidentKind.UMBRELLA, service=None), (emergency_rules.incident_related,)),
}

ATTACKS = {
    **{f"an incident {name}": Attack(_with(make), guards, "incident") for name, (make, guards) in INCIDENT.items()},
    "closed after the vote": Attack(
        closed_after_the_vote, (emergency_rules.incident_stands, emergency_rules.incident_related), "incident"
    ),
    "declared by a contributor": Attack(_with(alert, person="maya"), (rules.independence,), "independence"),
    "declared without the role": Attack(_with(alert, person="ines"), (rules.role,), "role"),
    "declared by a forger": Attack(_with(alert, by="maya"), (rules.signature,), "signature"),
    "declared of another plan": Attack(_with(alert, plan_digest="0" * 64), (emergency_rules.says_this_hold,), "plan_intact"),
    "declared for another environment": Attack(
        _with(alert, environment="production"), (emergency_rules.says_this_hold,), "plan_intact"
    ),
    "the role lost since": Attack(role_lost_since, (rules.role,), "role"),
    "the page not sent": Attack(page_not_sent, (emergency_rules.paged,), "paged"),
    "the page only said to be sent": Attack(page_said_to_be_sent, (emergency_rules.paged,), "paged"),
    "the page to who declared it": Attack(page_to_who_declared, (emergency_rules.paged,), "paged"),
    "voted on before it was one": Attack(voted_before, (emergency_rules.one_vote,), "quorum"),
    "declared and voted on by one": Attack(declared_and_voted_by_one, (emergency_rules.one_vote,), "quorum"),
    "on a page with another reason": Attack(another_reason_on_the_page, (emergency_rules.one_vote,), "quorum"),
    "again, the earlier plan swapped": Attack(plan_swapped, (emergency_rules.all_reviewed,), "reviewed"),
    "again before the review": Attack(again_before_the_review, (emergency_rules.all_reviewed,), "reviewed"),
    "again for another service of the owner": Attack(
        again_for_another_service_of_the_owner, (emergency_rules.all_reviewed,), "reviewed"
    ),
    "reviewed by who declared it": Attack(
        again_after_a_review_put_in("priya"), (emergency_rules.review_independence,), "reviewed"
    ),
    "reviewed by who voted": Attack(again_after_a_review_put_in("tomas"), (emergency_rules.review_independence,), "reviewed"),
    "reviewed by who proposed": Attack(again_after_a_review_put_in("maya"), (emergency_rules.review_independence,), "reviewed"),
    "reviewed by a forger": Attack(again_after_a_review_put_in("ines", by="maya"), (rules.signature,), "reviewed"),
    "reviewed by the plan of another": Attack(
        again_after_a_review_put_in("ines", plan_digest="0" * 64), (emergency_rules.says_this_hold,), "reviewed"
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_h03_such_an_emergency_releases_nothing_and_with_that_rule_off_it_would(standing: Standing, name: str) -> None:
    """So each attack is held by the rule that is named, and the test can fail."""
    attack = ATTACKS[name]
    hold = attack.prepare(standing)
    standing.ground.refused_release(attack.rule, hold)
    with off(*attack.guards):
        assert standing.ground.consume(hold).hold == hold.id
    (entry,) = [each for each in standing.ground.entries(kind="hold.executing") if each.subject == hold.id]
    assert (entry.payload or {})["way"] == "emergency"


# -- The same, coming in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", INCIDENT)
def test_h03_an_emergency_is_not_declared_because_of_an_incident(standing: Standing, name: str) -> None:
    hold = standing.ground.propose()
    incident = INCIDENT[name][0](standing)
    standing.ground.refused_statement("incident", lambda: standing.declare(hold, "priya", incident))
    assert standing.ground.count("delivery") == 0


def test_h03_nor_because_of_one_that_is_not_there(standing: Standing) -> None:
    hold = standing.ground.propose()
    standing.ground.refused_statement("incident", lambda: standing.declare(hold, "priya", "inc_" + "0" * 26))


@pytest.mark.parametrize(
    ("rule", "person", "fields"),
    [
        ("independence", "maya", {}),
        ("role", "ines", {}),
        ("signature", "priya", {"by": "tomas"}),
        ("plan_intact", "priya", {"plan_digest": "0" * 64}),
        ("plan_intact", "priya", {"environment": "production"}),
        ("key", "priya", {"key": "key_" + "0" * 40}),
    ],
)
def test_h03_nor_by_these(standing: Standing, rule: str, person: str, fields: dict[str, Any]) -> None:
    hold, incident = standing.ground.propose(), standing.incident()
    standing.ground.refused_statement(rule, lambda: standing.declare(hold, person, incident, **fields))


def test_h03_nor_of_another_day(standing: Standing) -> None:
    hold, incident, at = standing.ground.propose(), standing.incident(), standing.ground.now
    for off_by in (timedelta(hours=1), -timedelta(hours=1)):
        standing.ground.refused_statement("fresh", lambda by=off_by: standing.declare(hold, "priya", incident, at=at + by))


def test_h03_a_declaration_is_received_once(standing: Standing) -> None:
    ground, hold = standing.ground, standing.ground.propose()
    signed = standing.declaration(hold, "priya", standing.incident())
    emergency.declare(ground.store, ground.kit.roots, signed)
    ground.refused_statement("fresh", lambda: emergency.declare(ground.store, ground.kit.roots, signed))


def test_h10_a_hold_is_not_declared_without_end(standing: Standing) -> None:
    hold, incident = standing.ground.propose(), standing.incident()
    for number in range(emergency_rules.MAX_DECLARATIONS):
        standing.declare(hold, "priya", incident, reason=f"The {number}th time.")
    standing.ground.refused_statement("declared", lambda: standing.declare(hold, "tomas", incident))


def test_h03_what_was_rejected_is_no_emergency(standing: Standing) -> None:
    hold, incident = standing.ground.propose(), standing.incident()
    standing.ground.reject(hold, "tomas")
    standing.ground.refused_statement("state", lambda: standing.declare(hold, "priya", incident))


def test_h03_a_no_wins_over_an_emergency(standing: Standing) -> None:
    hold = standing.urgent()
    standing.ground.reject(hold, "priya")
    standing.ground.put_state(hold, "approved", entered=True)
    assert standing.ground.judge(hold).denies == ("priya",)
    assert not standing.ground.judge(hold).releasable


def test_h02_who_was_in_the_whole_chain_has_nobody_to_page(standing: Standing) -> None:
    ground = standing.ground
    ground.edit("escalations", shop={"levels": [{"tell": "priya", "channel": "pager-file", "after_minutes": 0}]})
    hold, incident = ground.propose(), standing.incident()
    ground.refused_statement("paged", lambda: standing.declare(hold, "priya", incident))


# -- The way it should go ----------------------------------------------------------------------------------------------


@both
def test_one_vote_is_enough_and_the_review_is_asked_for(standing: Standing) -> None:
    ground, hold = standing.ground, standing.urgent()
    assert ground.hold(hold).state is HoldState.APPROVED
    ground.consume(hold)
    (used,) = ground.entries(kind="emergency.used")
    said = used.payload or {}
    assert (used.subject, said["services"]) == (hold.id, ["shop-orders"])
    with ground.store.read() as conn:
        (row,) = conn.execute(text("SELECT title, assignee, state FROM ticket")).all()
    assert row.assignee == "tomas"
    assert hold.id in row.title
    assert said["review_by"][:10] in row.title
    standing.review(hold)
    ground.consume(standing.urgent())


def test_the_page_says_that_it_is_an_emergency_before_anybody_votes(standing: Standing) -> None:
    ground, hold = standing.ground, standing.ground.propose()
    before = ground.vote(hold, "tomas")
    standing.declare(hold, "priya", standing.incident())
    ground.refused_vote("view", before)


def test_a_page_goes_up_the_touched_service_s_chain_and_not_to_who_declared(standing: Standing) -> None:
    hold = standing.ground.propose()
    standing.declare(hold, "priya", standing.incident())
    with standing.ground.store.read() as conn:
        rows = conn.execute(text("SELECT recipient, service, state FROM delivery")).all()
    assert [(row.service, row.state) for row in rows] == [("shop-orders", "sent")]
    assert rows[0].recipient not in ("maya", "priya")


def test_an_incident_of_who_depends_on_the_service_will_do(standing: Standing) -> None:
    hold = standing.ground.propose(request(step("shop-payments")))
    standing.declare(hold, "priya", standing.incident("shop-frontend"))


@both
def test_a_storm_speaks_for_the_incidents_under_it(standing: Standing) -> None:
    storm = standing.incident(None, kind=IncidentKind.UMBRELLA, environment=None, entered=False)
    standing.incident(umbrella=storm)
    standing.declare(standing.ground.propose(), "priya", storm)


def test_two_people_of_the_ordinary_quorum_make_it_no_emergency(standing: Standing) -> None:
    ground, hold = standing.ground, standing.urgent()
    ground.approve(hold, "priya")
    ground.consume(hold)
    assert ground.entries(kind="emergency.used") == []


def test_where_the_catalogue_says_so_one_person_may_do_both(standing: Standing) -> None:
    import yaml

    ground = standing.ground
    path = ground.kit.folder / "config" / "settings.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), "emergency_same_person": True}))
    ground.kit.reload()
    hold = ground.propose()
    standing.declare(hold, "priya", standing.incident())
    assert ground.approve(hold, "priya").state is HoldState.APPROVED
    ground.consume(hold)


def test_h03_after_its_short_clock_one_vote_is_not_enough(standing: Standing, clock: Any) -> None:
    hold = standing.urgent()
    clock.move(60 * 60 + 2)
    standing.ground.refused_release("emergency_clock", hold)
    with off(emergency_rules.emergency_clock):
        standing.ground.consume(hold)


# -- The review --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "person", "fields"),
    [
        ("independence", "priya", {}),
        ("independence", "tomas", {}),
        ("independence", "maya", {}),
        ("signature", "ines", {"by": "maya"}),
        ("plan_intact", "ines", {"plan_digest": "0" * 64}),
    ],
)
def test_h03_who_had_a_part_in_it_does_not_review_it(standing: Standing, rule: str, person: str, fields: dict[str, Any]) -> None:
    hold = standing.urgent()
    standing.ground.consume(hold)
    standing.ground.refused_statement(rule, lambda: standing.review(hold, person, **fields))


def test_h03_nobody_reviews_without_the_role(standing: Standing) -> None:
    hold = standing.urgent()
    standing.ground.consume(hold)
    standing.ground.kit.edit_people(lambda people: people["ines"].update(roles=["security"]))
    standing.ground.refused_statement("role", lambda: standing.review(hold))


def test_h03_what_was_no_emergency_is_not_reviewed(standing: Standing) -> None:
    """Nor beforehand."""
    hold = standing.urgent()
    standing.ground.refused_statement("state", lambda: standing.review(hold))


def test_a_review_that_finds_fault_is_a_review(standing: Standing) -> None:
    hold = standing.urgent()
    standing.ground.consume(hold)
    standing.review(hold, finding="not_justified")
    standing.ground.consume(standing.urgent())


@pytest.mark.parametrize(
    "ruin",
    [
        "DELETE FROM standing_use",
        "UPDATE standing_use SET way = 'standard'",
        "UPDATE standing_use SET ref = 'x'",
        "DELETE FROM statement WHERE type = 'holdpoint.emergency.v1' AND subject = (SELECT min(id) FROM hold)",
    ],
)
@both
def test_h03_an_earlier_emergency_is_not_forgotten(standing: Standing, ruin: str) -> None:
    first, second = standing.urgent(), standing.urgent()
    standing.ground.consume(first)
    standing.ground.sql(ruin)
    standing.ground.refused_release("reviewed", second)


def test_h03_a_review_taken_out_suspends_again(standing: Standing) -> None:
    first, second = standing.urgent(), standing.urgent()
    standing.ground.consume(first)
    standing.review(first)
    standing.ground.sql("DELETE FROM statement WHERE type = 'holdpoint.review.v1'")
    standing.ground.refused_release("reviewed", second)


def test_h03_an_earlier_emergency_taken_out_of_both_leaves_a_hole(standing: Standing) -> None:
    first = standing.urgent()
    ground = standing.ground
    ground.consume(first)
    ground.propose()  # the ledger went on
    with ground.store.begin() as conn:
        unguarded(conn)
        seq = conn.execute(text("SELECT seq FROM standing_use")).scalar_one()
        conn.execute(text("DELETE FROM standing_use"))
        for table in ("payload", "ledger"):
            conn.execute(text(f"DELETE FROM {table} WHERE seq = :seq"), {"seq": seq})
    ground.refused_release("complete_record", standing.urgent())


@both
def test_h03_two_emergencies_at_once_are_one(standing: Standing) -> None:
    from functools import partial

    from include.contracts.errors import Refused
    from include.holds.consume import consume
    from tests.overlap import at_once, servers
    from tests.votes_kit import WRITER

    ground, holds = standing.ground, [standing.urgent(), standing.urgent()]

    def use(store: Any, hold: Hold) -> str:
        try:
            consume(store, ground.kit.roots, hold.id, by=WRITER, outside={})
        except Refused as refusal:
            return refusal.rule
        return "used"

    with servers(ground.store, 2) as stores:
        found = at_once(*(partial(use, store, hold) for store, hold in zip(stores, holds, strict=True)))
    assert sorted(found) == ["reviewed", "used"]
