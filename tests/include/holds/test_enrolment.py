"""Enrolling, witnessing, revoking: what is taken, what is refused by which rule, and that the ledger says both."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from include.contracts.errors import BadInput, Conflict, HoldpointError, NotFound, Refused
from include.contracts.key import SigningKey
from include.contracts.statement import Enrolment, Method, Revocation, Revoked, Signed, Statement, Vote, Witness
from include.holds import enrolment
from include.holds.digest import digest_of
from include.store import ledger, statements
from tests.authenticator import Authenticator
from tests.clock import Clock
from tests.holds_kit import Kit, answer, enrolment_of, make_kit, sign, store_time
from tests.keys_kit import Keys

pytestmark = pytest.mark.both_databases
TAKE = {Enrolment: enrolment.enrol, Witness: enrolment.witness, Revocation: enrolment.revoke}


@pytest.fixture
def keys(kit: Kit, store: Any) -> Keys:
    return Keys(kit, store)


def take(keys: Keys, said: Statement, signed: Signed | None = None) -> Any:
    call: Any = TAKE[type(said)]
    return call(keys.store, keys.kit.roots, signed or keys.signed(said))


def enrols(keys: Keys, key: SigningKey | None = None, **changes: Any) -> Enrolment:
    key = key or keys.key("jonas")
    return enrolment_of(key, store_time(keys.store)).model_copy(update=changes)


def vouches(keys: Keys, digest: str, by: str = "ines", **changes: Any) -> Witness:
    fields = keys.stated(keys.kit.key(by)) | {"enrolment": digest, "enrolled_person": "jonas"} | changes
    return Witness(**fields)


def revokes(keys: Keys, subject: str, by: str = "ines", **changes: Any) -> Revocation:
    what = Revoked.KEY if subject.startswith("key_") else Revoked.PERSON
    fields = keys.stated(keys.kit.key(by)) | {"what": what, "subject": subject, "reason": "lost"} | changes
    return Revocation(**fields)


def entries(keys: Keys, kind: str) -> list[Any]:
    with keys.store.read() as conn:
        return list(ledger.entries(conn, kind=kind))


def require_refused(keys: Keys, said: Statement, rule: str, signed: Signed | None = None, saying: str | None = None) -> None:
    """Refused by that rule, in the ledger as such, and nothing stored."""
    before = keys.ring()
    with pytest.raises(Refused, match=saying) as caught:
        take(keys, said, signed)
    assert caught.value.rule == rule
    last = entries(keys, "statement.refused")[-1]
    assert last.payload is not None
    assert (last.payload["rule"], last.payload["claimed"]) == (rule, said.person)
    assert last.payload["statement"] == digest_of(said)
    assert keys.ring() == before


# -- What is taken ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [Ed25519PrivateKey.generate, Authenticator])
def test_a_key_comes_and_goes_by_three_statements(keys: Keys, make: Any) -> None:
    key = keys.key("jonas", make())
    digest = take(keys, enrols(keys, key))
    found = take(keys, vouches(keys, digest))
    assert (found.id, found.person, found.witness) == (key.id, "jonas", "ines")
    take(keys, revokes(keys, key.id))
    assert keys.ring().find(key.id) is None
    for kind, actor in (("key.enrolled", "jonas"), ("key.witnessed", "ines"), ("key.revoked", "ines")):
        (entry,) = entries(keys, kind)
        assert (entry.actor, entry.subject) == (actor, key.id)
    with keys.store.read() as conn:
        assert [row.subject for row in statements.of_subject(conn, key.id)] == [key.id] * 3


def test_everybody_revokes_their_own_key_with_it_or_another(keys: Keys) -> None:
    key = keys.admit("jonas", Authenticator())
    keys.revoke(key.id, by=key)
    assert keys.ring().find(key.id) is None
    keys.revoke(keys.kit.key_id("tomas"), by="tomas")
    assert keys.ring().of("tomas") == ()


def test_a_key_that_nobody_witnessed_can_be_revoked_too(keys: Keys) -> None:
    key = keys.key("jonas")
    digest = keys.enrol(key)
    keys.revoke(key.id)
    require_refused(keys, vouches(keys, digest), "key", saying="revoked")


def test_an_unwitnessed_key_may_be_enrolled_again(keys: Keys) -> None:
    """Somebody mistook the environments."""
    private = Ed25519PrivateKey.generate()
    keys.enrol(keys.key("jonas", private, environments=("lab",)))
    right = keys.enrol(keys.key("jonas", private, environments=("lab", "production")))
    assert keys.vouch(right, "jonas").environments == ("lab", "production")


# -- Whoever says it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["enrolment", "witness", "revocation"])
def test_a_statement_counts_once_and_now(keys: Keys, kind: str) -> None:
    minutes = keys.kit.catalogue.settings.statement_minutes
    digest = keys.enrol(keys.key("jonas"))
    now = store_time(keys.store)

    def make(**changes: Any) -> Statement:
        made: dict[str, Statement] = {
            "enrolment": enrols(keys, **changes),
            "witness": vouches(keys, digest, **changes),
            "revocation": revokes(keys, keys.kit.key_id("tomas"), **changes),
        }
        return made[kind]

    require_refused(keys, make(at=now - timedelta(minutes=minutes, seconds=5)), "fresh")
    require_refused(keys, make(at=now + timedelta(minutes=1)), "fresh")
    said = make()
    take(keys, said)
    with pytest.raises((Refused, Conflict)):
        take(keys, said)


def test_the_same_enrolment_sent_twice_is_refused_by_name(keys: Keys) -> None:
    said = enrols(keys)
    take(keys, said)
    require_refused(keys, said, "fresh", saying="received before")
    again = keys.signed(said)  # under another spelling of its signature, the statement is the same
    respelt = again.model_copy(update={"signature": again.signature.rstrip("\n")})
    require_refused(keys, said, "fresh", respelt)


def test_a_person_of_the_catalogue_says_it(keys: Keys) -> None:
    require_refused(keys, enrols(keys, keys.key("mallory")), "person")
    keys.revoke("jonas")
    require_refused(keys, enrols(keys), "person")
    keys.kit.revoke_outside(people=["ruth"])
    require_refused(keys, enrols(keys, keys.key("ruth")), "person")


def test_the_key_counts_or_it_says_nothing(keys: Keys) -> None:
    stranger = keys.key("maya")
    digest = keys.enrol(stranger)
    for said in (vouches(keys, digest, key=stranger.id), revokes(keys, keys.kit.key_id("tomas"), "ines", key=stranger.id)):
        require_refused(keys, said, "key")
    require_refused(keys, vouches(keys, digest, person="priya"), "key", saying="not priya's")
    keys.revoke(keys.kit.key_id("maya"))
    require_refused(keys, vouches(keys, digest, by="maya"), "key")
    keys.kit.revoke_outside(keys=[keys.kit.key_id("ines")])
    require_refused(keys, revokes(keys, keys.kit.key_id("tomas")), "key")


def test_the_signature_is_that_keys(keys: Keys) -> None:
    mine = keys.key("jonas")
    digest = keys.enrol(mine)
    other = Ed25519PrivateKey.generate()
    for said in (enrols(keys), vouches(keys, digest), revokes(keys, keys.kit.key_id("tomas"))):
        require_refused(keys, said, "signature", sign(said, other))
        require_refused(keys, said, "signature", sign(said, other).model_copy(update={"method": Method.PASSKEY}))


def test_possession_of_a_passkey_is_shown_by_its_answer(keys: Keys) -> None:
    device, thief = Authenticator(), Authenticator()
    key = keys.key("jonas", device)
    said = enrols(keys, key)
    thief.credential = device.credential
    require_refused(keys, said, "signature", answer(thief, said, keys.kit.roots))
    device.origin = "https://evil.example"
    require_refused(keys, said, "signature")
    device.origin, device.flags = "http://localhost:8080", 1  # nobody verified
    require_refused(keys, said, "signature")


def test_each_entrance_takes_its_own_statement(keys: Keys) -> None:
    digest = keys.enrol(keys.key("jonas"))
    said = {Enrolment: enrols(keys), Witness: vouches(keys, digest), Revocation: revokes(keys, keys.kit.key_id("tomas"))}
    for wanted, call in TAKE.items():
        for kind, statement in said.items():
            if kind is not wanted:
                with pytest.raises(Refused) as caught:
                    call(keys.store, keys.kit.roots, keys.signed(statement))
                assert caught.value.rule == "signature"
    for what, subject in ((Revoked.VOTE, digest), (Revoked.HOLD, "hold_" + "0" * 26)):
        require_refused(keys, revokes(keys, subject, what=what), "signature")


def test_a_vote_is_no_statement_about_keys(keys: Keys) -> None:
    fields = keys.stated(keys.kit.key("maya")) | {"environment": "lab", "plan_digest": "a" * 64, "view_digest": "b" * 64}
    vote = Vote(**fields, hold="hold_" + "0" * 26, decision="approve")
    for call in TAKE.values():
        with pytest.raises(Refused) as caught:
            call(keys.store, keys.kit.roots, keys.signed(vote))
        assert caught.value.rule == "signature"


HALF, TWICE = '{"type": "holdpoint.enrolment.v1"}', '{"a": 1, "a": 2}'


@pytest.mark.parametrize("text", ["{}", "[]", "null", "[" * 5_000, HALF, TWICE, "\x00\x01"])
def test_what_is_no_statement_at_all(keys: Keys, text: str) -> None:
    signed = keys.signed(enrols(keys)).model_copy(update={"statement": text})
    for call in TAKE.values():
        with pytest.raises(Refused) as caught:
            call(keys.store, keys.kit.roots, signed)
        assert caught.value.rule == "signature"
    assert len(entries(keys, "statement.refused")) == len(TAKE)


# -- Enrolling ---------------------------------------------------------------------------------------------------------


def test_a_key_is_known_by_its_bytes_and_not_by_what_is_claimed(keys: Keys) -> None:
    mine, other = keys.key("jonas"), keys.key("jonas")
    said = enrols(keys, mine)
    require_refused(keys, said.model_copy(update={"public": other.public}), "signature")
    require_refused(keys, said.model_copy(update={"key": other.id}), "signature")
    require_refused(keys, said.model_copy(update={"method": Method.PASSKEY}), "signature")
    require_refused(keys, said.model_copy(update={"public": "ssh-rsa " + "A" * 40}), "signature")


def test_a_comment_makes_no_second_key(keys: Keys) -> None:
    private = Ed25519PrivateKey.generate()
    key = keys.key("jonas", private)
    keys.vouch(keys.enrol(key), "jonas")
    commented = key.model_copy(update={"public": key.public + " jonas@laptop"})
    require_refused(keys, enrols(keys, commented), "key", saying="counts already")


def test_another_persons_key_is_not_enrolled(keys: Keys) -> None:
    private = Ed25519PrivateKey.generate()
    keys.enrol(keys.key("jonas", private))
    require_refused(keys, enrols(keys, keys.key("ruth", private)), "key", saying="another person")
    thief = keys.key("ruth", keys.kit.private["maya"])  # the catalogue's
    require_refused(keys, enrols(keys, thief), "key", saying="another person")


def test_a_key_that_counts_is_not_enrolled_again_for_more(keys: Keys) -> None:
    private = Ed25519PrivateKey.generate()
    keys.admit("jonas", private, environments=("lab",))
    require_refused(keys, enrols(keys, keys.key("jonas", private)), "key", saying="counts already")
    require_refused(keys, enrols(keys, keys.key("maya", keys.kit.private["maya"])), "key", saying="counts already")


def test_a_revoked_key_does_not_come_back(keys: Keys) -> None:
    private = Ed25519PrivateKey.generate()
    key = keys.admit("jonas", private)
    keys.revoke(key.id)
    require_refused(keys, enrols(keys, key), "key", saying="revoked")
    assert key.enrolment is not None
    require_refused(keys, vouches(keys, key.enrolment), "key", saying="revoked")
    outside = keys.key("jonas")
    keys.kit.revoke_outside(keys=[outside.id])
    require_refused(keys, enrols(keys, outside), "key", saying="revoked")


def test_an_enrolment_is_of_one_form(keys: Keys) -> None:
    require_refused(keys, enrols(keys, environments=("lab", "lab")), "key", saying="twice")
    require_refused(keys, enrols(keys, credential="A" * 22), "key", saying="credential")
    device = Authenticator()
    said = enrols(keys, keys.key("jonas", device), credential=None)
    require_refused(keys, said, "signature", answer(device, said, keys.kit.roots))


def test_a_reason_that_looks_like_a_secret_is_not_kept(keys: Keys) -> None:
    said = revokes(keys, keys.kit.key_id("tomas"), reason="password=hunter2hunter2")
    with pytest.raises(BadInput, match="secret"):
        take(keys, said)
    assert keys.ring().find(keys.kit.key_id("tomas"))


# -- Witnessing --------------------------------------------------------------------------------------------------------


def test_nobody_vouches_for_themselves(keys: Keys) -> None:
    own = keys.enrol(keys.key("ines"))
    require_refused(keys, vouches(keys, own, enrolled_person="ines"), "independence")


def test_only_a_steward_vouches_for_others(keys: Keys) -> None:
    require_refused(keys, vouches(keys, keys.enrol(keys.key("jonas")), by="maya"), "role", saying="steward")


def test_a_second_account_of_the_same_person_is_not_another_person(keys: Keys) -> None:
    first = keys.admit("jonas", Authenticator())
    second = keys.enrol(keys.key("jonas"))
    said = Witness(**keys.stated(first), enrolment=second, enrolled_person="jonas")
    require_refused(keys, said, "independence")


def test_the_new_key_does_not_vouch_for_itself_nor_one_that_does_not_count_for_another(keys: Keys) -> None:
    first, second = keys.key("jonas"), keys.key("ruth")
    mine, other = keys.enrol(first), keys.enrol(second)
    require_refused(keys, Witness(**keys.stated(first), enrolment=mine, enrolled_person="jonas"), "key")
    require_refused(keys, Witness(**keys.stated(first), enrolment=other, enrolled_person="ruth"), "key")
    require_refused(keys, Witness(**keys.stated(second), enrolment=mine, enrolled_person="jonas"), "key")


def test_the_witness_says_for_whom(keys: Keys) -> None:
    digest = keys.enrol(keys.key("jonas"))
    require_refused(keys, vouches(keys, digest, enrolled_person="ruth"), "person")
    require_refused(keys, vouches(keys, "0" * 64), "key", saying="no such enrolment")


def test_a_witness_of_another_enrolment_of_a_key_that_counts_changes_nothing(keys: Keys) -> None:
    private = Ed25519PrivateKey.generate()
    narrow = keys.enrol(keys.key("jonas", private, environments=("lab",)))
    wide = keys.enrol(keys.key("jonas", private))
    keys.vouch(narrow, "jonas")
    require_refused(keys, vouches(keys, wide), "key", saying="another enrolment")


# -- Revoking ----------------------------------------------------------------------------------------------------------


def test_only_a_steward_revokes_others_and_people(keys: Keys) -> None:
    require_refused(keys, revokes(keys, keys.kit.key_id("tomas"), by="maya"), "role")
    require_refused(keys, revokes(keys, "tomas", by="maya"), "role")
    require_refused(keys, revokes(keys, "maya", by="maya"), "role")  # a person is more than the keys at hand
    keys.kit.edit_people(lambda rows: rows["ines"].update(roles=[]))
    require_refused(keys, revokes(keys, keys.kit.key_id("tomas")), "role")


def test_what_is_not_there_cannot_be_revoked_and_nothing_twice(keys: Keys) -> None:
    for subject in ("key_" + "0" * 40, "nobody"):
        with pytest.raises(NotFound):
            take(keys, revokes(keys, subject))
    for subject in (keys.kit.key_id("tomas"), "priya"):
        take(keys, revokes(keys, subject))
        with pytest.raises(Conflict, match="already"):
            take(keys, revokes(keys, subject))


def test_a_revocation_cannot_be_revoked(keys: Keys) -> None:
    gone = keys.kit.key_id("tomas")
    said = revokes(keys, gone)
    take(keys, said)
    digest = digest_of(said)
    require_refused(keys, revokes(keys, digest, what=Revoked.VOTE), "signature")
    for what in (Revoked.KEY, Revoked.PERSON):
        with pytest.raises(NotFound):
            take(keys, revokes(keys, digest, what=what))
    assert keys.ring().find(gone) is None


def test_a_lab_key_revokes_no_key_of_production(tmp_path: Any, store: Any) -> None:
    kit = make_kit(tmp_path / "lab")
    kit.edit_people(lambda rows: rows["ines"]["ssh_keys"][0].update(environments=["lab"]))
    keys = Keys(kit, store)
    require_refused(keys, revokes(keys, kit.key_id("tomas")), "environment")
    require_refused(keys, revokes(keys, "tomas"), "environment")
    lab = keys.admit("jonas", environments=("lab",))
    take(keys, revokes(keys, lab.id))
    take(keys, revokes(keys, "jonas"))  # who has no key left
    kit.edit_people(lambda rows: rows["tomas"]["ssh_keys"][0].update(environments=["lab"]))
    take(keys, revokes(keys, kit.key_id("tomas")))


# -- All at once -------------------------------------------------------------------------------------------------------


def test_two_people_who_enrol_one_key_at_once_do_not_both(keys: Keys) -> None:
    private = Ed25519PrivateKey.generate()
    said = [enrols(keys, keys.key(person, private)) for person in ("jonas", "ruth")]
    barrier = threading.Barrier(len(said))
    found: list[object] = []

    def run(statement: Enrolment) -> None:
        signed = sign(statement, private)
        barrier.wait()
        try:
            found.append(take(keys, statement, signed))
        except HoldpointError as error:
            found.append(error)

    threads = [threading.Thread(target=run, args=(statement,)) for statement in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    refused = [each for each in found if isinstance(each, Refused)]
    assert [each.rule for each in refused] == ["key"]
    assert len(keys.ring().enrolments) == 1


def test_h10_a_clock_that_was_set_back_takes_nothing_not_even_at_the_second_try(keys: Keys, clock: Clock) -> None:
    keys.revoke(keys.kit.key_id("tomas"))  # the ledger has an entry of now
    clock.move(-3_600)
    for _ in range(2):
        require_refused(keys, enrols(keys), "clock")
    clock.move(0)
    take(keys, enrols(keys))
