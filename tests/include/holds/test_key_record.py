"""The record of keys is whole, or nothing is decided: rows against ledger entries, both ways, and the bytes of each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from include.contracts.errors import Refused
from include.contracts.key import SigningKey
from include.contracts.statement import Enrolment, Proposal, Revocation, Revoked, Statement, Witness
from include.holds import enrolment, key_record
from include.holds.digest import body_of, digest_of
from include.holds.key_record import kind_of, read_key_record
from include.store import ledger, statements
from include.store.erasure import erase
from tests.authenticator import Authenticator
from tests.holds_kit import Kit, enrolment_of, store_time
from tests.keys_kit import Keys

pytestmark = pytest.mark.both_databases


@pytest.fixture
def keys(kit: Kit, store: Any) -> Keys:
    """With a key of jonas that ines witnessed, one of ruth that nobody did, and tomas's key revoked."""
    keys = Keys(kit, store)
    keys.admit("jonas", Authenticator())
    keys.enrol(keys.key("ruth"))
    keys.revoke(kit.key_id("tomas"))
    keys.revoke("priya")
    return keys


def run(keys: Keys, sql: str, **values: Any) -> int:
    """As somebody who may write anything to the database."""
    with keys.store.begin() as conn:
        done: int = conn.execute(text(sql), values).rowcount
    return done


def require_broken(keys: Keys, saying: str = "") -> None:
    with pytest.raises(Refused, match=saying or None) as caught:
        keys.ring()
    assert caught.value.rule == "complete_record"
    with pytest.raises(Refused):  # and nothing new is taken in
        keys.admit("jonas")


def test_a_whole_record_is_read_in_the_ledgers_order(keys: Keys) -> None:
    with keys.store.read() as conn:
        record = read_key_record(conn)
    assert [kind_of(item.statement) for item in record] == [
        "key.enrolled",
        "key.witnessed",
        "key.enrolled",
        "key.revoked",
        "person.revoked",
    ]
    assert sorted(item.seq for item in record) == [item.seq for item in record]


TYPES = ("enrolment", "witness", "revocation")


@pytest.mark.parametrize("kind", TYPES)
def test_a_row_that_is_gone_is_missed(keys: Keys, kind: str) -> None:
    """Above all a revocation: deleting it would bring a key back."""
    assert run(keys, "DELETE FROM statement WHERE type = :type", type=f"holdpoint.{kind}.v1") >= 1
    require_broken(keys, "missing from the store")


@pytest.mark.parametrize(
    "change",
    [
        "type = 'holdpoint.vote.v1'",
        "subject = 'key_0000000000000000000000000000000000000000'",
        "person = 'maya'",
        "key = 'key_0000000000000000000000000000000000000000'",
        "method = 'passkey'",
        "method = 'gpg'",
        "body = '{}'",
        "body = '['",
        "body = ''",
        "body = body || ' '",
        "body = replace(body, 'lost', 'found')",
        "digest = '" + "0" * 64 + "'",
        "seq = 1",
        "signature = ''",
    ],
)
def test_a_revocation_that_was_changed_is_noticed(keys: Keys, change: str) -> None:
    where = "type = 'holdpoint.revocation.v1' AND subject LIKE 'key_%'"
    assert run(keys, f"UPDATE statement SET {change} WHERE {where}") == 1
    if change == "method = 'passkey'":  # read as it stands; what it then signs does not verify
        require_broken(keys, "signature")
    else:
        require_broken(keys)


def test_a_revocation_whose_signature_was_spoilt_is_neither_heeded_nor_passed_over(keys: Keys) -> None:
    run(keys, "UPDATE statement SET signature = replace(signature, 'A', 'B') WHERE subject = 'priya'")
    require_broken(keys, "does not bear the signature")


def test_two_rows_do_not_share_an_entry(keys: Keys) -> None:
    columns = "type, subject, person, key, method, body, signature, received_at, seq"
    again = f"INSERT INTO statement (digest, {columns}) SELECT :other, {columns} FROM statement WHERE subject = 'priya'"
    assert run(keys, again, other="0" * 64) == 1
    require_broken(keys)


def put(keys: Keys, said: Revocation, subject: str) -> None:
    """A row without an entry, signed as it should be."""
    signed = keys.signed(said)
    with keys.store.begin() as conn:
        seq = conn.scalar(text("SELECT max(seq) FROM ledger"))
        values = {"digest": digest_of(said), "type": said.type, "subject": subject, "person": said.person, "key": said.key}
        values |= {"method": "ssh", "body": body_of(said), "signature": signed.signature, "at": str(said.at), "seq": seq}
        names = "digest, type, subject, person, key, method, body, signature, received_at, seq"
        marks = ":digest, :type, :subject, :person, :key, :method, :body, :signature, :at, :seq"
        conn.execute(text(f"INSERT INTO statement ({names}) VALUES ({marks})"), values)


def revocation(keys: Keys, what: Revoked, subject: str) -> Revocation:
    fields = keys.stated(keys.kit.key("ines"))
    return Revocation(**fields, what=what, subject=subject, reason="put in by hand")


