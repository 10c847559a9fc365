"""Who signs a template, when it counts, and what a hand in the database makes of it. Each attack is held by the rule it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from include.contracts.errors import BadInput, Conflict, Refused
from include.contracts.hold import Hold, HoldState
from include.contracts.statement import Vote
from include.contracts.template import Template
from include.holds import rules, template_rules, templates
from include.holds.digest import body_of, digest_of, read_statement
from include.holds.rules import Check
from include.store.database import new_id
from tests.guards import off
from tests.holds_kit import public_line, sign, signing_key
from tests.plans_kit import request
from tests.standing_kit import Standing
from tests.votes_kit import WRITER, Ground, unguarded

both = pytest.mark.both_databases
"""What rests on the database; the rules themselves are the same on both."""


def claimed(standing: Standing, template: Template) -> Hold:
    """A plan that claims it, approved: by the template, or else by a hand in the database."""
    hold = standing.claim(template)
    if standing.ground.hold(hold).state is not HoldState.APPROVED:
        standing.ground.put_state(hold, "approved", entered=True)
    return hold


def second_key(standing: Standing, template: Template, person: str) -> None:
    """One person, two keys: the second signature is put in past the rule that a person signs once."""
    ground, second = standing.ground, Ed25519PrivateKey.generate()
    line = {"public": public_line(second), "environments": ["*"]}
    ground.kit.edit_people(lambda people: people[person]["ssh_keys"].append(line))
    fields = {"key": signing_key(person, second).id}
    signed = sign(read_statement(standing.endorsement(template, person, **fields).statement), second)
    with pytest.raises(Refused) as refusal:
        templates.endorse(ground.store, ground.kit.roots, body_of(template), signed)
    assert refusal.value.rule == "endorsed"
    with off(template_rules.endorsed_once):
        templates.endorse(ground.store, ground.kit.roots, body_of(template), signed)


# -- Two different people, who count today -----------------------------------------------------------------------------


@dataclass
class Attack:
    """`prepare` returns the hold that is to be released; `guard` is the rule that keeps it, `rule` its name."""

    prepare: Callable[[Standing], Hold]
    guards: tuple[Check, ...]
    rule: str = "endorsed"


def by_one(standing: Standing) -> Hold:
    return claimed(standing, standing.filed("tomas"))


def by_one_with_two_keys(standing: Standing) -> Hold:
    template = standing.filed("tomas")
    second_key(standing, template, "tomas")
    return claimed(standing, template)


def by_the_proposer(standing: Standing) -> Hold:
    return claimed(standing, standing.filed("maya", "tomas"))


def by_who_contributed_before(standing: Standing) -> Hold:
    """tomas's plan, edited by maya: what he signed does not pre-approve it."""
    template = standing.filed("tomas", "priya")
    old = standing.claim(template, person="tomas")
    hold = standing.claim(template, supersedes=old.id)
    standing.ground.put_state(hold, "approved", entered=True)
    return hold


def by_a_forger(standing: Standing) -> Hold:
    template = standing.put(standing.draft(), "tomas")
    standing.put_signature(template, "priya", by="maya")
    return claimed(standing, template)


def without_the_role(standing: Standing) -> Hold:
    return claimed(standing, standing.put(standing.draft(), "tomas", "ines"))


def role_lost_since(standing: Standing) -> Hold:
    hold = standing.claim(standing.filed())
    standing.ground.kit.edit_people(lambda people: people["priya"].update(roles=["on-call"]))
    return hold


def key_revoked_since(standing: Standing) -> Hold:
    hold = standing.claim(standing.filed())
    standing.ground.revoke_key("priya")
    return hold


def person_revoked_since(standing: Standing) -> Hold:
    hold = standing.claim(standing.filed())
    standing.ground.kit.revoke_outside(people=["priya"])
    return hold


def accepting_less(standing: Standing) -> Hold:
    return claimed(standing, standing.put(standing.draft(), callouts=("in-flight",)))


def for_too_long(standing: Standing) -> Hold:
    late = standing.draft().model_copy(update={"expires": standing.ground.now + timedelta(days=181)})
    return claimed(standing, standing.put(late))


def dated_otherwise(standing: Standing) -> Hold:
    """Signed in the past, and put in now."""
    return claimed(standing, standing.put(standing.draft(), at=standing.ground.now - timedelta(days=2)))


