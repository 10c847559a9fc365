from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import Refused
from include.contracts.key import SigningKey
from include.contracts.statement import Method, Revocation, Revoked, Signed
from include.holds.digest import body_of
from include.holds.keys import key_id
from include.holds.signatures import registry
from include.holds.signatures.registry import METHODS, verify
from include.holds.signatures.sign_ssh import sign as sign_with_file
from tests.authenticator import Authenticator
from tests.holds_kit import Kit, answer, passkey_of

# Parts that methods share, or that make signatures instead of checking them.
NOT_A_METHOD = {"cose", "points", "registry", "sign_ssh"}


def revocation(kit: Kit, person: str = "priya", **changes: Any) -> Revocation:
    fields = kit.stated(person) | {"what": Revoked.KEY, "subject": kit.key_id(person), "reason": "lost"} | changes
    return Revocation(**fields)


def test_every_method_has_its_file_and_every_file_its_method() -> None:
    there = {path.stem for path in Path(str(registry.__file__)).parent.glob("*.py")}
    assert there - NOT_A_METHOD == {method.value for method in METHODS}
    assert set(METHODS) == set(Method)


def test_both_methods_verify(kit: Kit) -> None:
    verify(kit.sign(revocation(kit)), kit.key("priya"), kit.roots)
    verify(sign_with_file(revocation(kit), kit.key_file("priya")), kit.key("priya"), kit.roots)
    device = Authenticator()
    key = passkey_of(device, "priya")
    verify(answer(device, revocation(kit, key=key.id), kit.roots), key, kit.roots)


def require_refused(signed: Signed, key: SigningKey, kit: Kit) -> None:
    with pytest.raises(Refused) as caught:
        verify(signed, key, kit.roots)
    assert caught.value.rule == "signature"


def test_the_statement_names_the_key_and_the_person(kit: Kit) -> None:
    good, mine = kit.sign(revocation(kit)), kit.key("priya")
    require_refused(good, kit.key("maya"), kit)
    require_refused(good, mine.model_copy(update={"person": "maya"}), kit)
    require_refused(good, mine.model_copy(update={"id": kit.key_id("maya")}), kit)
    require_refused(good, mine.model_copy(update={"public": kit.key("maya").public}), kit)
    require_refused(kit.sign(revocation(kit), by="maya"), mine, kit)
    require_refused(kit.sign(revocation(kit, person="maya")), mine, kit)  # her key, his name
    other = kit.sign(revocation(kit, key=kit.key_id("maya")))
    require_refused(other, mine, kit)
    require_refused(other, mine.model_copy(update={"id": kit.key_id("maya")}), kit)


def test_the_method_is_the_keys(kit: Kit) -> None:
    good = kit.sign(revocation(kit))
    require_refused(good.model_copy(update={"method": Method.PASSKEY}), kit.key("priya"), kit)
    device = Authenticator()
    key = passkey_of(device, "priya")
    answered = answer(device, revocation(kit, key=key.id), kit.roots)
    require_refused(answered.model_copy(update={"method": Method.SSH}), key, kit)
    require_refused(answered, key.model_copy(update={"method": Method.SSH}), kit)
    require_refused(good, kit.key("priya").model_copy(update={"method": Method.PASSKEY}), kit)


def test_the_statement_is_in_canonical_form(kit: Kit) -> None:
    good = kit.sign(revocation(kit))
    for text in (
        good.statement.replace(":", ": ", 1),
        good.statement[:-1] + ',"reason":"lost"}',
        good.statement[:-1] + ',"more":1}',
        good.statement.replace("lost", "\\u006cost"),
        good.statement.replace('"lost"', "9007199254740993"),
        good.statement.replace('"lost"', "NaN"),
        good.statement.replace("lost", "re\u0301sume\u0301"),
        good.statement.replace("lost", "\u202etsol"),
        good.statement.replace("lost", "lo\u200bst"),
        "{}",
        "[" * 5_000,
    ):
        require_refused(good.model_copy(update={"statement": text}), kit.key("priya"), kit)


def test_a_signature_over_another_type_means_nothing_here(kit: Kit) -> None:
    """The type is part of what is signed, so no statement can be passed off as one of another type with the same fields."""
    good = kit.sign(revocation(kit))
    other = good.statement.replace("holdpoint.revocation.v1", "holdpoint.proposal.v1")
    require_refused(good.model_copy(update={"statement": other}), kit.key("priya"), kit)


def test_what_verified_once_is_not_computed_again_but_anything_else_is(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = METHODS[Method.SSH]

    class Counting:
        key_bytes = staticmethod(real.key_bytes)

        @staticmethod
        def verify(*arguments: Any) -> None:
            calls.append(arguments)
            real.verify(*arguments)

    monkeypatch.setitem(METHODS, Method.SSH, Counting())
    good, mine = kit.sign(revocation(kit)), kit.key("priya")
    for _ in range(3):
        verify(good, mine, kit.roots)
    assert len(calls) == 1
    require_refused(good.model_copy(update={"signature": good.signature.replace("A", "B", 1)}), mine, kit)
    require_refused(good, mine.model_copy(update={"person": "maya"}), kit)
    require_refused(good.model_copy(update={"method": Method.PASSKEY}), mine, kit)
    changed = body_of(revocation(kit, reason="found"))
    for _ in range(2):  # a refusal is not remembered as anything
        require_refused(good.model_copy(update={"statement": changed}), mine, kit)


def test_a_passkey_that_verified_at_one_address_does_not_at_another(kit: Kit) -> None:
    device = Authenticator()
    key = passkey_of(device, "priya")
    signed = answer(device, revocation(kit, key=key.id), kit.roots)
    verify(signed, key, kit.roots)
    for place in ({"origins": ("https://elsewhere.example",)}, {"rp_id": "elsewhere.example"}):
        kit.reload(**place)
        require_refused(signed, key, kit)


def test_what_is_remembered_is_bounded(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MAX_REMEMBERED", 2)
    for number in range(5):
        verify(kit.sign(revocation(kit, reason=str(number))), kit.key("priya"), kit.roots)
        assert len(registry._VERIFIED) <= 2


def test_a_key_is_known_by_its_bytes(kit: Kit) -> None:
    line = kit.key("priya").public
    assert {key_id(Method.SSH, text) for text in (line, f"{line} maya@example.com", f"  {line}  ")} == {kit.key_id("priya")}
    assert len({kit.key_id(person) for person in kit.private}) == len(kit.private)
