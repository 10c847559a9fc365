"""A passkey's answer counts for one statement, at our own address, with its user verified; everything else is refused."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest

from include.contracts.catalogue import Person
from include.contracts.errors import BadInput, Refused
from include.contracts.key import SigningKey
from include.contracts.statement import Decision, Method, Signed, Vote
from include.holds.digest import signed_bytes
from include.holds.signatures import passkey
from include.holds.trust import TrustRoots
from tests.authenticator import UP, UV, Authenticator, b64, unb64
from tests.holds_kit import answer, passkey_of

ORIGIN = "https://console.example.com"
RP = "console.example.com"


@pytest.fixture(scope="module")
def roots(catalogue: Any) -> TrustRoots:
    return TrustRoots(catalogue, origins=(ORIGIN,), rp_id=RP)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(origin=ORIGIN)


@pytest.fixture(scope="module")
def person(catalogue: Any) -> Person:
    found: Person = catalogue.person("priya")
    return found


def vote(key: SigningKey, **changes: Any) -> Vote:
    fields: dict[str, Any] = {
        "person": "priya",
        "key": key.id,
        "at": datetime(2026, 11, 20, 10, tzinfo=UTC),
        "hold": f"hold_{'0' * 26}",
        "environment": "lab",
        "plan_digest": "a" * 64,
        "view_digest": "b" * 64,
        "decision": Decision.APPROVE,
    }
    return Vote(**(fields | changes))


def signature(**changes: Any) -> Callable[[Signed], str]:
    """The answer with other fields."""
    return lambda signed: json.dumps(json.loads(signed.signature) | changes)


def check(device: Authenticator, roots: TrustRoots, signed: Signed | None = None, signature: str | None = None) -> None:
    key = passkey_of(device, "priya")
    said = vote(key)
    text = signature if signature is not None else (signed or answer(device, said, roots)).signature
    passkey.verify(signed_bytes(said), text, key, roots)


def require_refused(device: Authenticator, roots: TrustRoots, saying: str | None = None, **more: Any) -> None:
    with pytest.raises(Refused, match=saying) as caught:
        check(device, roots, **more)
    assert caught.value.rule == "signature"


# -- Voting ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_a_passkeys_answer_to_the_statement_counts(algorithm: str, roots: TrustRoots) -> None:
    device = Authenticator(algorithm, origin=ORIGIN)
    check(device, roots)
    device.count = 0  # and again, with a counter that does not move: synced passkeys have none
    check(device, roots)
    device.more = {"crossOrigin": None, "other_keys_can_be_added_here": "do not compare clientDataJSON against a template"}
    check(device, roots)


def test_the_challenge_is_the_statement_and_nothing_else(device: Authenticator, roots: TrustRoots) -> None:
    key = passkey_of(device, "priya")
    options = passkey.assertion_options(vote(key), key, roots)
    assert unb64(options["challenge"]) == hashlib.sha256(signed_bytes(vote(key))).digest()
    assert options["userVerification"] == "required"
    assert (options["rpId"], [each["id"] for each in options["allowCredentials"]]) == (RP, [device.credential_id])
    assert json.loads(json.dumps(options)) == options
    for changed in ({"decision": Decision.REJECT}, {"plan_digest": "c" * 64}, {"callouts": ("x",)}, {"person": "maya"}):
        other = answer(device, vote(key, **changed), roots)
        require_refused(device, roots, "another statement", signed=other)


@pytest.mark.parametrize(
    "flags", [UP, UV, 0, UP | UV | 0x10], ids=["not verified", "not there", "neither", "backed up, yet it cannot be"]
)
def test_the_user_was_there_and_verified(device: Authenticator, roots: TrustRoots, flags: int) -> None:
    device.flags = flags
    require_refused(device, roots)


@pytest.mark.parametrize(
    "origin",
    [
        "https://console.example.com.evil.example",
        "https://evil.example",
        "http://console.example.com",
        "https://console.example.com:8443",
        "https://console.example.com/",
        "HTTPS://console.example.com",
        "https://cоnsole.example.com",
        "null",
        "",
        None,
        ["https://console.example.com"],
    ],
)
def test_it_was_given_at_our_own_address(device: Authenticator, roots: TrustRoots, origin: Any) -> None:
    device.origin = origin
    require_refused(device, roots, "another address")


@pytest.mark.parametrize("value", [True, "false", 0, "", [], {}])
def test_inside_another_sites_page_it_does_not_count(device: Authenticator, roots: TrustRoots, value: Any) -> None:
    device.cross_origin = value
    require_refused(device, roots, "another site")


def test_not_even_where_the_page_says_only_who_it_is_in(device: Authenticator, roots: TrustRoots) -> None:
    device.more = {"topOrigin": "https://evil.example"}
    require_refused(device, roots, "another site")


def test_it_is_for_our_relying_party(device: Authenticator, roots: TrustRoots) -> None:
    key = passkey_of(device, "priya")
    challenge = passkey.assertion_options(vote(key), key, roots)["challenge"]
    for other in ("evil.example", "example.com", "CONSOLE.example.com", ""):
        signed = passkey.signed_by(vote(key), device.answer(other, challenge))
        require_refused(device, roots, signed=signed)


def test_a_registration_is_no_vote(device: Authenticator, roots: TrustRoots) -> None:
    key = passkey_of(device, "priya")
    challenge = passkey.assertion_options(vote(key), key, roots)["challenge"]
    signed = passkey.signed_by(vote(key), device.answer(RP, challenge, kind="webauthn.create"))
    require_refused(device, roots, "another question", signed=signed)


def test_another_passkey_does_not_answer_for_it(device: Authenticator, roots: TrustRoots) -> None:
    key, thief = passkey_of(device, "priya"), Authenticator(origin=ORIGIN)
    options = passkey.assertion_options(vote(key), key, roots)
    require_refused(device, roots, "another passkey", signed=passkey.signed_by(vote(key), thief.get(options)))
    thief.credential = device.credential  # and by another private key under the same credential
    require_refused(device, roots, signed=passkey.signed_by(vote(key), thief.get(options)))


@pytest.mark.parametrize(("mine", "other"), [("ES256", "EdDSA"), ("EdDSA", "ES256"), ("RS256", "ES256"), ("ES256", "RS256")])
def test_a_key_of_another_algorithm_is_another_key(mine: str, other: str, roots: TrustRoots) -> None:
    """An answer by one algorithm, put under a key of another: the key says which it is, the answer has no word in it."""
    device, thief = Authenticator(mine, origin=ORIGIN), Authenticator(other, origin=ORIGIN)
    thief.credential = device.credential
    key = passkey_of(device, "priya")
    signed = passkey.signed_by(vote(key), thief.get(passkey.assertion_options(vote(key), key, roots)))
    require_refused(device, roots, signed=signed)


def test_a_public_key_that_says_another_algorithm_is_no_key(device: Authenticator, roots: TrustRoots) -> None:
    key = passkey_of(device, "priya")
    signed = answer(device, vote(key), roots)
    for changed in ({3: -257}, {3: -8}, {3: -36}, {1: 1}):
        swapped = b64(cbor2.dumps({**device.cose, **changed}, canonical=True))
        with pytest.raises(Refused):
            passkey.verify(signed_bytes(vote(key)), signed.signature, key.model_copy(update={"public": swapped}), roots)


def test_a_key_without_a_credential_answers_nothing(device: Authenticator, roots: TrustRoots) -> None:
    key = passkey_of(device, "priya")
    signed = answer(device, vote(key), roots)
    with pytest.raises(Refused):
        passkey.verify(signed_bytes(vote(key)), signed.signature, key.model_copy(update={"credential": None}), roots)


def client(**changes: Any) -> Callable[[dict[str, Any]], bytes]:
    return lambda said: json.dumps({name: value for name, value in (said | changes).items() if value is not ...}).encode()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda said: b'{"challenge": "AAAA", ' + json.dumps(said).encode()[1:], id="the challenge twice"),
        pytest.param(lambda said: json.dumps(said).encode()[:-1] + b', "origin": "https://evil.example"}', id="the origin twice"),
        pytest.param(lambda said: json.dumps(said).encode()[:-1] + b', "crossOrigin": true}', id="crossOrigin twice"),
        pytest.param(lambda said: json.dumps(said).encode("utf-16"), id="UTF-16"),
        pytest.param(lambda said: b"\xef\xbb\xbf" + json.dumps(said).encode(), id="a byte order mark"),
        pytest.param(lambda said: json.dumps([said]).encode(), id="a list"),
        pytest.param(lambda said: b"null" + b" " * 60, id="nothing"),
        pytest.param(lambda said: b"{" * 3_000, id="deep"),
        pytest.param(lambda said: b"\xff" * 60, id="noise"),
        pytest.param(lambda said: b"{}" + b" " * 60, id="empty"),
        pytest.param(client(challenge=...), id="no challenge"),
        pytest.param(client(type=...), id="no type"),
        pytest.param(client(origin=...), id="no origin"),
        pytest.param(lambda said: client(challenge=said["challenge"] + "=")(said), id="the challenge padded"),
        pytest.param(lambda said: client(challenge=said["challenge"] + "!!")(said), id="the challenge with junk a decoder skips"),
        pytest.param(client(challenge=7), id="a number for a challenge"),
    ],
)
def test_client_data_that_two_readers_could_read_differently(
    device: Authenticator, roots: TrustRoots, make: Callable[[dict[str, Any]], bytes]
) -> None:
    """Signed by the right passkey all the same: only the reading refuses it."""
    key = passkey_of(device, "priya")
    challenge = passkey.assertion_options(vote(key), key, roots)["challenge"]
    raw = make(json.loads(device.client_data("webauthn.get", challenge)))
    signed = passkey.signed_by(vote(key), device.answer(RP, challenge, client=raw))
    require_refused(device, roots, signed=signed)


@pytest.mark.parametrize(
    "change",
    [
        signature(signature=b64(b"\0" * 70)),
        signature(signature="AAAA"),
        signature(signature="x" * 2_000),
        signature(signature=None),
        signature(signature=["AAAA"]),
        signature(authenticator_data=b64(bytes(37))),
        signature(authenticator_data=b64(bytes(36))),
        signature(authenticator_data=b64(b"\xff" * 200)),
        signature(credential="A" * 22),
        signature(credential=""),
        signature(client_data="e30" * 20),
        signature(surplus="x"),
        lambda signed: signed.signature[:-1],
        lambda signed: signed.signature.replace('{"credential"', '{"credential": "AAAAAAAAAAAAAAAAAAAAAA", "credential"'),
        lambda signed: "[" + signed.signature + "]",
        lambda signed: json.dumps(signed.signature),
        lambda signed: signed.signature.replace('"signature": "', '"signature": "='),
        lambda signed: "[" * 10_000,
        lambda signed: "null",
        lambda signed: "\ud800" * 20,
        lambda signed: "{}",
    ],
)
def test_a_malformed_answer(device: Authenticator, roots: TrustRoots, change: Callable[[Signed], str]) -> None:
    good = answer(device, vote(passkey_of(device, "priya")), roots)
    require_refused(device, roots, signature=change(good))


def test_base64url_has_one_spelling(device: Authenticator, roots: TrustRoots) -> None:
    good = json.loads(answer(device, vote(passkey_of(device, "priya")), roots).signature)
    data = good["authenticator_data"]  # 37 bytes: two bits of the last character mean nothing
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = data[:-1] + alphabet[alphabet.index(data[-1]) | 1]
    assert base64.urlsafe_b64decode(other + "==") == unb64(data)
    require_refused(device, roots, signature=json.dumps(good | {"authenticator_data": other}))


def test_every_flipped_byte_is_noticed(device: Authenticator, roots: TrustRoots) -> None:
    good = json.loads(answer(device, vote(passkey_of(device, "priya")), roots).signature)
    for field in ("authenticator_data", "client_data", "signature"):
        raw = unb64(good[field])
        for position in range(len(raw)):
            flipped = bytearray(raw)
            flipped[position] ^= 0x01
            require_refused(device, roots, signature=json.dumps(good | {field: b64(bytes(flipped))}))


def test_garbage_never_raises_anything_else(device: Authenticator, roots: TrustRoots) -> None:
    source = random.Random(7)
    good = answer(device, vote(passkey_of(device, "priya")), roots).signature
    for _ in range(300):
        junk = list(good)
        for _ in range(source.randint(1, 8)):
            junk[source.randrange(len(junk))] = chr(source.randrange(32, 1_000))
        require_refused(device, roots, signature="".join(junk)[: source.randint(1, len(junk))])


def test_no_refusal_repeats_what_came_in(device: Authenticator, roots: TrustRoots) -> None:
    device.origin = "https://<script>alert(1)</script>"
    with pytest.raises(Refused) as caught:
        check(device, roots)
    assert "script" not in str(caught.value)
    assert ORIGIN in str(caught.value)


def test_the_counter_is_not_looked_at(device: Authenticator, roots: TrustRoots) -> None:
    for count in (2**32 - 1, 5, 5, 0):
        device.count = count
        check(device, roots)


# -- Registering -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_a_passkey_is_registered(algorithm: str, roots: TrustRoots, person: Person) -> None:
    device = Authenticator(algorithm, origin=ORIGIN)
    options = passkey.registration_options(person, roots, [b64(b"an older one of hers")])
    found = passkey.verify_registration(device.create(options), person, roots)
    assert found == (device.public, device.credential_id)
    turned = passkey.verify_registration(device.create(options, cose=dict(reversed(device.cose.items()))), person, roots)
    assert turned == found  # one key, one name, however the device spells it


def test_what_the_browser_is_asked(roots: TrustRoots, person: Person, catalogue: Any) -> None:
    options = passkey.registration_options(person, roots, [b64(b"an older one of hers")])
    assert json.loads(json.dumps(options)) == options
    assert options["rp"] == {"name": "Holdpoint", "id": RP}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [-7, -8, -257]
    assert options["attestation"] == "none"
    assert [each["id"] for each in options["excludeCredentials"]] == [b64(b"an older one of hers")]
    user = unb64(options["user"]["id"])
    assert len(user) == 32
    assert b"priya" not in user  # the device may show it to whoever holds it
    assert options["user"]["id"] == passkey.registration_options(person, roots)["user"]["id"]
    assert options["user"]["id"] != passkey.registration_options(catalogue.person("maya"), roots)["user"]["id"]


def test_a_registration_for_another_person_or_place_is_none(
    device: Authenticator, roots: TrustRoots, person: Person, catalogue: Any
) -> None:
    elsewhere = replace(roots, rp_id="other.example")
    for options in (
        passkey.registration_options(catalogue.person("maya"), roots),
        passkey.registration_options(person, elsewhere),
    ):
        with pytest.raises(BadInput, match="another statement"):
            passkey.verify_registration(device.create(options), person, roots)


@pytest.mark.parametrize(
    "lie",
    [
        {"flags": UP},
        {"flags": UV},
        {"origin": "https://evil.example"},
        {"cross_origin": True},
        {"more": {"topOrigin": "https://evil.example"}},
        {"more": {"type": "webauthn.get"}},
        {"credential": b""},
    ],
)
def test_a_registration_that_is_not_what_was_asked(
    device: Authenticator, roots: TrustRoots, person: Person, lie: dict[str, Any]
) -> None:
    for name, value in lie.items():
        setattr(device, name, value)
    with pytest.raises(BadInput):
        passkey.verify_registration(device.create(passkey.registration_options(person, roots)), person, roots)


@pytest.mark.parametrize(
    "cose", [{1: 3, 3: -65535, -1: b"\xff" * 256, -2: b"\1\0\1"}, {1: 1, 3: -8, -1: 6, -2: b"\1" + bytes(31)}, {}]
)
def test_a_key_that_we_do_not_take(device: Authenticator, roots: TrustRoots, person: Person, cose: dict[int, Any]) -> None:
    with pytest.raises(BadInput):
        passkey.verify_registration(device.create(passkey.registration_options(person, roots), cose=cose), person, roots)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"response": {}}',
        '{"response": {"clientDataJSON": "e30", "attestationObject": "oA"}}',
        '{"response": []}',
        "[" * 10_000,
        "x" * 30_000,
        "\ud800",
        '{"id": 1e999}',
    ],
)
def test_a_malformed_registration(roots: TrustRoots, person: Person, text: str) -> None:
    with pytest.raises(BadInput):
        passkey.verify_registration(text, person, roots)


def test_what_is_too_long_is_not_even_read(device: Authenticator, roots: TrustRoots, person: Person) -> None:
    blanks = " " * passkey.MAX_RESPONSE
    created = device.create(passkey.registration_options(person, roots))
    key = passkey_of(device, "priya")
    answered = device.get(passkey.assertion_options(vote(key), key, roots))
    with pytest.raises(BadInput, match="longer"):
        passkey.verify_registration(created + blanks, person, roots)
    with pytest.raises(BadInput):
        passkey.signed_by(vote(key), answered + blanks)
    assert passkey.signed_by(vote(key), answered)


def test_an_attestation_of_noise_never_raises_anything_else(device: Authenticator, roots: TrustRoots, person: Person) -> None:
    source = random.Random(9)
    options = passkey.registration_options(person, roots)
    good = json.loads(device.create(options))
    raw = unb64(good["response"]["attestationObject"])
    for _ in range(300):
        junk = bytearray(raw)
        for _ in range(source.randint(1, 6)):
            junk[source.randrange(40)] = source.randrange(256)
        good["response"]["attestationObject"] = b64(bytes(junk[: source.randint(0, len(junk))]))
        with suppress(BadInput):
            assert passkey.verify_registration(json.dumps(good), person, roots).public == device.public


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"id": 7, "response": {}}', '{"id": "x", "response": null}', "x" * 30_000]
)
def test_an_answer_that_is_none_is_not_even_packed(device: Authenticator, text: str) -> None:
    with pytest.raises(BadInput):
        passkey.signed_by(vote(passkey_of(device, "priya")), text)


def test_a_public_key_out_of_the_store(device: Authenticator) -> None:
    assert passkey.key_bytes(device.public) == cbor2.dumps(device.cose, canonical=True)
    other = b64(cbor2.dumps(dict(reversed(device.cose.items()))))
    for public in (other, device.public + "=", device.public + "A", "not base64 at all!", "x" * 3_000, ""):
        with pytest.raises(BadInput):
            passkey.key_bytes(public)


def test_an_answer_with_a_method_of_its_own(device: Authenticator, roots: TrustRoots) -> None:
    signed = answer(device, vote(passkey_of(device, "priya")), roots)
    assert signed.method is Method.PASSKEY