def revoked(standing: Standing) -> Hold:
    template = standing.filed()
    hold = standing.claim(template)
    standing.end(template, "maya")
    return hold


def used_up(standing: Standing) -> Hold:
    template = standing.filed(max_uses_per_day=1)
    standing.ground.consume(standing.claim(template))
    return standing.claim(template)


def at_another_hour(standing: Standing) -> Hold:
    at = standing.ground.now
    other = "mon" if at.weekday() != 0 else "tue"
    return standing.claim(standing.filed(hours={"days": [other], "start": "00:00", "end": "23:59"}))


ATTACKS = {
    each.__name__: Attack(each, guards, rule)
    for each, guards, rule in [
        (by_one, (template_rules.endorsed,), "endorsed"),
        (by_one_with_two_keys, (template_rules.endorsed,), "endorsed"),
        (by_the_proposer, (rules.independence,), "endorsed"),
        (by_who_contributed_before, (rules.independence,), "endorsed"),
        (by_a_forger, (rules.signature,), "endorsed"),
        (without_the_role, (template_rules.template_role,), "endorsed"),
        (role_lost_since, (template_rules.template_role,), "endorsed"),
        (key_revoked_since, (template_rules.template_key, rules.signature), "endorsed"),
        (person_revoked_since, (rules.person, template_rules.template_key, rules.signature), "endorsed"),
        (accepting_less, (template_rules.template_callouts,), "endorsed"),
        (for_too_long, (template_rules.template_short,), "endorsed"),
        (dated_otherwise, (rules.fresh,), "endorsed"),
        (revoked, (template_rules.template_stands,), "template"),
        (used_up, (template_rules.uses_left,), "uses"),
        (at_another_hour, (template_rules.within_hours,), "hours"),
    ]
}


@pytest.mark.parametrize("name", ATTACKS)
def test_h03_such_a_template_releases_nothing_and_with_that_rule_off_it_would(standing: Standing, name: str) -> None:
    """So each attack is held by the rule that is named, and the test can fail."""
    attack = ATTACKS[name]
    hold = attack.prepare(standing)
    standing.ground.refused_release(attack.rule, hold)
    with off(*attack.guards):
        assert standing.ground.consume(hold).hold == hold.id


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "without a checkpoint"])
@both
def test_h03_a_revocation_taken_out_of_both_leaves_a_hole(standing: Standing, sealed: bool) -> None:
    """Also where it stands before the hold's own part of the chain, and no checkpoint is known."""
    ground, template = standing.ground, standing.filed()
    standing.end(template, "tomas")
    ground.propose()  # the ledger went on
    if not sealed:
        ground.kit.reload(checkpoints=None, checkpoint_key=None)
    (row,) = [each for each in ground_rows(ground, template.id) if each.type == "holdpoint.revocation.v1"]
    ground.drop(row.digest, entry=True)
    hold = standing.claim(template)
    assert ground.hold(hold).state is HoldState.APPROVED, "nothing else tells"
    ground.refused_release("complete_record", hold)


def ground_rows(ground: Ground, subject: str) -> Any:
    from include.store import statements

    with ground.store.read() as conn:
        return list(statements.of_subject(conn, subject))


def test_h03_an_expired_template_releases_nothing(standing: Standing, clock: Any) -> None:
    template = standing.filed(expires=(standing.ground.now + timedelta(minutes=30)).isoformat())
    hold = standing.claim(template)
    clock.move(31 * 60)
    standing.ground.refused_release("template", hold)
    with off(template_rules.template_lasts):
        standing.ground.consume(hold)


def test_uses_count_for_24_hours(standing: Standing, clock: Any) -> None:
    template = standing.filed(max_uses_per_day=1)
    standing.ground.consume(standing.claim(template))
    clock.move(23 * 3_600)
    second = standing.claim(template)
    standing.ground.refused_release("uses", second)
    clock.move(24 * 3_600 + 5)
    standing.ground.consume(second)


# -- The hand in the database ------------------------------------------------------------------------------------------


def swapped(standing: Standing, template: Template) -> None:
    """The row's template is a wider one under the same id, with a digest to match."""
    wide = template.model_copy(update={"max_uses_per_day": 100})
    standing.ground.sql(
        "UPDATE template SET body = :body, digest = :digest WHERE id = :id",
        body=body_of(wide),
        digest=digest_of(wide),
        id=template.id,
    )


