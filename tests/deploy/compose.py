"""docker-compose.yaml as compose would see it with no variable set."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
FILE = REPOSITORY / "docker-compose.yaml"
SECRETS = "./deploy/secrets/"
_VARIABLE = re.compile(r"\$\{([A-Z_]+):-([^}]*)\}")


def with_defaults(value: Any) -> Any:
    """`${NAME:-default}` as its default; `$$` as the dollar that the container sees."""
    if isinstance(value, dict):
        return {key: with_defaults(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_defaults(item) for item in value]
    return _VARIABLE.sub(r"\2", value).replace("$$", "$") if isinstance(value, str) else value


def load() -> dict[str, Any]:
    found: dict[str, Any] = with_defaults(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    return found


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = load()["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    """The services that run our own image."""
    return {name: service for name, service in services().items() if "build" in service}
