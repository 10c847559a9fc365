"""What is believed without the store's word: the catalogue, and a folder that whoever can write the store cannot.

    HOLDPOINT_TRUST         the folder; unset: nothing is revoked from outside, no checkpoint and no manifest is known
    HOLDPOINT_CONSOLE_URL   where people open the console; a passkey answers for this address alone

    revocations.yaml            required: `keys: [key_…]` and `people: [name]`, either may be []
    checkpoints/                checkpoint-<seq>.json, and checkpoints.pub, the keys that sign them
    tools.json, tools.pub       the writer's tool manifest, and the keys that sign it

Half of a pair, and what does not verify, is an error and not a default.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pydantic import ValidationError

from include.catalogue.catalogue import Catalogue
from include.catalogue.strict_yaml import load_yaml
from include.contracts.base import Contract, Slug
from include.contracts.errors import ConfigError
from include.contracts.production import ToolManifest
from include.contracts.statement import KeyId
from include.store.keys import load_public_keys

CONSOLE_URL = "http://localhost:8080"
_MAX_BYTES = 1_000_000
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")  # the latter an IP address, to be refused as such
_PORTS = {"http": 80, "https": 443}


class Revocations(Contract):
    """`revocations.yaml`. Both lists are said, so that an emptied file is not read as "nobody"."""

    keys: tuple[KeyId, ...]
    people: tuple[Slug, ...]


@dataclass(frozen=True)
class TrustRoots:
    """What a release is judged by, beside the store. `tools` is None where no manifest is known: then no plan can be made."""

    catalogue: Catalogue
    revoked_keys: frozenset[str] = frozenset()
    revoked_people: frozenset[str] = frozenset()
    origins: tuple[str, ...] = (CONSOLE_URL,)
    rp_id: str = "localhost"
    checkpoints: Path | None = None
    checkpoint_key: Path | None = None
    tools: ToolManifest | None = None

    @classmethod
    def load(cls, catalogue: Catalogue, folder: Path | None = None, console_url: str | None = None) -> TrustRoots:
        """Read the folder and the address anew.

        :param folder: default HOLDPOINT_TRUST, none when unset
        :param console_url: default HOLDPOINT_CONSOLE_URL
        :raises ConfigError: a file is missing, unreadable or not signed; a passkey cannot be bound to the address
        """
        named = folder or os.environ.get("HOLDPOINT_TRUST")
        origin, rp_id = _origin(console_url or os.environ.get("HOLDPOINT_CONSOLE_URL") or CONSOLE_URL)
        if not named:
            return cls(catalogue, origins=(origin,), rp_id=rp_id)
        place = Path(named)
        revoked = _revocations(place / "revocations.yaml")
        checkpoints, checkpoint_key = _pair(place / "checkpoints", place / "checkpoints.pub")
        return cls(
            catalogue,
            revoked_keys=frozenset(revoked.keys),
            revoked_people=frozenset(revoked.people),
            origins=(origin,),
            rp_id=rp_id,
            checkpoints=checkpoints,
            checkpoint_key=checkpoint_key,
            tools=_tools(*_pair(place / "tools.json", place / "tools.pub")),
        )


def _revocations(path: Path) -> Revocations:
    try:
        return Revocations.model_validate_json(json.dumps(load_yaml(_read(path), path.name)))
    except (ValidationError, ValueError) as error:
        found = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise ConfigError(
            f"{path} does not say who is revoked: {found}.",
            next_step="write `keys: []` and `people: []` into it, or who it is",
        ) from None


def _pair(thing: Path, key: Path) -> tuple[Path | None, Path | None]:
    if not thing.exists() and not key.exists():
        return None, None
    for path in (thing, key):
        if not path.exists():
            raise ConfigError(f"There is no {path}.", next_step=f"put {thing.name} and {key.name} there, or neither")
    return thing, key


def _tools(path: Path | None, key: Path | None) -> ToolManifest | None:
    from include.holds.manifest import load_manifest  # every tool's contract comes with it

    return None if path is None or key is None else load_manifest(path, load_public_keys(key))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", next_step="make it, or make it readable; see docs/keys.md"
        ) from error
    if len(raw) > _MAX_BYTES:
        raise ConfigError(f"{path} is larger than {_MAX_BYTES} bytes.", next_step="look at what it holds")
    return raw


def _origin(url: str) -> tuple[str, str]:
    """Origin and relying party of an address, as a browser makes them (HTML's "ASCII serialization of an origin")."""
    try:
        parts = urlsplit(url)
        port = parts.port
        _require_secure(parts)
    except ValueError as error:
        raise ConfigError(
            f"HOLDPOINT_CONSOLE_URL is no address that a passkey can be bound to: {error}.",
            next_step="set it to https:// and a host's name, or to http://localhost:8080",
        ) from None
    host = str(parts.hostname)
    shown = "" if port in {None, _PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{shown}", host


def _require_secure(parts: SplitResult) -> None:
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host) or parts.username is not None or parts.password is not None:
        raise ValueError("it is not http(s)://host[:port]")
    if parts.query or parts.fragment:
        raise ValueError("it has a query or a fragment")
    if parts.scheme == "http" and host != "localhost":
        raise ValueError("without TLS only localhost will do")
    try:
        ip_address(host)
    except ValueError:
        return
    raise ValueError("an IP address is no relying party")
