"""A trace's file: what is in it, that it verifies by itself, and that no byte of it can be changed unseen."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import BadInput, Conflict, NotFound
from include.store.database import Store, new_id
from include.store.erasure import erase
from include.store.export import export_to
from include.store.ledger import append
from include.trace.bundle import is_bundle, verify_bundle, write_bundle, write_bundle_to
from tests.include.store.conftest import seal, signer  # noqa: F401  - fixtures
from tests.include.trace.conftest import Asked, Story, seqs

Exported = Callable[..., Path]


@pytest.fixture
def secret(store: Store, story: Story) -> str:
    """Evidence on the incident that not everybody may read, and an entry whose payload was erased."""
    evidence = new_id("ev")
    with store.begin() as conn:
        about = {"actor": "incident_triage@service", "kind": "tool.called", "subject": story.incident}
        append(conn, **about, payload={"label": "security", "evidence": evidence})
        erase(conn, append(conn, **about, payload={"label": "internal", "note": "personal"}), "ruth", "request 12")
        append(conn, **about)
    return evidence


@pytest.fixture
def exported(ask: Asked, story: Story, secret: str, tmp_path: Path) -> Exported:
    """`exported("maya")`: the incident's trace as that person may see it."""

    def write(who: str = "maya") -> Path:
        path = tmp_path / f"{who}.jsonl"
        found = ask(story.incident, as_=who, limit=500)
        write_bundle_to(path, found.entries, store="store_" + "0" * 26, question=str(found.question), reader=who, at="now")
        return path

    return write


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_it_verifies_by_itself_and_says_what_it_is(ask: Asked, story: Story, exported: Exported) -> None:
    path = exported()
    report = verify_bundle(path)
    assert is_bundle(path)
    assert report.ok, report.problems
    numbers = seqs(ask(story.incident, limit=500))
    assert (report.entries, report.first, report.last) == (len(numbers), numbers[0], numbers[-1])
    assert (report.withheld, report.erased, report.reader) == (0, 1, "maya")
    assert report.question == f"incident:{story.incident}"
    assert report.to_json()["ok"] is True
    assert path.stat().st_mode & 0o077 == 0


def test_its_lines_are_those_of_the_ledgers_own_export(store: Store, exported: Exported, tmp_path: Path) -> None:
    export_to(store, tmp_path / "ledger.jsonl")
    whole = set((tmp_path / "ledger.jsonl").read_text().splitlines())
    head, *body, end = exported().read_text().splitlines()
    assert set(body) <= whole
    assert {head, end}.isdisjoint(whole)


def test_h12_what_the_reader_may_not_read_is_not_in_it(exported: Exported, secret: str) -> None:
    for who, there in (("maya", True), ("jonas", False)):
        path = exported(who)
        assert (secret in path.read_text()) is there
        report = verify_bundle(path)
        assert (report.ok, report.withheld) == (True, 0 if there else 1)
    assert "personal" not in exported("tomas").read_text()


def test_a_checkpoint_holds_for_the_entry_it_names(store: Store, exported: Exported, signer: Any, seal: Any) -> None:  # noqa: F811
    path = exported()
    entry = lines(path)[3]
    checkpoint = seal(store, signer).model_copy(update={"seq": entry["seq"], "hash": entry["hash"], "store": "store_" + "0" * 26})
    assert verify_bundle(path, [checkpoint]).sealed == [entry["seq"]]
    assert verify_bundle(path, [checkpoint.model_copy(update={"seq": 9_999})]).sealed == []
    for wrong in ({"hash": "0" * 64}, {"store": "store_" + "1" * 26}):
        assert not verify_bundle(path, [checkpoint.model_copy(update=wrong)]).ok


def test_h09_every_changed_character_of_an_entry_is_found(exported: Exported, tmp_path: Path) -> None:
    text = exported("jonas").read_text().splitlines(keepends=True)
    number = next(index for index, line in enumerate(text) if '"body"' in line and len(line) < 1_500)
    survived, refused = [], set()
    for index in range(len(text[number]) - 1):
        changed = text[number][:index] + chr(ord(text[number][index]) ^ 1) + text[number][index + 1 :]
        (tmp_path / "changed").write_text("".join([*text[:number], changed, *text[number + 1 :]]))
        try:
            if verify_bundle(tmp_path / "changed").ok and same(changed) != same(text[number]):
                survived.append((index, changed))
        except BadInput as error:
            refused.add(error.message.partition(":")[0])
    assert survived == []
    assert refused <= {f"Line {number + 1} of the export", f"Line {number + 2} of the export"}


