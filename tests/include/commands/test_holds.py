"""`holds list|show|approve|reject|revoke` from the command line: looking takes a name, deciding a key."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from include.cli import main
from include.contracts.hold import Hold, HoldState
from include.store.database import Store
from tests.holds_kit import make_kit
from tests.votes_kit import Ground

REFUSED, NOT_FOUND, BAD = 4, 5, 2


@pytest.fixture
def ground(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Ground:
    kit = make_kit(tmp_path / "a kit")
    for name, value in {**kit.environ, "HOLDPOINT_STORE": f"sqlite:///{store.engine.url.database}"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return Ground(store, kit)


@pytest.fixture
def hold(ground: Ground) -> Hold:
    return ground.propose()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """`run("list", …)`: exit status, standard output, standard error."""

    def go(*arguments: str) -> tuple[int, str, str]:
        status = main(["holds", *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return go


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`on_a_terminal("approve")`: somebody is there and types these lines; what was asked comes back."""

    def sit(*lines: str) -> list[str]:
        asked: list[str] = []
        answers = iter(lines)

        def answer(question: str = "") -> str:
            asked.append(question)
            return next(answers)

        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", answer)
        return asked

    return sit


def key(ground: Ground, person: str) -> list[str]:
    return ["--key", str(ground.kit.key_file(person))]


def shown(run: Any, hold: Hold, person: str) -> dict[str, Any]:
    _, out, _ = run("show", hold.id, "--as", person, "--json")
    said: dict[str, Any] = json.loads(out)
    return said


def as_shown(run: Any, hold: Hold, person: str) -> list[str]:
    """What `approve` needs where nobody can be asked."""
    said = shown(run, hold, person)
    return ["--view", said["view_digest"], *(word for row in said["view"]["callouts"] for word in ("--acknowledge", row["id"]))]


# -- Looking -----------------------------------------------------------------------------------------------------------


def test_what_waits_for_oneself_stands_first(ground: Ground, run: Any) -> None:
    own = ground.propose(person="tomas")
    other = ground.propose(person="maya")
    status, out, _ = run("list", "--as", "tomas")
    first, second = out.splitlines()
    assert status == 0
    assert first.startswith(f"you  {other.id}  proposed  ")
    assert second.startswith(f"-  {own.id}  proposed  ")
    assert "shop-orders" in first
    assert "Restart the order service" in first


def test_as_json_a_row_is_the_hold_its_services_and_for_whom(ground: Ground, hold: Hold, run: Any) -> None:
    _, out, _ = run("list", "--as", "ines", "--json")
    (row,) = json.loads(out)["holds"]
    assert row == {**hold.to_json(), "services": ["shop-orders"], "mine": False}


def test_what_was_decided_is_listed_by_itself(ground: Ground, hold: Hold, run: Any) -> None:
    ground.reject(hold, "tomas")
    assert run("list", "--as", "tomas") == (0, "", "")
    assert "rejected" in run("list", "--as", "tomas", "--decided")[1]


def test_h12_who_may_not_read_it_is_told_nothing(ground: Ground, hold: Hold, run: Any) -> None:
    ground.kit.edit_people(lambda rows: rows["jonas"].update(roles=[]))
    assert run("list", "--as", "jonas") == (0, "", "")
    nothing = run("show", hold.id, "--as", "jonas")
    assert nothing == run("show", "hold_" + "0" * 26, "--as", "jonas")
    assert nothing[0] == NOT_FOUND
    assert "Restart" not in nothing[2]


def test_the_page_is_shown_whole_with_what_was_decided_and_what_is_missing(ground: Ground, hold: Hold, run: Any) -> None:
    status, out, _ = run("show", hold.id, "--as", "tomas")
    plan = ground.plan(hold)
    assert status == 0
    assert out.startswith(f"{hold.id} is proposed.\n")
    for callout in plan.callouts:
        assert f"[{callout.id}] {callout.says}" in out
    assert plan.reason in out
    assert f"  page {shown(run, hold, 'tomas')['view_digest']}\n" in out
    assert "What was decided\n  nothing yet\n" in out
    assert "  quorum: 0 of 1 different people have approved\n" in out


