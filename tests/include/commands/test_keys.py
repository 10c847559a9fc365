from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from include.cli import main
from include.store.location import REPOSITORY
from tests.authenticator import Authenticator
from tests.holds_kit import Kit, make_kit, write_key
from tests.keys_kit import Keys


class Terminal:
    """Runs a command and says what came out. `answers` is what a person on the terminal types; None: nobody is there."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capsys = capsys
        self.patch = monkeypatch

    def __call__(self, *arguments: object, answer: str | None = None) -> tuple[int, str, str]:
        self.patch.setattr(sys.stdin, "isatty", lambda: answer is not None, raising=False)
        self.patch.setattr("builtins.input", lambda prompt: print(prompt) or answer)
        status = main(["keys", *map(str, arguments)])
        out, err = self.capsys.readouterr()
        return status, out, err


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return make_kit(tmp_path / "a kit")


@pytest.fixture
def keys(kit: Kit, store: Any, monkeypatch: pytest.MonkeyPatch) -> Keys:
    for name, value in (kit.environ | {"HOLDPOINT_STORE": str(store.engine.url)}).items():
        monkeypatch.setenv(name, value)
    return Keys(kit, store)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, keys: Keys) -> Terminal:
    return Terminal(capsys, monkeypatch)


def new_key(kit: Kit, name: str = "jonas") -> Path:
    return write_key(kit.folder / "keys" / name, Ed25519PrivateKey.generate())


def listed(terminal: Terminal) -> dict[str, dict[str, Any]]:
    status, out, _ = terminal("list", "--json")
    assert status == 0
    return {row["key"]: row for row in json.loads(out)["keys"]}


def test_enrol_witness_list_revoke(kit: Kit, terminal: Terminal) -> None:
    file = new_key(kit)
    status, out, _ = terminal("enrol", "--key", file, "--as", "jonas", "--environments", "production", "lab", "--yes")
    assert status == 0
    told = re.search(r"\./holdpoint keys witness ([0-9a-f]{64}) --key", out)
    assert told
    (mine,) = [row for row in listed(terminal).values() if row["person"] == "jonas"]
    assert (mine["state"], mine["environments"], mine["enrolment"]) == ("unwitnessed", ["lab", "production"], told[1])
    assert mine["fingerprint"] in out
    status, out, _ = terminal("witness", told[1], "--key", kit.key_file("ines"), "--yes")
    assert status == 0
    assert f"{mine['key']} counts for jonas from now on, in: lab, production." in out
    row = listed(terminal)[mine["key"]]
    assert (row["state"], row["witness"], row["enrolment"]) == ("counts", "ines", told[1])
    status, out, _ = terminal("revoke", mine["key"], "--key", file, "--reason", "lost", "--yes")
    assert (status, out) == (0, f"{mine['key']} no longer counts.\n")
    assert listed(terminal)[mine["key"]]["state"] == "revoked"


def test_a_steward_revokes_a_person(kit: Kit, terminal: Terminal) -> None:
    status, _, _ = terminal("revoke", "tomas", "--key", kit.key_file("ines"), "--reason", "left", "--yes")
    assert status == 0
    status, out, _ = terminal("list", "--json")
    assert json.loads(out)["revoked_people"] == ["tomas"]
    assert listed(terminal)[kit.key_id("tomas")]["state"] == "revoked"


def test_the_list_for_people(keys: Keys, terminal: Terminal) -> None:
    key = keys.admit("jonas", Authenticator(), environments=("lab", "production"))
    status, out, _ = terminal("list")
    assert status == 0
    lines = out.splitlines()
    assert len(lines) == 5
    (mine,) = [line for line in lines if "jonas" in line]
    assert mine.startswith(f"{key.id}  jonas  counts  passkey  lab,production  ines  ")
    assert all(" ssh " in line and "SHA256:" in line for line in lines if line != mine)


@pytest.mark.skipif(not Path("/usr/bin/ssh-keygen").exists(), reason="OpenSSH's ssh-keygen is not installed")
def test_the_fingerprint_is_the_one_that_ssh_keygen_shows(kit: Kit, terminal: Terminal) -> None:
    shown = subprocess.run(["/usr/bin/ssh-keygen", "-l", "-f", kit.key_file("maya")], capture_output=True, text=True, check=True)
    assert listed(terminal)[kit.key_id("maya")]["fingerprint"] in shown.stdout


# -- What is signed is shown -------------------------------------------------------------------------------------------


def test_what_is_signed_is_shown_whole_before_anybody_signs(kit: Kit, keys: Keys, terminal: Terminal) -> None:
    digest = keys.enrol(keys.key("jonas", environments=("lab",)))
    status, out, _ = terminal("witness", digest, "--key", kit.key_file("ines"), answer="yes")
    assert status == 0
    assert "You vouch that Jonas Weber (jonas) holds this key, for lab:" in out
    assert "SHA256:" in out
    for line in ('person: "ines"', f'enrolment: "{digest}"', 'enrolled_person: "jonas"', f'key: "{kit.key_id("ines")}"'):
        assert f"  {line}\n" in out
    assert '  type: "holdpoint.witness.v1"\n' in out


@pytest.mark.parametrize("answer", ["", "y", "YES!", "no"])
def test_anything_but_yes_signs_nothing(kit: Kit, keys: Keys, terminal: Terminal, answer: str) -> None:
    reason = "a reason of Zoë's, 'quoted'"
    status, out, err = terminal("revoke", "tomas", "--key", kit.key_file("ines"), "--reason", reason, answer=answer)
    assert status == 2
    assert "You revoke this person, at once and for good:" in out
    assert f"  reason: {json.dumps(reason, ensure_ascii=False)}\n" in out
    assert "Nothing was signed" in err
    assert keys.ring().revoked_people == frozenset()


def test_without_a_terminal_it_must_be_said_that_it_was_read(kit: Kit, keys: Keys, terminal: Terminal) -> None:
    status, _, err = terminal("revoke", "tomas", "--key", kit.key_file("ines"), "--reason", "left")
    assert status == 2
    assert "--yes" in err
    assert keys.ring().revoked_people == frozenset()


# -- Bad input ---------------------------------------------------------------------------------------------------------


def arguments(kit: Kit) -> dict[str, tuple[object, ...]]:
    file = kit.key_file("maya")
    return {
        "a person who is not there": ("enrol", "--key", file, "--as", "mallory", "--environments", "lab", "--yes"),
        "an environment that is no name": ("enrol", "--key", file, "--as", "maya", "--environments", "LAB!", "--yes"),
        "no environment": ("enrol", "--key", file, "--as", "maya", "--environments", ",", "--yes"),
        "a file that is not there": ("enrol", "--key", kit.folder / "none", "--as", "maya", "--environments", "lab", "--yes"),
        "an enrolment that is not there": ("witness", "0" * 64, "--key", file, "--yes"),
        "an enrolment that is no digest": ("witness", "../../etc/passwd", "--key", file, "--yes"),
        "a key that is not there": ("revoke", "key_" + "0" * 40, "--key", file, "--reason", "x", "--yes"),
        "a subject that is no name": ("revoke", "'; DROP TABLE statement", "--key", file, "--reason", "x", "--yes"),
        "an empty reason": ("revoke", "maya", "--key", file, "--reason", "", "--yes"),
        "an invisible reason": ("revoke", kit.key_id("maya"), "--key", file, "--reason", "a\u202eb", "--yes"),
        "a secret for a reason": ("revoke", kit.key_id("maya"), "--key", file, "--reason", "password=hunter2hunter2", "--yes"),
        "somebody else": ("revoke", "tomas", "--key", file, "--reason", "x", "--yes"),
    }


STATUS = {
    "a person who is not there": 5,
    "an environment that is no name": 2,
    "no environment": 2,
    "a file that is not there": 3,
    "an enrolment that is not there": 5,
    "an enrolment that is no digest": 5,
    "a key that is not there": 5,
    "a subject that is no name": 2,
    "an empty reason": 2,
    "an invisible reason": 2,
    "a secret for a reason": 2,
    "somebody else": 4,
}


@pytest.mark.parametrize("case", STATUS)
def test_bad_input_is_one_line_and_changes_nothing(kit: Kit, keys: Keys, terminal: Terminal, case: str) -> None:
    before = keys.ring()
    status, _, err = terminal(*arguments(kit)[case])
    assert status == STATUS[case], err
    assert err.startswith("holdpoint: ")
    assert " Next: " in err
    assert keys.ring() == before


def test_a_key_that_does_not_count_signs_nothing(kit: Kit, keys: Keys, terminal: Terminal) -> None:
    stranger = new_key(kit, "stranger")
    digest = keys.enrol(keys.key("jonas"))
    for said in (("witness", digest), ("revoke", "tomas", "--reason", "x")):
        status, _, err = terminal(*said, "--key", stranger, "--yes")
        assert status == 4
        assert "does not count" in err


def test_a_broken_record_is_said_and_nothing_listed(kit: Kit, keys: Keys, terminal: Terminal) -> None:
    keys.revoke("tomas")
    with keys.store.begin() as conn:
        conn.exec_driver_sql("DELETE FROM statement")
    status, out, err = terminal("list")
    assert (status, out) == (4, "")
    assert "not whole" in err


def test_the_trust_folder_must_be_whole(kit: Kit, terminal: Terminal) -> None:
    (kit.folder / "trust" / "revocations.yaml").unlink()
    status, _, err = terminal("list")
    assert status == 3
    assert "revocations.yaml" in err


@pytest.mark.parametrize("action", ["list", "enrol", "witness", "revoke"])
def test_help_is_whole(capsys: pytest.CaptureFixture[str], action: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["keys", action, "--help"])
    assert caught.value.code == 0
    assert "usage: holdpoint keys" in capsys.readouterr().out


def test_importing_the_command_is_cheap() -> None:
    code = "import sys; import include.commands.keys; print(*sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    heavy = {"pydantic", "sqlalchemy", "cryptography", "webauthn", "sshsig", "securesystemslib"}
    assert not heavy & {name.partition(".")[0] for name in done.stdout.split()}