def same(line: str) -> Any:
    value = json.loads(line)
    value["payload"]["salt"] = value["payload"]["salt"].lower()
    return value


def test_h09_a_withheld_payload_is_no_licence(exported: Exported) -> None:
    path = exported("jonas")
    text = lines(path)
    with_payload = next(index for index, line in enumerate(text) if line.get("payload") and "body" in line["payload"])
    without = next(index for index, line in enumerate(text) if line.get("payload", 0) is None)
    for index, payload in ((with_payload, None), (without, {"withheld": True}), (with_payload, {"erased": text[1]["seq"]})):
        changed = [*text[:index], text[index] | {"payload": payload}, *text[index + 1 :]]
        path.write_text("".join(f"{json.dumps(line)}\n" for line in changed))
        assert not verify_bundle(path).ok, payload


def drop(at: int) -> Callable[[list[str]], list[str]]:
    return lambda text: [*text[:at], *text[at + 1 :]]


def change(at: int, **fields: Any) -> Callable[[list[str]], list[str]]:
    return lambda text: [*text[:at], json.dumps(json.loads(text[at]) | fields), *text[at + 1 :]]


SPOILED: dict[str, Callable[[list[str]], list[str]]] = {
    "nothing": lambda text: [],
    "no head": lambda text: text[1:],
    "another format": change(0, holdpoint_trace=2),
    "no question": change(0, question=None),
    "no store": change(0, store=5),
    "cut short": lambda text: text[:-1],
    "an entry less": drop(2),
    "an entry twice": lambda text: [*text[:3], text[2], *text[3:]],
    "another order": lambda text: [text[0], text[2], text[1], *text[3:]],
    "something behind the end": lambda text: [*text, text[2]],
    "two ends": lambda text: [*text, text[-1]],
    "a wrong count": change(-1, entries=1),
    "not JSON": lambda text: [text[0], "{", *text[1:]],
    "deep": lambda text: [text[0], "[" * 100_000, *text[1:]],
    "a list": lambda text: [text[0], "[]", *text[1:]],
    "a surplus field": change(2, more=1),
    "seq as text": change(2, seq="3"),
    "a column null": change(2, actor=None),
    "payload with more": change(2, payload={"withheld": True, "x": 1}),
    "withheld a word": change(2, payload={"withheld": "yes"}),
}


@pytest.mark.parametrize("name", [name for name in SPOILED if name not in {"a wrong count"}])
def test_what_is_no_trace_is_refused_with_its_line(exported: Exported, name: str) -> None:
    path = exported()
    path.write_text("".join(f"{line}\n" for line in SPOILED[name](path.read_text().splitlines())))
    with pytest.raises(BadInput, match="Line"):
        verify_bundle(path)


def test_a_wrong_count_is_refused(exported: Exported) -> None:
    path = exported()
    *text, _ = path.read_text().splitlines()
    for end in ('{"entries": 1}', '{"entries": null}', '{"entries": "9"}'):
        path.write_text("\n".join([*text, end]) + "\n")
        with pytest.raises(BadInput, match="Line"):
            verify_bundle(path)


def test_files_that_are_none(tmp_path: Path, exported: Exported) -> None:
    with pytest.raises(NotFound):
        verify_bundle(tmp_path / "none")
    (tmp_path / "x").write_bytes(b'{"holdpoint_trace": 1, "\xff\xfe')
    assert is_bundle(tmp_path / "x")
    with pytest.raises(BadInput):
        verify_bundle(tmp_path / "x")
    assert not is_bundle(tmp_path / "none")
    assert not is_bundle(tmp_path)
    with pytest.raises(Conflict):
        exported(), exported()
    with pytest.raises(BadInput):
        write_bundle_to(tmp_path / "x" / "y", [], store="s", question="q", reader="r", at="a")


def test_an_empty_trace_is_one(tmp_path: Path) -> None:
    file = io.StringIO()
    assert write_bundle(file, [], store="s", question="q", reader="r", at="a") == 0
    (tmp_path / "x").write_text(file.getvalue())
    assert verify_bundle(tmp_path / "x").ok
