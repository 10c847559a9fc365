from __future__ import annotations

from typing import Any

from include.store.database import Store
from include.store.ledger import append
from include.trace.seal import Seal, sealed
from tests.include.store.attacks import HEAD, Run
from tests.include.store.conftest import attacker, ledger_store, seal, signer  # noqa: F401  - fixtures
from tests.include.store.conftest import sealed as checkpoint  # noqa: F401


def held(store: Store, *checkpoints: Any) -> Seal:
    with store.read() as conn:
        return sealed(conn, checkpoints)


def test_the_newest_checkpoint_that_holds_says_how_far(
    ledger_store: Store,  # noqa: F811
    signer: Any,  # noqa: F811
    seal: Any,  # noqa: F811
    checkpoint: Any,  # noqa: F811
) -> None:
    assert held(ledger_store, checkpoint) == Seal(HEAD, checkpoint.at, ())
    with ledger_store.begin() as conn:
        append(conn, actor="ada", kind="k", subject="s")
    newer = seal(ledger_store, signer)
    for given in ((newer, checkpoint), (checkpoint, newer)):
        assert held(ledger_store, *given) == Seal(HEAD + 1, newer.at, ())


def test_h09_checkpoints_that_do_not_hold_are_problems(ledger_store: Store, attacker: Run, checkpoint: Any) -> None:  # noqa: F811
    foreign = checkpoint.model_copy(update={"store": "store_" + "0" * 26})
    beyond = checkpoint.model_copy(update={"seq": HEAD + 5})
    older = checkpoint.model_copy(update={"seq": 5})
    found = held(ledger_store, foreign, beyond, older, checkpoint)
    assert found.seq == HEAD
    assert [word for word in ("rewritten", "another store", "missing") if word in " ".join(found.problems)] == [
        "rewritten",
        "another store",
        "missing",
    ]
    attacker(f"UPDATE ledger SET hash = 'x' WHERE seq = {HEAD}")
    assert held(ledger_store, checkpoint).seq == 0
    assert held(ledger_store, checkpoint).problems
