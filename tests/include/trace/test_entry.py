"""H09: each shown entry is held against its own hashes, by the attacks that the ledger's own verification knows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.catalogue.catalogue import Catalogue
from include.store.database import Store
from include.trace.entry import text
from tests.include.store.attacks import ATTACKS, ERASED, ERASURE, HEAD, WITHOUT_PAYLOAD, Attack, Run, rewrite_chain
from tests.include.store.conftest import attacker, ledger_store, sealed, signer  # noqa: F401  - fixtures
from tests.include.trace.conftest import Asked
from tests.include.trace.test_audience import granted

EVERYBODY = ("ruth", ("*",), ("public", "internal", "security", "restricted"))


@pytest.fixture
def everything(catalogue: Any) -> Catalogue:
    """A catalogue under which ruth sees all of it."""
    found: Catalogue = granted(catalogue, EVERYBODY)
    return found


def test_a_sound_ledger_has_sound_entries(ledger_store: Store, ask: Asked, everything: Catalogue) -> None:  # noqa: F811
    found = ask("subject:inc_1", as_="ruth", known=everything)
    states = {entry.seq: entry.state for entry in found.entries}
    assert found.verifies
    assert states[WITHOUT_PAYLOAD] == "none"
    assert states[ERASED] == "erased"
    assert states[5] == "shown"
    assert ask(f"subject:ledger:{ERASED}", as_="ruth", known=everything).entries[0].seq == ERASURE


# What is not about an entry that a trace shows: a payload of no entry, a number of no entry.
SEEN = [attack for attack in ATTACKS if attack.seq in (4, 5, WITHOUT_PAYLOAD, ERASED)]


@pytest.mark.parametrize("attack", SEEN, ids=lambda attack: attack.name)
def test_h09_a_changed_entry_is_said_not_to_verify(
    ledger_store: Store,  # noqa: F811
    attacker: Run,  # noqa: F811
    ask: Asked,
    everything: Catalogue,
    attack: Attack,
) -> None:
    for statement in attack.statements:
        attacker(statement)
    asked = [ask(what, as_="ruth", known=everything) for what in ("run:run_1", "subject:inc_1", "person:triage@service")]
    entries = {entry.seq: entry for found in asked for entry in found.entries}
    wrong = [entry for entry in entries.values() if not entry.verifies]
    assert attack.seq is not None
    assert {entry.seq for entry in wrong} & {attack.seq, attack.seq + 1, attack.seq + 2}  # of what is gone, the next one tells
    assert not all(found.verifies for found in asked)
    for entry in wrong:
        assert entry.payload is None or "follow" in str(entry.problems) or "missing" in str(entry.problems)
        json.dumps(entry.to_json()).encode()


@pytest.mark.parametrize(
    "cell", ["CAST(x'61ff62' AS TEXT)", "x'00ff'", "5", "1.5", "'two' || char(10) || 'lines'", "char(55296)"]
)
def test_whatever_stands_in_a_cell_can_be_shown(
    ledger_store: Store,  # noqa: F811
    attacker: Run,  # noqa: F811
    ask: Asked,
    everything: Catalogue,
    cell: str,
) -> None:
    for column in ("at", "actor", "kind", "hash"):
        attacker(f"UPDATE ledger SET {column} = {cell} WHERE seq = 5")
        found = ask("subject:inc_1", as_="ruth", known=everything)
        entry = next(entry for entry in found.entries if entry.seq == 5)
        assert not entry.verifies
        json.dumps(found.to_json()).encode()


def test_a_payload_that_is_not_what_was_hashed_is_not_shown(
    ledger_store: Store,  # noqa: F811
    attacker: Run,  # noqa: F811
    ask: Asked,
    everything: Catalogue,
) -> None:
    attacker('UPDATE payload SET body = \'{"label":"public","text":"lie"}\' WHERE seq = 5')
    entry = next(entry for entry in ask("subject:inc_1", as_="ruth", known=everything).entries if entry.seq == 5)
    assert (entry.state, entry.payload) == ("changed", None)
    assert "lie" not in str(entry.to_json())


def test_what_it_cannot_see_it_leaves_to_the_verification_of_the_chain(
    ledger_store: Store,  # noqa: F811
    sealed: Any,  # noqa: F811
    attacker: Run,  # noqa: F811
    ask: Asked,
    everything: Catalogue,
) -> None:
    rewrite_chain(attacker)
    assert ask("subject:inc_2", as_="ruth", known=everything).verifies
    against = ask("subject:inc_2", as_="ruth", known=everything, checkpoints=[sealed])
    assert not against.verifies
    assert against.seal is not None
    assert "rewritten" in against.seal.problems[0]
    assert against.seal.seq == 0
    assert sealed.seq == HEAD


@pytest.mark.parametrize(("cell", "said"), [(b"a\xff", "a\\xff"), ("\ud800", "\\ud800"), (None, "None"), (5, "5"), ("ü", "ü")])
def test_cells_as_text(cell: Any, said: str) -> None:
    assert text(cell) == said
