"""Where everything of one estate lies, and the names it goes by.

DIR/estate.json          the facts, password included (mode 0600)
DIR/supervisord.conf     mode 0600
DIR/watcher.json         what the watcher polls and where it posts
DIR/faults.json          which faults are on, and how to undo them
DIR/repos/<service>/     git: config.json, deployed by commit and tag
DIR/overrides/<service>.json   laid over config.json; what the surroundings do to a service, not what was deployed
DIR/logs/                <service>.log (JSON lines), <program>.out, supervisord.log, auth.log, security-4625.json
DIR/data/                the orders journal
DIR/run/                 pid file, socket
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.contracts.errors import ConfigError, NotFound

ENVIRONMENT = "lab"
FRONTEND, ORDERS, PAYMENTS = "shop-frontend", "shop-orders", "shop-payments"
SERVICES = (FRONTEND, ORDERS, PAYMENTS)
DEPENDS_ON: Mapping[str, tuple[str, ...]] = {FRONTEND: (ORDERS,), ORDERS: (PAYMENTS,), PAYMENTS: ()}
PROGRAMS = (*SERVICES, "load", "watcher")
WORK_PATH: Mapping[str, str] = {FRONTEND: "/checkout", ORDERS: "/orders", PAYMENTS: "/pay"}
_FOLDERS = ("repos", "overrides", "logs", "data", "run")


@dataclass(frozen=True)
class Layout:
    """The paths of an estate below `root`."""

    root: Path

    @property
    def facts(self) -> Path:
        return self.root / "estate.json"

    @property
    def supervisor_config(self) -> Path:
        return self.root / "supervisord.conf"

    @property
    def watcher_config(self) -> Path:
        return self.root / "watcher.json"

    @property
    def faults(self) -> Path:
        return self.root / "faults.json"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def run(self) -> Path:
        return self.root / "run"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def output(self, program: str) -> Path:
        return self.logs / f"{program}.out"

    def repository(self, service: str) -> Path:
        return self.root / "repos" / service

    def config(self, service: str) -> Path:
        return self.repository(service) / "config.json"

    def override(self, service: str) -> Path:
        return self.root / "overrides" / f"{service}.json"

    def make_folders(self) -> None:
        for folder in _FOLDERS:
            (self.root / folder).mkdir(parents=True, exist_ok=True)

    def remove(self) -> None:
        """Remove what an estate consists of, and nothing else that may lie beside it."""
        for folder in _FOLDERS:
            shutil.rmtree(self.root / folder, ignore_errors=True)
        for path in (self.supervisor_config, self.watcher_config, self.faults, self.facts):
            path.unlink(missing_ok=True)


def write_json(path: Path, value: object, *, private: bool = False) -> None:
    """Write `value` as JSON, one key a line, in one step: a reader sees the old file or the new one."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n", private=private)


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Write `text` in one step; `private` for what only the owner may read (mode 0600)."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    temporary.replace(path)


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; NotFound where there is no file, ConfigError where it is not one JSON object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(f"{path} does not exist.", next_step="check the path, or create the lab there with `up`.") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as JSON: {error}.", next_step="correct that file.") from error
    if not isinstance(value, dict):
        raise ConfigError(f"{path} holds a {type(value).__name__}, not an object.", next_step="correct that file.")
    return value
