from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.contracts.errors import ConfigError
from include.holds.trust import TrustRoots
from include.store.keys import generate_key
from tests.holds_kit import Kit, write_revocations


def load(kit: Kit) -> TrustRoots:
    return TrustRoots.load(kit.catalogue, kit.folder / "trust")


def test_everything_in_the_folder_is_read(kit: Kit) -> None:
    trust = kit.folder / "trust"
    write_revocations(trust, [kit.key_id("tomas")], ["priya", "gone-long-ago"])
    roots = load(kit)
    assert roots.revoked_keys == {kit.key_id("tomas")}
    assert roots.revoked_people == {"priya", "gone-long-ago"}
    assert (roots.checkpoints, roots.checkpoint_key) == (trust / "checkpoints", trust / "checkpoints.pub")
    assert roots.tools is not None
    assert [tool.name for tool in roots.tools.tools] == ["restart_service"]


def test_it_is_read_anew_each_time(kit: Kit) -> None:
    assert load(kit).revoked_people == frozenset()
    write_revocations(kit.folder / "trust", people=["priya"])
    assert load(kit).revoked_people == {"priya"}


def test_the_environment_says_where(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (kit.environ | {"HOLDPOINT_CONSOLE_URL": "https://ops.example.com/holdpoint"}).items():
        monkeypatch.setenv(name, value)
    roots = TrustRoots.load(kit.catalogue)
    assert roots.tools is not None
    assert (roots.origins, roots.rp_id) == (("https://ops.example.com",), "ops.example.com")


def test_without_a_folder_nothing_is_known(kit: Kit) -> None:
    roots = TrustRoots.load(kit.catalogue)
    assert roots == TrustRoots(kit.catalogue)
    assert (roots.tools, roots.checkpoints, roots.revoked_keys) == (None, None, frozenset())
    assert (roots.origins, roots.rp_id) == (("http://localhost:8080",), "localhost")


def test_pairs_that_are_not_there_are_nothing(kit: Kit) -> None:
    trust = kit.folder / "trust"
    for name in ("tools.json", "tools.pub", "checkpoints.pub"):
        (trust / name).unlink()
    (trust / "checkpoints").rmdir()
    roots = load(kit)
    assert (roots.tools, roots.checkpoints, roots.checkpoint_key) == (None, None, None)


@pytest.mark.parametrize("name", ["tools.json", "tools.pub", "checkpoints.pub", "checkpoints", "revocations.yaml"])
def test_h02_half_of_a_pair_is_an_error_and_no_default(kit: Kit, name: str) -> None:
    path = kit.folder / "trust" / name
    path.rmdir() if path.is_dir() else path.unlink()
    with pytest.raises(ConfigError, match=name):
        load(kit)


def test_a_folder_that_is_not_there_is_an_error(kit: Kit, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"revocations\.yaml cannot be read"):
        TrustRoots.load(kit.catalogue, tmp_path / "none")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "keys: []",
        "people: []",
        "keys: []\npeople:",
        "keys: []\npeople: priya",
        "keys: []\npeople: [Priya]",
        "keys: []\npeople: [pri\u0443a]",
        "keys: [key_1]\npeople: []",
        "keys: [deadbeef]\npeople: []",
        "keys: []\npeople: []\nmore: []",
        "keys: []\npeople: []\npeople: [priya]",
        "keys: [}",
        "[]",
        "\x00",
        "keys: &a []\npeople: *a",
        "keys: []\npeople: []\n#" + "x" * 1_100_000,
    ],
)
def test_h10_a_file_that_cannot_be_read_revokes_nobody_silently(kit: Kit, text: str) -> None:
    (kit.folder / "trust" / "revocations.yaml").write_text(text)
    with pytest.raises(ConfigError):
        load(kit)


def test_a_manifest_that_another_key_signed_is_not_taken(kit: Kit, tmp_path: Path) -> None:
    generate_key(tmp_path / "other")
    (tmp_path / "other.pub").replace(kit.folder / "trust" / "tools.pub")
    with pytest.raises(ConfigError, match="cannot be trusted"):
        load(kit)


def test_a_manifest_that_was_edited_is_not_taken(kit: Kit) -> None:
    path = kit.folder / "trust" / "tools.json"
    envelope = json.loads(path.read_text())
    payload = envelope["payload"]
    path.write_text(json.dumps(envelope | {"payload": payload[:-8] + ("A" if payload[-8] != "A" else "B") + payload[-7:]}))
    with pytest.raises(ConfigError, match="cannot be trusted"):
        load(kit)


@pytest.mark.parametrize(
    ("url", "origin", "rp_id"),
    [
        ("http://localhost:8080", "http://localhost:8080", "localhost"),
        ("http://localhost", "http://localhost", "localhost"),
        ("https://ops.example.com", "https://ops.example.com", "ops.example.com"),
        ("https://ops.example.com:443/", "https://ops.example.com", "ops.example.com"),
        ("https://OPS.example.com:8443/a/b", "https://ops.example.com:8443", "ops.example.com"),
    ],
)
def test_the_origin_is_the_browsers(kit: Kit, url: str, origin: str, rp_id: str) -> None:
    roots = TrustRoots.load(kit.catalogue, console_url=url)
    assert (roots.origins, roots.rp_id) == ((origin,), rp_id)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8080",
        "ftp://localhost",
        "http://ops.example.com",
        "http://127.0.0.1:8080",
        "https://127.0.0.1",
        "https://[::1]:8080",
        "https://",
        "https://user:secret@ops.example.com",
        "https://ops.example.com/?next=x",
        "https://ops.example.com/#x",
        "https://ops.example.com:99999",
        "https://ops.example.com:x",
        "https://öps.example.com",
        "https://ops example.com",
        "https://ops.example.com\\@evil.example",
        "javascript:alert(1)",
        "\x00",
    ],
)
def test_an_address_that_no_passkey_can_be_bound_to(kit: Kit, url: str) -> None:
    with pytest.raises(ConfigError, match="HOLDPOINT_CONSOLE_URL"):
        TrustRoots.load(kit.catalogue, console_url=url)
