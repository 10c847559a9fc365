"""`templates draft|sign|list|show|revoke` and `holds emergency|review` from the command line, with the document's example."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from include.cli import main
from include.contracts.hold import HoldState
from include.holds.digest import digest_of, read_template
from include.store.database import Store
from tests.holds_kit import make_kit
from tests.standing_kit import Standing
from tests.votes_kit import Ground

REFUSED, NOT_FOUND, BAD = 4, 5, 2
EXAMPLE = re.search(
    r"<!-- template -->\n```json\n(.*?)```", Path("docs/standard-and-emergency.md").read_text(encoding="utf-8"), re.DOTALL
)


@pytest.fixture
def standing(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Standing:
    kit = make_kit(tmp_path / "a kit")
    kit.edit_people(lambda people: people["ines"]["roles"].append("auditor"))
    url = f"sqlite:///{store.engine.url.database}"
    for name, value in {**kit.environ, "HOLDPOINT_STORE": url, "HOLDPOINT_PAGES": str(tmp_path / "pages.jsonl")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return Standing(Ground(store, kit))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """`run("templates", "list", …)`: exit status, standard output, standard error."""

    def go(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(each) for each in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return go


def drafted(standing: Standing, run: Any, tmp_path: Path) -> Path:
    assert EXAMPLE is not None
    wanted = json.loads(EXAMPLE[1]) | {"expires": (standing.ground.now + timedelta(days=30)).isoformat()}
    wanted["callouts"].append({"id": "already-true-1"})
    (tmp_path / "request.json").write_text(json.dumps(wanted))
    status, out, err = run("templates", "draft", tmp_path / "request.json", "--out", tmp_path / "template.json")
    assert (status, err) == (0, "")
    assert "Nothing was signed or kept." in out
    return tmp_path / "template.json"


def test_from_the_request_to_a_release_without_a_vote_and_its_end(standing: Standing, run: Any, tmp_path: Path) -> None:
    file, keys = drafted(standing, run, tmp_path), standing.ground.kit.key_file
    template = read_template(file.read_text())
    status, out, _ = run("templates", "sign", file, "--key", keys("tomas"), "--yes", "--json")
    assert (status, json.loads(out)) == (0, {"template": template.id, "digest": digest_of(template)})
    (row,) = json.loads(run("templates", "list", "--as", "tomas", "--json")[1])["templates"]
    assert row["state"] == "unsigned"
    assert run("templates", "sign", template.id, "--key", keys("priya"), "--yes")[0] == 0
    assert " counts  lab" in run("templates", "list", "--as", "tomas")[1]
    hold = standing.claim(template)
    assert standing.ground.hold(hold).state is HoldState.APPROVED
    page = run("holds", "show", hold.id, "--as", "tomas")[1]
    assert f"STANDARD CHANGE by the template {template.id}" in page
    assert "signed by priya, tomas" in page
    standing.ground.consume(hold)
    shown = run("templates", "show", template.id, "--as", "maya")[1]
    assert "used 1 times in the last 24 hours" in shown
    assert 'process: ["shop-orders"]' in shown
    assert run("templates", "revoke", template.id, "--key", keys("maya"), "--reason", "enough")[0] == 0
    assert json.loads(run("templates", "show", template.id, "--as", "maya", "--json")[1])["state"] == "revoked"


def test_what_keeps_a_signature_from_counting_is_shown(standing: Standing, run: Any) -> None:
    template = standing.filed()
    standing.ground.revoke_key("priya")
    found = json.loads(run("templates", "show", template.id, "--as", "tomas", "--json")[1])
    assert found["state"] == "unsigned"
    assert {each["person"]: each["why"] for each in found["signed"]} == {"tomas": "", "priya": "key"}


def test_nothing_is_signed_where_nobody_can_be_asked(standing: Standing, run: Any, tmp_path: Path) -> None:
    file = drafted(standing, run, tmp_path)
    assert run("templates", "sign", file, "--key", standing.ground.kit.key_file("tomas"))[0] == BAD
    assert standing.ground.count("template") == 0


def test_on_a_terminal_the_word_is_asked_for(
    standing: Standing, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, key = drafted(standing, run, tmp_path), standing.ground.kit.key_file("tomas")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question="": "yes")
    assert run("templates", "sign", file, "--key", key)[0] == BAD
    monkeypatch.setattr("builtins.input", lambda question="": "sign")
    assert run("templates", "sign", file, "--key", key)[0] == 0


@pytest.mark.parametrize("garbage", ["", "{", "[]", '{"environment": 1}', "\x00", "[" * 4_000])
def test_h10_garbage_is_named_and_not_drafted(standing: Standing, run: Any, tmp_path: Path, garbage: str) -> None:
    (tmp_path / "bad.json").write_text(garbage)
    assert run("templates", "draft", tmp_path / "bad.json")[0] == BAD
    assert run("templates", "sign", tmp_path / "bad.json", "--key", standing.ground.kit.key_file("tomas"), "--yes")[0] == BAD
    assert run("templates", "draft", tmp_path / "missing.json")[0] == BAD


def test_h12_to_who_may_not_read_its_services_a_template_is_not_there(standing: Standing, run: Any) -> None:
    template = standing.filed()
    standing.ground.kit.edit_people(lambda people: people["jonas"].update(roles=[]))
    for person, there in (("jonas", []), ("tomas", [template.id])):
        listed = json.loads(run("templates", "list", "--as", person, "--json")[1])["templates"]
        assert [row["id"] for row in listed] == there
    for name in (template.id, "tmpl_" + "0" * 26):
        status, _, err = run("templates", "show", name, "--as", "jonas")
        assert (status, "There is no such template, or none that you may read." in err) == (NOT_FOUND, True)


def test_an_emergency_from_its_declaration_to_its_review(standing: Standing, run: Any) -> None:
    ground, keys = standing.ground, standing.ground.kit.key_file
    ground.edit("approvals", lab={"approvals": 2})
    hold, incident = ground.propose(), standing.incident()
    why = ("--incident", incident, "--reason", "Orders are lost")
    refused = run("holds", "emergency", hold.id, *why, "--key", keys("maya"), "--json")
    assert refused[0] == REFUSED
    assert "independence" in json.loads(refused[2])["error"]["message"]
    status, out, _ = run("holds", "emergency", hold.id, *why, "--key", keys("priya"))
    assert status == 0
    assert "1 of 1 pages were sent." in out
    page = run("holds", "show", hold.id, "--as", "tomas")[1]
    assert "EMERGENCY, declared by priya" in page
    assert ground.approve(hold, "tomas").state is HoldState.APPROVED
    ground.consume(hold)
    found = ("--finding", "justified", "--reason", "As the incident says")
    assert run("holds", "review", hold.id, *found, "--key", keys("tomas"))[0] == REFUSED
    assert run("holds", "review", hold.id, *found, "--key", keys("ines"))[0] == 0
    again = ground.propose()
    assert run("holds", "emergency", again.id, *why, "--key", keys("priya"), "--json")[0] == 0


def test_h10_a_page_that_cannot_be_sent_is_said_and_stays_to_be_sent(
    standing: Standing, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "no" / "such" / "folder"))
    (tmp_path / "no").write_text("a file, not a folder")
    hold, incident = standing.ground.propose(), standing.incident()
    key = standing.ground.kit.key_file("priya")
    status, out, _ = run("holds", "emergency", hold.id, "--incident", incident, "--reason", "x", "--key", key)
    assert status == 0
    assert "0 of 1 pages were sent; ./holdpoint reconcile sends the others" in out
