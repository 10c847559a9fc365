"""The tool manifest: its digests change with whatever a tool does, and only its signer's word counts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.dsse import Envelope

from include.contracts.errors import ConfigError, Conflict, NotFound
from include.contracts.plan import Risk
from include.contracts.production import FUNCTIONS, ToolEntry, ToolManifest
from include.contracts.tools import production_tool
from include.holds import manifest as manifests
from include.holds.manifest import (
    PAYLOAD_TYPE,
    contract_digest,
    load_manifest,
    manifest_of,
    open_manifest,
    sign_manifest,
    write_manifest,
)
from include.store.canonical import canonical
from include.store.keys import generate_key, load_public_keys

RESTART = production_tool("restart_service")


@pytest.fixture
def signer(tmp_path: Path) -> Any:
    return generate_key(tmp_path / "writer")


@pytest.fixture
def keys(signer: Any, tmp_path: Path) -> Any:
    return load_public_keys(tmp_path / "writer.pub")


def raw(envelope: Envelope) -> bytes:
    return json.dumps(envelope.to_dict()).encode()


def test_h03_a_signed_manifest_comes_back_as_it_was(signer: Any, keys: Any, tmp_path: Path) -> None:
    manifest = manifest_of("lab")
    write_manifest(sign_manifest(manifest, signer), tmp_path / "tools.json")
    assert load_manifest(tmp_path / "tools.json", keys) == manifest
    assert [tool.name for tool in manifest.tools] == ["restart_service"]
    with pytest.raises(Conflict):
        write_manifest(sign_manifest(manifest, signer), tmp_path / "tools.json")


def test_an_environment_in_which_no_tool_acts_has_none() -> None:
    with pytest.raises(NotFound, match="'moon'"):
        manifest_of("moon")


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"max_effect_s": 121},
        {"timeout_s": 61},
        {"environments": ("lab",)},
        {"concurrency": "conditional"},
        {"risk": Risk.LOW},
        {"owner": "release"},
        {"read_back": "query_logs"},
        {"input_model": RESTART.output_model},
        {"guard_model": RESTART.input_model},
    ],
    ids=lambda change: next(iter(change)),
)
def test_h03_any_change_of_a_contract_is_another_digest(change: dict[str, Any]) -> None:
    assert contract_digest(RESTART) == contract_digest(RESTART.model_copy())
    assert contract_digest(RESTART.model_copy(update=change)) != contract_digest(RESTART)


def test_h03_a_change_of_its_functions_is_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = contract_digest(RESTART)
    source = Path(str(manifests.tools.__file__)).with_name("restart_service.py").read_bytes()
    assert manifests._source(RESTART) == source
    monkeypatch.setattr(manifests, "_source", lambda contract: source + b"\n")
    assert contract_digest(RESTART) != before


def test_the_digest_covers_every_field_of_the_contract() -> None:
    named = set(manifests.descriptor(RESTART)) | {"input_model", "output_model", "guard_model"}
    assert set(type(RESTART).model_fields) <= named | FUNCTIONS  # functions by the digest of their file


def _resign(payload: bytes, type_: str = PAYLOAD_TYPE) -> Callable[[Any], bytes]:
    def made(signer: Any) -> bytes:
        envelope = Envelope(payload, type_, {})
        envelope.sign(signer)
        return raw(envelope)

    return made


def _edited(signer: Any, change: Callable[[dict[str, Any]], None]) -> bytes:
    plain = sign_manifest(manifest_of("lab"), signer).to_dict()
    change(plain)
    return json.dumps(plain).encode()


def _other_payload(plain: dict[str, Any]) -> None:
    plain["payload"] = base64.b64encode(canonical(manifest_of("production").to_json())).decode()


_LAB = manifest_of("lab").to_json()
_TWICE = ToolManifest(environment="lab", tools=(ToolEntry(name="a", version=1, digest="0" * 64),) * 2)
FORGED: dict[str, tuple[Callable[[Any], bytes], str]] = {
    "nothing": (lambda _: b"", "not a DSSE envelope"),
    "no JSON": (lambda _: b"\xff{", "not a DSSE envelope"),
    "a list": (lambda _: b"[]", "not a DSSE envelope"),
    "nested": (lambda _: b"[" * 100_000, "not a DSSE envelope"),
    "a key twice": (lambda s: raw(sign_manifest(manifest_of("lab"), s)).replace(b"{", b'{"payload": "", ', 1), "not a DSSE"),
    "no signature": (lambda s: _edited(s, lambda plain: plain.update(signatures=[])), "signed"),
    "another payload": (lambda s: _edited(s, _other_payload), "no key"),
    "a checkpoint's type": (
        _resign(canonical(_LAB), "application/vnd.holdpoint.checkpoint+json"),
        "signed as something else",
    ),
    "no manifest": (_resign(canonical({"environment": "lab"})), "not a manifest's"),
    "no tools": (_resign(canonical(_LAB | {"tools": []})), "not a manifest's"),
    "not canonical": (_resign(json.dumps(_LAB).encode()), "canonical"),
    "a tool twice": (_resign(canonical(_TWICE.to_json())), "twice"),
    "surplus": (_resign(canonical(_LAB | {"and": 1})), "not a manifest's"),
}


@pytest.mark.parametrize(("forge", "says"), FORGED.values(), ids=FORGED)
def test_h03_what_is_no_signed_manifest_is_refused(signer: Any, keys: Any, forge: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=says):
        open_manifest(forge(signer), keys)
    (tmp_path / "tools.json").write_bytes(forge(signer))
    with pytest.raises(ConfigError, match="cannot be trusted"):
        load_manifest(tmp_path / "tools.json", keys)


def test_h03_anothers_signature_does_not_count(signer: Any, tmp_path: Path) -> None:
    generate_key(tmp_path / "other")
    others = load_public_keys(tmp_path / "other.pub")
    with pytest.raises(ValueError, match="no key that was given"):
        open_manifest(raw(sign_manifest(manifest_of("lab"), signer)), others)


def test_a_manifest_that_is_not_there_is_said_to_be_missing(keys: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        load_manifest(tmp_path / "none.json", keys)
    with pytest.raises(ConfigError):
        load_manifest(tmp_path, keys)
