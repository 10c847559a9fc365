from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import LedgerBroken
from include.store.checkpoint import load_checkpoints
from include.store.database import Store
from include.store.keys import generate_key
from include.store.ledger import append
from include.store.sealing import seal
from include.store.verify import verify
from tests.include.store.attacks import HEAD, Run, rewrite_chain


def test_sealing_goes_on_from_where_it_ended(ledger_store: Store, signer: Any, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    assert seal(ledger_store, signer, folder) == (folder / f"checkpoint-{HEAD}.json", HEAD, True)
    assert seal(ledger_store, signer, folder) == (folder / f"checkpoint-{HEAD}.json", HEAD, False)
    with ledger_store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="x")
    assert seal(ledger_store, signer, folder).seq == HEAD + 1
    assert verify(ledger_store, checkpoints=load_checkpoints(folder, [signer.public_key])).unsealed == 0


def test_h09_a_rewritten_chain_is_not_sealed_anew(ledger_store: Store, signer: Any, tmp_path: Path, attacker: Run) -> None:
    seal(ledger_store, signer, tmp_path / "c")
    rewrite_chain(attacker)
    with ledger_store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="x")
    with pytest.raises(LedgerBroken):
        seal(ledger_store, signer, tmp_path / "c")


def test_a_replaced_key_needs_the_old_one_named(ledger_store: Store, signer: Any, tmp_path: Path) -> None:
    seal(ledger_store, signer, tmp_path / "c")
    new = generate_key(tmp_path / "new")
    with pytest.raises(LedgerBroken):
        seal(ledger_store, new, tmp_path / "c")
    with ledger_store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="x")
    assert seal(ledger_store, new, tmp_path / "c", [signer.public_key]).new