def test_votes_are_shown_with_whether_they_count(ground: Ground, hold: Hold, run: Any) -> None:
    ground.edit("approvals", lab={"approvals": 2})
    hold = ground.propose()
    ground.approve(hold, "tomas", reason="Seen on the board.")
    ground.kit.edit_people(lambda rows: rows["tomas"]["roles"].remove("shop-owner"))
    (vote,) = shown(run, hold, "maya")["votes"]
    assert (vote["person"], vote["decision"], vote["counts"], vote["reason"]) == (
        "tomas",
        "approve",
        "role",
        "Seen on the board.",
    )
    assert (
        f"tomas: approve (does not count: role)  {vote['vote']}\n    Seen on the board.\n"
        in run("show", hold.id, "--as", "maya")[1]
    )


# -- Approving ---------------------------------------------------------------------------------------------------------


def test_on_no_terminal_the_page_and_each_callout_are_named(ground: Ground, hold: Hold, run: Any) -> None:
    status, out, _ = run("approve", hold.id, *key(ground, "tomas"), *as_shown(run, hold, "tomas"))
    assert (status, out) == (0, f"{hold.id} is approved.\n")
    assert ground.judge(hold).approvals == ("tomas",)


def test_on_no_terminal_nothing_is_taken_for_granted(ground: Ground, hold: Hold, run: Any) -> None:
    words = as_shown(run, hold, "tomas")
    for some in ([], words[2:], [*words[2:], "--json"]):
        status, _, err = run("approve", hold.id, *key(ground, "tomas"), *some)
        assert status == BAD
        assert "--view DIGEST" in err
    for fewer in (words[:2], words[:-2], [*words, "--acknowledge", "all"]):
        status, _, err = run("approve", hold.id, *key(ground, "tomas"), *fewer)
        assert (status, "the rule callouts" in err) == (REFUSED, True)
    assert ground.hold(hold).state is HoldState.PROPOSED


def test_there_is_no_word_for_all_callouts_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["holds", "approve", "--help"])
    assert "acknowledge-all" not in capsys.readouterr().out


def test_another_page_than_today_s_is_refused(ground: Ground, hold: Hold, run: Any) -> None:
    words = as_shown(run, hold, "tomas")
    words[1] = "0" * 64
    status, _, err = run("approve", hold.id, *key(ground, "tomas"), *words)
    assert (status, "the rule view" in err) == (REFUSED, True)
    assert run("approve", hold.id, *key(ground, "tomas"), "--view", "today")[0] == BAD


def test_on_a_terminal_each_callout_is_asked_for(ground: Ground, hold: Hold, run: Any, on_a_terminal: Any) -> None:
    callouts = ground.plan(hold).callouts
    asked = on_a_terminal(*(callout.id for callout in callouts), "approve")
    status, out, _ = run("approve", hold.id, *key(ground, "tomas"))
    assert status == 0
    assert len(asked) == len(callouts) + 1
    assert ground.plan(hold).reason in out
    for callout in callouts:
        assert out.count(callout.says) == 2, "once on the page, once by itself"
    assert out.endswith(f"{hold.id} is approved.\n")


@pytest.mark.parametrize("wrong", [0, 2, -1])
def test_on_a_terminal_any_other_word_signs_nothing(ground: Ground, hold: Hold, run: Any, on_a_terminal: Any, wrong: int) -> None:
    words = [*(callout.id for callout in ground.plan(hold).callouts), "approve"]
    words[wrong] = "yes"
    on_a_terminal(*words)
    status, _, err = run("approve", hold.id, *key(ground, "tomas"))
    assert (status, "Nothing was signed" in err) == (BAD, True)
    assert ground.hold(hold).state is HoldState.PROPOSED


def test_one_s_own_plan_is_refused_and_the_ledger_says_so(ground: Ground, hold: Hold, run: Any) -> None:
    status, _, err = run("approve", hold.id, *key(ground, "maya"), *as_shown(run, hold, "maya"))
    assert (status, "the rule independence" in err) == (REFUSED, True)
    assert [entry.payload["rule"] for entry in ground.entries(kind="vote.refused") if entry.payload] == ["independence"]


