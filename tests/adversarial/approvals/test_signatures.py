"""A signature is that key's over exactly these bytes, or it is none. (What `sshsig` itself must see: tests of `signatures`.)"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from include.contracts.hold import Hold, HoldState
from include.contracts.statement import Method, Proposal, Revoked, Signed, Witness
from include.holds.digest import body_of
from include.holds.signatures.sign_ssh import armor
from tests.votes_kit import Ground, sign_bytes

HEAD, FOOT = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


def packed(signature: str) -> bytes:
    return base64.b64decode("".join(signature.splitlines()[1:-1]))


def unpacked(raw: bytes) -> str:
    text = base64.b64encode(raw).decode()
    return "\n".join([HEAD, *(text[start : start + 70] for start in range(0, len(text), 70)), FOOT, ""])


def with_signature(signed: Signed, signature: str) -> Signed:
    return signed.model_copy(update={"signature": signature})


FORGERIES: dict[str, Any] = {
    "cut off": lambda s: unpacked(packed(s)[:-1]),
    "cut off in the armor": lambda s: s[: len(s) // 2],
    "without its end": lambda s: s.replace(FOOT, ""),
    "more than it was": lambda s: unpacked(packed(s) + b"\0"),
    "re-ordered lines": lambda s: "\n".join([s.splitlines()[0], *s.splitlines()[2:-1], s.splitlines()[1], FOOT, ""]),
    "another hash": lambda s: unpacked(packed(s).replace(b"sha512", b"sha256")),
    "no hash": lambda s: unpacked(packed(s).replace(b"sha512", b"none!!")),
    "another algorithm": lambda s: unpacked(packed(s).replace(b"ssh-ed25519", b"ssh-rsa\0\0\0\0")),
    "another namespace": lambda s: unpacked(packed(s).replace(b"statement@holdpoint", b"statement@holdpoinT")),
    "another version": lambda s: unpacked(packed(s).replace(b"SSHSIG\0\0\0\1", b"SSHSIG\0\0\0\2")),
    "one bit": lambda s: unpacked(packed(s)[:-1] + bytes([packed(s)[-1] ^ 1])),
    "zeros": lambda s: unpacked(packed(s)[:-64] + bytes(64)),
    "nothing": lambda _: " " * 20,
    "a token": lambda _: "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ0b21hcyJ9.c2lnbmF0dXJl",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_h03_a_forged_signature_is_refused(ground: Ground, hold: Hold, forge: Any) -> None:
    signed = ground.vote(hold, "tomas")
    ground.refused_vote("signature", with_signature(signed, forge(signed.signature)))


def test_h03_somebody_else_s_signature_is_refused(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("signature", ground.vote(hold, "tomas", by="maya"))


def test_h03_somebody_else_s_key_is_refused(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("key", ground.vote(hold, "tomas", by="maya", key=ground.kit.key_id("maya")))
    ground.refused_vote("key", ground.vote(hold, "tomas", key="key_" + "0" * 40))


def test_h03_the_signature_of_another_vote_is_refused(ground: Ground, hold: Hold) -> None:
    no = ground.vote(hold, "tomas", decision="reject", reason="Not now.", callouts=())
    yes = ground.vote(hold, "tomas")
    ground.refused_vote("signature", with_signature(yes, no.signature))


def test_h03_a_signature_over_the_bare_text_is_refused(ground: Ground, hold: Hold) -> None:
    """What is signed begins with the statement's type, so nothing else that a key ever signed can be taken for it."""
    body = ground.vote(hold, "tomas").statement
    bare = Signed(statement=body, method=Method.SSH, signature=armor(ground.kit.private["tomas"], body.encode()))
    ground.refused_vote("signature", bare)
    ground.refused_vote("signature", sign_bytes(body, ground.kit.private["tomas"], "holdpoint.proposal.v1"))


def test_h03_the_other_method_s_answer_is_refused(ground: Ground, hold: Hold) -> None:
    signed = ground.vote(hold, "tomas")
    answer = json.dumps(dict.fromkeys(("credential", "authenticator_data", "client_data", "signature"), "AAAA"))
    for signature in (signed.signature, answer):
        ground.refused_vote("signature", Signed(statement=signed.statement, method=Method.PASSKEY, signature=signature))


def test_h03_a_signed_statement_of_another_kind_is_no_vote(ground: Ground, hold: Hold) -> None:
    """Its signature is good and its signer may decide; it just does not say so."""
    said = ground.kit.stated("tomas", ground.now)
    statements: list[Any] = [
        Proposal(**said, hold=hold.id, plan_digest=hold.plan_digest),
        Witness(**said, enrolment="0" * 64, enrolled_person="maya"),
    ]
    for statement in statements:
        ground.refused_vote("signature", ground.kit.sign(statement))
        ground.refused_statement("signature", lambda statement=statement: take(ground, ground.kit.sign(statement)))
    ground.refused_statement("signature", lambda: take(ground, ground.vote(hold, "tomas")))
    ground.refused_statement("signature", lambda: ground.take_back("tomas", Revoked.KEY, ground.kit.key_id("maya")))
    assert ground.hold(hold).state is HoldState.PROPOSED


def take(ground: Ground, signed: Signed) -> Any:
    from include.holds.revoke import revoke

    return revoke(ground.store, ground.kit.roots, signed)


@pytest.mark.both_databases
@pytest.mark.parametrize("forge", [FORGERIES["one bit"], FORGERIES["a token"]], ids=["one bit", "a token"])
def test_h03_a_vote_put_into_the_store_with_its_entry_needs_its_signature_still(ground: Ground, hold: Hold, forge: Any) -> None:
    signed = ground.vote(hold, "tomas")
    ground.put_row(hold, with_signature(signed, forge(signed.signature)), entered=True)
    ground.put_state(hold, "approved", entered=True)
    assert ground.judge(hold).approvals == ()
    ground.refused_release("signature", hold)


def test_h03_who_says_it_may_lie_in_the_row_but_not_in_what_was_signed(ground: Ground, hold: Hold) -> None:
    """maya's own vote, whose row says that it is priya's."""
    signed = ground.vote(hold, "maya")
    ground.put_row(hold, signed, entered=True, person="priya")
    ground.put_state(hold, "approved", entered=True)
    ground.refused_release("complete_record", hold)


def test_h03_a_signature_exchanged_after_the_vote_takes_it_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    other = ground.vote(ground.propose(), "tomas")
    ground.sql("UPDATE statement SET signature = :s WHERE type = 'holdpoint.vote.v1'", s=other.signature)
    ground.refused_release("signature", hold)


def test_h03_bytes_exchanged_after_the_vote_take_it_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    vote = next(row for row in ground.rows(hold) if row.type == "holdpoint.vote.v1")
    ground.sql("UPDATE statement SET body = :b WHERE digest = :d", b=vote.body.replace("tomas", "priya"), d=vote.digest)
    ground.refused_release("complete_record", hold)


def test_h03_a_proposal_needs_its_signature_still(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    other = next(row for row in ground.rows(ground.propose()))
    ground.sql(
        "UPDATE statement SET signature = :s WHERE type = 'holdpoint.proposal.v1' AND subject = :h", s=other.signature, h=hold.id
    )
    ground.refused_release("signature", hold)


def test_the_statement_in_these_tests_is_good_before_it_is_bent(ground: Ground, hold: Hold) -> None:
    signed = ground.vote(hold, "tomas")
    assert unpacked(packed(signed.signature)) == signed.signature
    assert body_of(ground.case(hold).proposal.statement)
    assert ground.cast(signed).state is HoldState.APPROVED