def _revoked_and_dropped(standing: Standing, template: Template) -> None:
    standing.end(template, "tomas")
    standing.ground.drop(ground_rows(standing.ground, template.id)[-1].digest, entry=False)


RUIN = {
    "swapped": swapped,
    "its bytes": lambda standing, template: standing.ground.sql(
        "UPDATE template SET body = replace(body, :old, :new)", old='"max_steps":1', new='"max_steps":9'
    ),
    "no bytes": lambda standing, template: standing.ground.sql("UPDATE template SET body = '['"),
    "another environment": lambda standing, template: standing.ground.sql("UPDATE template SET environment = 'production'"),
    "a signature dropped": lambda standing, template: standing.ground.drop(
        ground_rows(standing.ground, template.id)[1].digest, entry=False
    ),
    "a revocation dropped": _revoked_and_dropped,
    "a use dropped": lambda standing, template: standing.ground.sql("DELETE FROM standing_use"),
    "a use invented": lambda standing, template: standing.ground.sql(
        "UPDATE standing_use SET hold_id = (SELECT max(id) FROM hold)"
    ),
    "a signature's bytes": lambda standing, template: standing.ground.sql(
        "UPDATE statement SET signature = signature || 'A' WHERE subject = :id AND person = 'priya'", id=template.id
    ),
}


@pytest.mark.parametrize("name", RUIN)
@both
def test_h03_a_record_that_does_not_agree_releases_nothing(standing: Standing, name: str) -> None:
    template = standing.filed(max_uses_per_day=2)
    standing.ground.consume(standing.claim(template))
    hold = standing.claim(template)
    RUIN[name](standing, template)
    assert standing.ground.refused_release("endorsed" if "signature's" in name else "template", hold)


@both
def test_h03_a_signature_put_in_without_its_entry_is_missed(standing: Standing) -> None:
    ground, template = standing.ground, standing.filed("tomas")
    hold = claimed(standing, template)
    signed = standing.endorsement(template, "priya")
    ground.put_row(hold, signed, entered=False, subject=template.id)
    ground.refused_release("template", hold)


def test_h03_a_template_put_in_without_its_entry_is_missed(standing: Standing) -> None:
    template = standing.put(standing.draft(), entered=False)
    standing.ground.refused_release("template", claimed(standing, template))


def test_h03_signatures_of_another_template_do_not_serve(standing: Standing) -> None:
    """Two narrow templates; the signatures of one copied under the other, with entries that fit."""
    ground, good, bad = standing.ground, standing.filed(), standing.filed("maya", "tomas", title="Restart something")
    for row in ground_rows(ground, good.id):
        ground.sql("UPDATE statement SET subject = :id WHERE digest = :digest", id=bad.id, digest=row.digest)
    with ground.store.begin() as conn:
        unguarded(conn)
        conn.execute(
            text("UPDATE ledger SET subject = :bad WHERE subject = :good AND kind = 'template.signed'"),
            {"bad": bad.id, "good": good.id},
        )
    hold = claimed(standing, bad)
    found = [verdict.rule for verdict in ground.judge(hold).verdicts if not verdict.ok]
    assert "template" in found
    ground.refused_release("complete_record", hold)


# -- Coming in ---------------------------------------------------------------------------------------------------------


def test_h03_a_signature_is_received_once(standing: Standing) -> None:
    ground, template = standing.ground, standing.draft()
    signed = standing.endorsement(template, "tomas")
    templates.endorse(ground.store, ground.kit.roots, body_of(template), signed)
    standing.refused("fresh", lambda: templates.endorse(ground.store, ground.kit.roots, body_of(template), signed))
    with off(rules.not_replayed, template_rules.endorsed_once), pytest.raises(Conflict):
        templates.endorse(ground.store, ground.kit.roots, body_of(template), signed)


@pytest.mark.parametrize(
    ("rule", "fields", "by"),
    [
        ("role", {"person": "ines"}, None),
        ("signature", {}, "maya"),
        ("template", {"template_digest": "0" * 64}, None),
        ("template", {"template": "tmpl_" + "0" * 26}, None),
        ("template", {"environment": "production"}, None),
        ("callouts", {"callouts": ()}, None),
        ("fresh", {"at": -1_000}, None),
        ("fresh", {"at": 1_000}, None),
        ("key", {"key": "key_" + "0" * 40}, None),
    ],
)
def test_h03_what_is_no_good_signature_is_not_taken(
    standing: Standing, rule: str, fields: dict[str, Any], by: str | None
) -> None:
    ground, template = standing.ground, standing.draft()
    fields = dict(fields)
    person = fields.pop("person", "tomas")
    if "at" in fields:
        fields["at"] = ground.now + timedelta(seconds=fields["at"])
    signed = standing.endorsement(template, person, by, **fields)
    ground.refused_statement(rule, lambda: templates.endorse(ground.store, ground.kit.roots, body_of(template), signed))
    assert ground.count("template") == 0