def test_a_row_that_was_put_in_is_noticed(keys: Keys) -> None:
    put(keys, revocation(keys, Revoked.KEY, keys.kit.key_id("maya")), keys.kit.key_id("maya"))
    require_broken(keys, "no entry")


@pytest.mark.parametrize(
    "other",
    [
        {"actor": "maya"},
        {"kind": "person.revoked"},
        {"kind": "vote.cast"},
        {"subject": "maya"},
        {"payload": {"statement": "0" * 64}},
        {"payload": {}},
        {"payload": None},
    ],
)
def test_row_and_entry_say_the_same_of_the_same(keys: Keys, other: dict[str, Any]) -> None:
    """A row with an entry of its own, which somebody wrote and which says something else."""
    subject = keys.kit.key_id("maya")
    said = revocation(keys, Revoked.KEY, subject)
    entry = {"actor": "ines", "kind": "key.revoked", "subject": subject, "payload": {"statement": digest_of(said)}}
    with keys.store.begin() as conn:
        ledger.append(conn, **(entry | other))
    put(keys, said, subject)
    require_broken(keys)


def test_the_revocation_of_a_hold_belongs_to_another_record(keys: Keys) -> None:
    put(keys, revocation(keys, Revoked.HOLD, "hold_" + "0" * 26), "hold_" + "0" * 26)
    assert keys.ring().find(keys.kit.key_id("maya"))


def enter(keys: Keys, kind: str, subject: str, payload: dict[str, Any] | None) -> None:
    with keys.store.begin() as conn:
        ledger.append(conn, actor="ines", kind=kind, subject=subject, payload=payload)


@pytest.mark.parametrize("kind", ["key.enrolled", "key.witnessed", "key.revoked", "person.revoked"])
@pytest.mark.parametrize("payload", [None, {"statement": "0" * 64}, {}])
def test_an_entry_that_somebody_wrote_is_noticed(keys: Keys, kind: str, payload: dict[str, Any] | None) -> None:
    enter(keys, kind, keys.kit.key_id("maya"), payload)
    require_broken(keys, "missing from the store")


def test_a_row_moved_to_an_entry_of_its_own_is_noticed(keys: Keys) -> None:
    """An entry that says the same of the same subject, but of another statement."""
    enter(keys, "person.revoked", "priya", {"statement": "0" * 64})
    run(keys, "UPDATE statement SET seq = (SELECT max(seq) FROM ledger) WHERE subject = 'priya'")
    require_broken(keys)


def test_erasing_what_an_entry_says_leaves_the_record_whole(keys: Keys) -> None:
    before = keys.ring()
    with keys.store.begin() as conn:
        ledger.lock(conn)
        for entry in list(statements.history(conn, statements.KINDS)):
            erase(conn, entry.seq, "maya", "asked for")
    assert keys.ring() == before


def test_a_payload_that_is_only_gone_was_not_erased(keys: Keys) -> None:
    """Deleting a payload needs more than a runtime role has; on SQLite it needs its triggers gone."""
    with keys.store.begin() as conn:
        seq = conn.scalar(text("SELECT seq FROM statement WHERE subject = 'priya'"))
    entry = next(entry for entry in _history(keys) if entry.seq == seq)
    spoilt = entry._replace(payload=None, erased=None)
    with keys.store.read() as conn:
        row = statements.find(conn, _digest(keys, "priya"))
    assert row is not None
    statement, _ = key_record._parsed(row)
    assert not key_record._same(row, statement, "person.revoked", spoilt)
    assert key_record._same(row, statement, "person.revoked", entry)


def _history(keys: Keys) -> list[Any]:
    with keys.store.read() as conn:
        return list(statements.history(conn, statements.KINDS))


def _digest(keys: Keys, subject: str) -> str:
    with keys.store.read() as conn:
        return str(statements.of_subject(conn, subject)[0].digest)


# -- What is not believed although row and entry agree ------------------------------------------------------------------


def store(keys: Keys, said: Statement, subject: str, by: str | None = None) -> str:
    """Keep a statement with its entry as the one path in does, but without its judgement; signed by whom it names, or another."""
    signed = keys.kit.sign(said, by) if by else keys.signed(said)
    with keys.store.begin() as conn:
        ledger.lock(conn)
        statements.add(conn, said, digest_of(said), signed, str(kind_of(said)), subject)
    return digest_of(said)


def enrols(keys: Keys, key: SigningKey) -> Enrolment:
    return enrolment_of(key, store_time(keys.store))


def vouches(keys: Keys, enrolment: str, by: SigningKey, person: str = "jonas") -> Witness:
    return Witness(**keys.stated(by), enrolment=enrolment, enrolled_person=person)


def promote(keys: Keys, *people: str) -> None:
    """To key stewards, so that only what the test is about keeps their witness from counting."""
    keys.kit.edit_people(lambda rows: [rows[name].update(roles=["security"]) for name in people])


