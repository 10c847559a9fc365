from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import BadInput, Conflict, NotFound
from include.store.checkpoint import Checkpoint
from include.store.database import Store
from include.store.export import export, export_to, verify_export
from include.store.ledger import Entry, append_many, entries, store_id
from include.store.verify import verify
from tests.include.store.attacks import ATTACKS, ERASED, ERASURE, HEAD, WITHOUT_PAYLOAD, Attack, Run, rewrite_chain


@pytest.fixture
def exported(ledger_store: Store, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.jsonl"
    assert export_to(ledger_store, path) == HEAD
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_export_says_what_the_store_says(ledger_store: Store, exported: Path) -> None:
    head, *body, end = lines(exported)
    with ledger_store.read() as conn:
        rows = list(entries(conn))
        assert head == {"holdpoint_ledger": 1, "store": store_id(conn)}
    assert end == {"entries": HEAD}
    assert [tuple(line.values())[:9] for line in body] == [row[:9] for row in rows]
    assert json.loads(body[4]["payload"]["body"]) == rows[4].payload
    assert body[WITHOUT_PAYLOAD - 1]["payload"] is None
    assert body[ERASED - 1]["payload"] == {"erased": ERASURE}
    assert exported.stat().st_mode & 0o077 == 0


def test_an_export_verifies_without_the_store(ledger_store: Store, exported: Path, sealed: Checkpoint) -> None:
    here, there = verify(ledger_store, checkpoints=[sealed]), verify_export(exported, [sealed])
    assert there.to_json() == here.to_json()
    assert there.ok
    assert there.sealed_to == HEAD


# A payload of no entry has no line to stand in.
EXPORTED = [attack for attack in ATTACKS if attack.problem != "belongs to no entry"]


@pytest.mark.parametrize("attack", EXPORTED, ids=lambda attack: attack.name)
def test_h09_a_broken_ledger_is_exported_as_it_is_and_found_there(
    ledger_store: Store, attacker: Run, attack: Attack, tmp_path: Path
) -> None:
    for statement in attack.statements:
        attacker(statement)
    export_to(ledger_store, tmp_path / "x")
    found = [(problem.seq, problem.problem) for problem in verify_export(tmp_path / "x").problems]
    assert any(seq == attack.seq and attack.problem in problem for seq, problem in found), found


def test_bytes_that_are_no_text_come_through(ledger_store: Store, attacker: Run, tmp_path: Path) -> None:
    attacker("UPDATE ledger SET actor = CAST(x'61ff62' AS TEXT) WHERE seq = 5")
    attacker("UPDATE payload SET body = x'7bff7d' WHERE seq = 4")
    export_to(ledger_store, tmp_path / "x")
    assert [problem.seq for problem in verify_export(tmp_path / "x").problems] == [4, 5]


def test_h09_every_changed_character_of_an_entry_is_found(exported: Path, tmp_path: Path, sealed: Checkpoint) -> None:
    """In the line of an entry with a payload; a line that still says the same is no change."""
    text = exported.read_text().splitlines(keepends=True)
    line = text[5]
    survived, refused = [], set()
    for index in range(0, len(line) - 1, 2):
        changed = line[:index] + chr(ord(line[index]) ^ 1) + line[index + 1 :]
        path = tmp_path / "changed"
        path.write_text("".join([*text[:5], changed, *text[6:]]))
        try:
            if verify_export(path, [sealed]).ok and parsed(changed) != parsed(line):
                survived.append((index, changed))
        except BadInput as error:
            refused.add(error.message[:6])
    assert survived == []
    assert refused == {"Line 6"}


def parsed(line: str) -> Any:
    """What the line says: hexadecimal digits of the salt say the same in capitals."""
    value = json.loads(line)
    value["payload"]["salt"] = value["payload"]["salt"].lower()
    return value


def test_a_rewritten_export_contradicts_the_checkpoint(
    ledger_store: Store, sealed: Checkpoint, attacker: Run, tmp_path: Path
) -> None:
    rewrite_chain(attacker)
    export_to(ledger_store, tmp_path / "x")
    assert verify_export(tmp_path / "x").ok
    assert not verify_export(tmp_path / "x", [sealed]).ok


def change(number: int, **fields: Any) -> Callable[[list[str]], list[str]]:
    return lambda text: [*text[:number], json.dumps(json.loads(text[number]) | fields), *text[number + 1 :]]


SPOILED: dict[str, Callable[[list[str]], list[str]]] = {
    "nothing": lambda text: [],
    "no first line": lambda text: text[1:],
    "another format": change(0, holdpoint_ledger=2),
    "cut short": lambda text: text[:-1],
    "cut within a line": lambda text: [*text[:-3], text[-3][:50]],
    "a line less, the end kept": lambda text: [*text[:4], *text[5:]],
    "something behind the end": lambda text: [*text, text[3]],
    "two ends": lambda text: [*text, text[-1]],
    "not JSON": lambda text: [*text[:3], "{", *text[3:]],
    "a list": lambda text: [*text[:3], "[]", *text[3:]],
    "an empty line": lambda text: [*text[:3], "", *text[3:]],
    "deep": lambda text: [*text[:3], "[" * 100_000, *text[3:]],
    "a surplus field": change(3, more=1),
    "seq as text": change(3, seq="3"),
    "seq as a fraction": change(3, seq=3.5),
    "seq true": change(3, seq=True),
    "seq too large": change(3, seq=2**70),
    "a column of a wrong type": change(3, actor=5),
    "a column null": change(3, hash=None),
    "payload of a wrong type": change(5, payload=[]),
    "payload with a surplus field": change(5, payload={"salt": "", "body": "", "x": 1}),
    "salt not hexadecimal": change(5, payload={"salt": "zz", "body": "{}"}),
    "salt a number": change(5, payload={"salt": 5, "body": "{}"}),
    "body a number": change(5, payload={"salt": "00", "body": 5}),
    "erased as text": change(7, payload={"erased": "10"}),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_no_export_is_refused_with_its_line(exported: Path, name: str) -> None:
    exported.write_text("".join(f"{line}\n" for line in SPOILED[name](exported.read_text().splitlines())))
    with pytest.raises(BadInput, match="Line"):
        verify_export(exported)


def test_a_repeated_entry_is_found(exported: Path) -> None:
    text = exported.read_text().splitlines()
    exported.write_text("\n".join([*text[:4], text[4], *text[4:-1], json.dumps({"entries": HEAD + 1})]) + "\n")
    assert not verify_export(exported).ok


def test_bytes_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        verify_export(tmp_path / "none")
    (tmp_path / "x").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput):
        verify_export(tmp_path / "x")


def test_an_export_is_never_written_over_another_file(ledger_store: Store, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("precious")
    with pytest.raises(Conflict):
        export_to(ledger_store, tmp_path / "x")
    with pytest.raises(BadInput):
        export_to(ledger_store, tmp_path / "x" / "y")
    assert (tmp_path / "x").read_text() == "precious"


def test_more_than_a_page_goes_through(store: Store, tmp_path: Path) -> None:
    with store.begin() as conn:
        append_many(conn, [Entry("ada", "k", f"s{n}", payload={"n": n} if n % 3 else None) for n in range(1234)])
    export_to(store, tmp_path / "x")
    assert verify_export(tmp_path / "x").to_json() == verify(store).to_json()
    buffer = io.StringIO()
    export(store, buffer)
    assert buffer.getvalue() == (tmp_path / "x").read_text()
