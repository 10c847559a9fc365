"""A service's configuration: a JSON object, strict, read at start and on SIGHUP.

`config.json` is what was deployed; `overrides/<service>.json`, where it exists, is laid over it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from include.contracts.errors import ConfigError


def number(low: int, high: int, *, default: Any = MISSING) -> Any:
    """A dataclass field for a whole number from `low` to `high`."""
    return field(default=default, metadata={"low": low, "high": high})


def address() -> Any:
    """A dataclass field for an `http://host:port` address."""
    return field(metadata={"address": True})


@dataclass(frozen=True)
class ServiceConfig:
    """What every service has: the loopback port it listens on."""

    port: int = number(1, 65535)


C = TypeVar("C", bound=ServiceConfig)


def load(kind: type[C], config: Path, override: Path) -> C:
    """The configuration of `kind` from `config` under `override`; ConfigError names the file and the key."""
    values = _read(config)
    if override.exists():
        values |= _read(override)
    known = {each.name: each for each in fields(kind)}
    unknown = sorted(set(values) - set(known))
    missing = sorted(name for name, each in known.items() if each.default is MISSING and name not in values)
    if unknown or missing:
        raise _refused(config, f"unknown keys {unknown}, missing keys {missing}")
    for name, value in values.items():
        problem = _problem(known[name], value)
        if problem:
            raise _refused(config, f"{name} {problem}, not {json.dumps(value)}")
    return kind(**values)


def changes(before: ServiceConfig, after: ServiceConfig) -> dict[str, list[object]]:
    """`{key: [before, after]}` of what differs."""
    pairs = {each.name: [getattr(before, each.name), getattr(after, each.name)] for each in fields(before)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refused(path, f"it cannot be read as JSON: {error}") from error
    if not isinstance(values, dict):
        raise _refused(path, "it is not a JSON object")
    return values


def _problem(known: Field[Any], value: object) -> str:
    rules: Mapping[str, Any] = known.metadata
    if rules.get("address"):
        return "" if _is_address(value) else "must be an address such as http://127.0.0.1:8080"
    low, high = rules["low"], rules["high"]
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return ""
    return f"must be a whole number from {low} to {high}"


def _is_address(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme == "http" and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        return False


def _refused(path: Path, reason: str) -> ConfigError:
    return ConfigError(f"configuration refused: {path.name}: {reason}.", next_step="correct it, then restart or send SIGHUP.")