def test_an_enrolment_that_another_key_signed_is_nothing(keys: Keys) -> None:
    key = keys.key("jonas")
    digest = store(keys, enrols(keys, key), key.id, by="maya")
    ring = keys.ring()
    assert key.id not in ring.known
    assert digest not in ring.enrolments
    with pytest.raises(Refused, match="no such enrolment"):
        keys.vouch(digest, "jonas")


def test_a_witness_that_another_key_signed_is_nothing(keys: Keys) -> None:
    key = keys.key("jonas")
    store(keys, vouches(keys, keys.enrol(key), keys.kit.key("ines")), key.id, by="maya")
    assert keys.ring().find(key.id) is None
    store(keys, vouches(keys, keys.enrol(key), keys.kit.key("ines")), key.id)
    assert keys.ring().find(key.id)


def test_nobody_vouches_beforehand_for_what_is_enrolled_later(keys: Keys) -> None:
    key = keys.key("jonas")
    said = enrols(keys, key)
    store(keys, vouches(keys, digest_of(said), keys.kit.key("ines")), key.id)
    store(keys, said, key.id)
    assert keys.ring().find(key.id) is None


def test_a_witness_for_another_person_or_for_oneself_is_nothing(keys: Keys) -> None:
    promote(keys, "jonas", "ruth")
    key = keys.key("jonas")
    digest = keys.enrol(key)
    store(keys, vouches(keys, digest, keys.kit.key("ines"), person="ruth"), key.id)
    store(keys, vouches(keys, digest, keys.admit("jonas")), key.id)
    assert keys.ring().find(key.id) is None


def test_a_key_that_does_not_count_yet_vouches_for_nothing_then_or_later(keys: Keys) -> None:
    promote(keys, "jonas", "ruth")
    first, second = keys.key("ruth"), keys.key("jonas")
    own = keys.enrol(first)
    store(keys, vouches(keys, keys.enrol(second), first), second.id)
    keys.vouch(own, "ruth")
    assert keys.ring().find(first.id)
    assert keys.ring().find(second.id) is None


def test_a_witness_who_is_no_steward_is_nothing(keys: Keys) -> None:
    key = keys.key("jonas")
    store(keys, vouches(keys, keys.enrol(key), keys.kit.key("maya")), key.id)
    assert keys.ring().find(key.id) is None
    promote(keys, "maya")
    assert keys.ring().find(key.id)  # roles are today's


def test_two_keys_that_vouch_for_each_other_are_nothing(keys: Keys) -> None:
    promote(keys, "jonas", "ruth")
    first, second = keys.key("ruth"), keys.key("jonas")
    mine, other = keys.enrol(first), keys.enrol(second)
    store(keys, vouches(keys, other, first), second.id)
    store(keys, vouches(keys, mine, second, person="ruth"), first.id)
    assert not {first.id, second.id} & set(keys.ring().counting)


def test_a_lab_key_that_vouches_for_production_is_nothing(keys: Keys) -> None:
    promote(keys, "jonas", "ruth")
    lab = keys.admit("ruth", environments=("lab",))
    key = keys.key("jonas", environments=("production",))
    store(keys, vouches(keys, keys.enrol(key), lab), key.id)
    assert keys.ring().find(key.id) is None


def test_a_key_that_two_people_enrolled_is_neithers(keys: Keys) -> None:
    mine = keys.admit("jonas")
    assert keys.ring().find(mine.id)
    store(keys, enrols(keys, mine.model_copy(update={"person": "ruth"})), mine.id)
    assert keys.ring().find(mine.id) is None


def test_an_enrolment_of_a_key_of_the_catalogue_changes_nothing(keys: Keys) -> None:
    """Also where it does not count there any more: tomas's key is revoked, and priya is."""
    for name in ("maya", "tomas", "priya"):
        before = keys.ring().find(keys.kit.key_id(name))
        key = keys.kit.key(name).model_copy(update={"person": "ruth"})
        digest = store(keys, enrols(keys, key), key.id)
        store(keys, vouches(keys, digest, keys.kit.key("ines"), person="ruth"), key.id)
        assert keys.ring().find(key.id) == before
        assert keys.ring().known[key.id].person == name


def test_a_statement_about_something_else_is_no_part_of_it(keys: Keys) -> None:
    said = Proposal(**keys.stated(keys.kit.key("maya")), hold="hold_" + "0" * 26, plan_digest="a" * 64)
    assert kind_of(said) is None
    assert keys.ring().find(keys.kit.key_id("maya"))


def test_the_refusal_stands_in_the_ledger(keys: Keys) -> None:
    run(keys, "DELETE FROM statement WHERE subject = 'priya'")
    said = enrolment_of(keys.key("ruth"), store_time(keys.store))
    with pytest.raises(Refused):
        enrolment.enrol(keys.store, keys.kit.roots, keys.signed(said))
    with keys.store.read() as conn:
        *_, last = ledger.entries(conn, kind="statement.refused")
    assert last.payload is not None
    assert (last.payload["rule"], last.payload["statement"]) == ("complete_record", digest_of(said))
    assert json.dumps(last.payload).isascii()