def test_h03_a_vote_is_no_endorsement_and_an_endorsement_no_vote(standing: Standing) -> None:
    ground, template = standing.ground, standing.filed()
    hold = ground.propose()
    vote = ground.vote(hold, "tomas")
    ground.refused_statement("signature", lambda: templates.endorse(ground.store, ground.kit.roots, body_of(template), vote))
    ground.refused_vote("signature", standing.endorsement(template, "maya"))
    as_vote = standing.endorsement(template, "priya").model_copy(update={"statement": vote.statement})
    ground.refused_vote("signature", as_vote)
    assert isinstance(read_statement(vote.statement), Vote)


@pytest.mark.parametrize("body", ["", "[]", "{", '{"format":"holdpoint.template.v1"}', "[" * 5_000, "null", '{"a":1,"a":1}'])
def test_h10_garbage_is_no_template(standing: Standing, body: str) -> None:
    template = standing.draft()
    with pytest.raises(BadInput):
        templates.endorse(standing.ground.store, standing.ground.kit.roots, body, standing.endorsement(template, "tomas"))
    with pytest.raises(BadInput):
        templates.read_template_request(body.encode())


def test_h03_another_spelling_of_a_template_is_none(standing: Standing) -> None:
    template = standing.draft()
    signed = standing.endorsement(template, "tomas")
    for spelled in (body_of(template) + " ", body_of(template).replace('"max_steps":1', '"max_steps":1.0')):
        with pytest.raises(BadInput):
            templates.endorse(standing.ground.store, standing.ground.kit.roots, spelled, signed)


@pytest.mark.parametrize("person", ["tomas", "maya", "priya"])
def test_a_template_is_revoked_by_its_owner_and_by_the_role(standing: Standing, person: str) -> None:
    template = standing.filed()
    standing.end(template, person)
    with pytest.raises(Conflict):
        standing.end(template, person)
    standing.refused("template", lambda: standing.sign(template, "maya"))


def test_h03_nobody_else_revokes_it(standing: Standing) -> None:
    standing.refused("role", lambda: standing.end(standing.filed(), "ines"))


@both
def test_h03_uses_at_once_are_not_more_than_are_left(standing: Standing) -> None:
    from functools import partial

    from include.holds.consume import consume
    from tests.overlap import at_once, servers

    ground, template = standing.ground, standing.filed(max_uses_per_day=1)
    holds = [standing.claim(template) for _ in range(2)]

    def use(store: Any, hold: Hold) -> str:
        try:
            consume(store, ground.kit.roots, hold.id, by=WRITER, outside={})
        except Refused as refusal:
            return refusal.rule
        return "used"

    with servers(ground.store, 2) as stores:
        found = at_once(*(partial(use, store, hold) for store, hold in zip(stores, holds, strict=True)))
    assert sorted(found) == ["used", "uses"]


def test_h02_a_template_that_binds_not_every_parameter_is_not_drafted(standing: Standing) -> None:
    with pytest.raises(BadInput):
        standing.draft(tool={"params": []})
    with pytest.raises(BadInput):
        standing.draft(tool={"params": [{"name": "process", "values": ["shop-orders"]}, {"name": "x", "values": [1]}]})


def test_h02_a_template_of_a_tool_or_service_that_is_not_there_is_not_drafted(standing: Standing) -> None:
    from include.contracts.errors import HoldpointError

    for tool in ({"tool": "stop_service"}, {"services": ["nothing"]}):
        with pytest.raises(HoldpointError):
            standing.draft(tool=tool)


def test_an_id_that_is_another_template_s_is_refused(standing: Standing) -> None:
    template = standing.filed("tomas")
    wide = template.model_copy(update={"max_uses_per_day": 100})
    standing.refused("template", lambda: standing.sign(wide, "priya"))
    assert new_id("tmpl") != template.id
    assert request().template is None