def test_a_key_that_does_not_count_says_nothing(ground: Ground, hold: Hold, run: Any) -> None:
    words = as_shown(run, hold, "tomas")
    ground.kit.revoke_outside(keys=[ground.kit.key_id("tomas")])
    status, _, err = run("approve", hold.id, *key(ground, "tomas"), *words)
    assert (status, "does not count" in err) == (REFUSED, True)


def test_what_is_no_key_file_is_bad_input(ground: Ground, hold: Hold, run: Any, tmp_path: Path) -> None:
    for content in (b"", b"ssh-rsa AAAA", b"\0" * 99):
        file = tmp_path / "k"
        file.write_bytes(content)
        file.chmod(0o600)
        assert run("approve", hold.id, "--key", str(file), "--view", "0" * 64)[0] in (2, 3)
    assert run("approve", hold.id, "--key", str(tmp_path / "none"), "--view", "0" * 64)[0] in (2, 3)


# -- Against -----------------------------------------------------------------------------------------------------------


def test_a_rejection_ends_it(ground: Ground, hold: Hold, run: Any) -> None:
    ground.approve(hold, "tomas")
    status, out, _ = run("reject", hold.id, *key(ground, "priya"), "--reason", "Payday.", "--json")
    assert (status, json.loads(out)["hold"]["state"]) == (0, "rejected")
    assert "priya: reject" in run("show", hold.id, "--as", "maya")[1]
    status, _, err = run("approve", hold.id, *key(ground, "tomas"), *as_shown(run, hold, "tomas"))
    assert (status, "the rule state" in err) == (REFUSED, True)


def test_a_rejection_says_why_and_nothing_secret(ground: Ground, hold: Hold, run: Any) -> None:
    for reason in ("", "the password: hunter2hunter2", "a\u202eb", "x" * 20_001):
        assert run("reject", hold.id, *key(ground, "tomas"), "--reason", reason)[0] == BAD
    assert ground.hold(hold).state is HoldState.PROPOSED


def test_on_a_terminal_a_rejection_is_asked_for(ground: Ground, hold: Hold, run: Any, on_a_terminal: Any) -> None:
    on_a_terminal("no")
    assert run("reject", hold.id, *key(ground, "tomas"), "--reason", "No.")[0] == BAD
    on_a_terminal("reject")
    assert run("reject", hold.id, *key(ground, "tomas"), "--reason", "No.")[0] == 0
    assert ground.hold(hold).state is HoldState.REJECTED


def test_a_vote_is_taken_back_by_its_digest(ground: Ground, hold: Hold, run: Any) -> None:
    ground.approve(hold, "tomas")
    (vote,) = shown(run, hold, "tomas")["votes"]
    assert run("revoke", vote["vote"], *key(ground, "tomas"), "--reason", "Not sure.")[:2] == (0, f"{hold.id} is proposed.\n")
    assert shown(run, hold, "tomas")["votes"][0]["counts"] == "revoked"
    status, _, err = run("revoke", vote["vote"], *key(ground, "priya"), "--reason", "Mine?")
    assert (status, "the rule person" in err) == (REFUSED, True)


def test_a_hold_is_taken_back_by_its_id(ground: Ground, hold: Hold, run: Any) -> None:
    assert run("revoke", hold.id, *key(ground, "maya"), "--reason", "Not needed.")[:2] == (0, f"{hold.id} is revoked.\n")


@pytest.mark.parametrize("subject", ["", "hold_", "../x", "0" * 64, "plan_" + "0" * 26, "hold_" + "0" * 26])
def test_what_is_not_there_cannot_be_taken_back(ground: Ground, hold: Hold, run: Any, subject: str) -> None:
    assert run("revoke", subject, *key(ground, "maya"), "--reason", "?")[0] in (BAD, REFUSED)
    assert ground.hold(hold).state is HoldState.PROPOSED
