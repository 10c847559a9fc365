from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.dsse import Envelope

from include.contracts.errors import Conflict, LedgerBroken, NotFound, StoreError
from include.store.canonical import canonical
from include.store.checkpoint import (
    PAYLOAD_TYPE,
    Checkpoint,
    create_checkpoint,
    load_checkpoints,
    open_checkpoint,
    write_checkpoint,
)
from include.store.database import Store
from include.store.keys import generate_key
from include.store.ledger import entries
from tests.include.store.attacks import HEAD, Run


@pytest.fixture
def envelope(ledger_store: Store, signer: Any) -> Envelope:
    with ledger_store.read() as conn:
        return create_checkpoint(conn, signer)


def raw(envelope: Envelope, **changes: Any) -> bytes:
    return json.dumps(envelope.to_dict() | changes).encode()


def test_a_checkpoint_seals_the_head(ledger_store: Store, signer: Any, envelope: Envelope) -> None:
    with ledger_store.read() as conn:
        first, *_, last = entries(conn)
    found = open_checkpoint(raw(envelope), [signer.public_key])
    assert (found.store, found.seq, found.hash, found.erased) == (first.subject, last.seq, last.hash, 1)
    assert found.at >= last.at
    assert envelope.payload == canonical(found.to_json())


def test_it_is_a_dsse_envelope_that_others_can_check(envelope: Envelope, signer: Any, tmp_path: Path) -> None:
    """By the text of the standard, with nothing of the library that wrote it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    written = json.loads(write_checkpoint(envelope, tmp_path).read_text())
    body, kind = base64.b64decode(written["payload"]), written["payloadType"].encode()
    assert kind == b"application/vnd.holdpoint.checkpoint+json"
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer.public_key.keyval["public"]))
    key.verify(base64.b64decode(written["signatures"][0]["sig"]), signed)


def test_h09_a_broken_chain_is_never_signed(ledger_store: Store, signer: Any, attacker: Run) -> None:
    attacker("UPDATE ledger SET actor = 'mallory' WHERE seq = 5")
    with ledger_store.read() as conn, pytest.raises(LedgerBroken, match="entry 5"):
        create_checkpoint(conn, signer)


def test_from_the_last_checkpoint_on_only_the_rest_is_verified(
    ledger_store: Store, signer: Any, sealed: Checkpoint, attacker: Run
) -> None:
    attacker("UPDATE ledger SET actor = 'mallory' WHERE seq = 5")
    with ledger_store.read() as conn:
        again = open_checkpoint(raw(create_checkpoint(conn, signer, since=sealed)), [signer.public_key])
    assert (again.seq, again.hash, again.erased) == (sealed.seq, sealed.hash, sealed.erased)
    attacker(f"UPDATE ledger SET hash = prev_hash WHERE seq = {HEAD}")
    with ledger_store.read() as conn, pytest.raises(LedgerBroken):
        create_checkpoint(conn, signer, since=sealed)


def test_a_file_is_written_whole_and_never_over_another(envelope: Envelope, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    path = write_checkpoint(envelope, folder)
    assert path == folder / f"checkpoint-{HEAD}.json"
    before = path.read_bytes()
    with pytest.raises(Conflict):
        write_checkpoint(envelope, folder)
    assert path.read_bytes() == before
    assert list(folder.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_says_so(envelope: Envelope, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        write_checkpoint(envelope, tmp_path / "file")


def test_they_load_oldest_first_by_number(ledger_store: Store, signer: Any, tmp_path: Path, sealed: Checkpoint) -> None:
    for seq in (9, 100, 11):
        signed = Envelope(canonical(sealed.model_copy(update={"seq": seq}).to_json()), PAYLOAD_TYPE, {})
        signed.sign(signer)
        write_checkpoint(signed, tmp_path)
    assert [found.seq for found in load_checkpoints(tmp_path, [signer.public_key])] == [9, 11, 100]


def test_an_old_key_beside_the_new(envelope: Envelope, signer: Any, tmp_path: Path) -> None:
    new = generate_key(tmp_path / "new")
    write_checkpoint(envelope, tmp_path / "c")
    assert len(load_checkpoints(tmp_path / "c", [new.public_key, signer.public_key])) == 1


def forge(envelope: Envelope, signer: Any, other: Any) -> dict[str, bytes]:
    """Name -> what somebody puts where a checkpoint belongs."""
    written = envelope.to_dict()
    content = json.loads(envelope.payload)

    def signed(payload: bytes, kind: str = PAYLOAD_TYPE, by: Any = signer) -> bytes:
        made = Envelope(payload, kind, {})
        made.sign(by)
        return raw(made)

    tampered = base64.b64encode(canonical(content | {"erased": 0})).decode()
    foreign = json.loads(signed(envelope.payload, by=other))
    foreign["signatures"][0]["keyid"] = written["signatures"][0]["keyid"]
    return {
        "empty": b"",
        "not JSON": b"{",
        "not UTF-8": b"\xff\xfe",
        "deep": b"[" * 100_000,
        "a list": b"[]",
        "null": b"null",
        "no fields": b"{}",
        "signatures of a wrong type": raw(envelope, signatures=5),
        "payload of a wrong type": raw(envelope, payload=[]),
        "payload not base64": raw(envelope, payload="!"),
        "unsigned": raw(envelope, signatures=[]),
        "payload changed": raw(envelope, payload=tampered),
        "type changed": raw(envelope, payloadType="application/json"),
        "signature of another": raw(envelope, signatures=[{"keyid": written["signatures"][0]["keyid"], "sig": "AAAA"}]),
        "another key": signed(envelope.payload, by=other),
        "another key under our key's id": json.dumps(foreign).encode(),
        "our key, another purpose": signed(envelope.payload, "application/vnd.in-toto+json"),
        "our key, other content": signed(b'{"seq": 1}'),
        "our key, a surplus field": signed(canonical(content | {"more": 1})),
        "our key, a number as text": signed(canonical(content | {"seq": str(content["seq"])})),
        "our key, seq 0": signed(canonical(content | {"seq": 0})),
        "our key, no JSON": signed(b"hello"),
        "another entry's": signed(canonical(content | {"seq": content["seq"] - 1})),
    }


def test_h09_what_no_given_key_has_signed_as_a_checkpoint_is_refused(envelope: Envelope, signer: Any, tmp_path: Path) -> None:
    other = generate_key(tmp_path / "other")
    path = tmp_path / "c" / f"checkpoint-{HEAD}.json"
    write_checkpoint(envelope, path.parent)
    assert load_checkpoints(path.parent, [signer.public_key])
    for name, content in forge(envelope, signer, other).items():
        path.write_bytes(content)
        with pytest.raises(LedgerBroken, match=re.escape(str(path))):
            pytest.fail(f"accepted: {name}: {load_checkpoints(path.parent, [signer.public_key])}")


def test_a_renamed_checkpoint_is_refused(envelope: Envelope, signer: Any, tmp_path: Path) -> None:
    path = write_checkpoint(envelope, tmp_path / "c")
    path.rename(path.with_name("checkpoint-7.json"))
    with pytest.raises(LedgerBroken, match="not what its name says"):
        load_checkpoints(path.parent, [signer.public_key])


def test_a_missing_folder_is_not_an_empty_one(signer: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        load_checkpoints(tmp_path / "none", [signer.public_key])
    assert load_checkpoints(tmp_path, [signer.public_key]) == []
