"""The git repositories the services are deployed from: one a service, `config.json` in it, an annotated tag a deployment."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.contracts.errors import ConfigError
from lab.layout import FRONTEND, ORDERS, PAYMENTS, read_object, write_json
from lab.logs import utc_text

MARA = "Mara Lindqvist <mara.lindqvist@shop.example>"
JONAS = "Jonas Okafor <jonas.okafor@shop.example>"
INES = "Ines Duarte <ines.duarte@shop.example>"
_DEPLOYER = "shop-deployer <deployer@shop.example>"
_HOUR = 3600.0

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Deployment:
    """`commit` is the full hash, `tag` is `deploy-<n>`, `at` is ISO 8601 UTC."""

    commit: str
    tag: str
    at: str


@dataclass(frozen=True)
class _Past:
    hours_ago: float
    author: str
    message: str
    values: Values


# What was deployed before the lab starts; each entry changes the values it names.
_PAST: Mapping[str, tuple[_Past, ...]] = {
    FRONTEND: (
        _Past(21.3 * 24, MARA, "Serve the front end from the new hosts", {"orders_timeout_ms": 2000}),
        _Past(9.6 * 24, INES, "Wait longer for orders in the evening peak", {"orders_timeout_ms": 3000}),
        _Past(52.4, MARA, "Give orders the time it gives payments, and its own", {"orders_timeout_ms": 4000}),
    ),
    ORDERS: (
        _Past(20.8 * 24, JONAS, "Move orders to the new hosts", {"payments_timeout_ms": 1500, "journal_timeout_ms": 1000}),
        _Past(6.2 * 24, JONAS, "Give the journal two seconds before an order is refused", {"journal_timeout_ms": 2000}),
        _Past(29.1, INES, "Wait two seconds for payments", {"payments_timeout_ms": 2000}),
    ),
    PAYMENTS: (
        _Past(20.5 * 24, INES, "Move payments to the new hosts", {"pool_size": 4, "pool_timeout_ms": 500, "query_ms": 15}),
        _Past(12.9 * 24, MARA, "Double the connection pool", {"pool_size": 8}),
        _Past(3.4 * 24, INES, "Fail fast when the pool is empty", {"pool_timeout_ms": 250}),
    ),
}


def create_history(path: Path, service: str, addresses: Values) -> None:
    """Create the repository of `service` at `path` with its past deployments; `addresses` are its port and its upstream."""
    path.mkdir(parents=True)
    _git(path, "init", "--quiet")
    _git(path, "symbolic-ref", "HEAD", "refs/heads/main")
    config: dict[str, Any] = dict(addresses)
    for past in _PAST[service]:
        config |= past.values
        deploy(path, config, message=past.message, author=past.author, at=time.time() - past.hours_ago * _HOUR)


def deploy(path: Path, config: Values, *, message: str, author: str, at: float | None = None) -> Deployment:
    """Commit `config` as `author` (`Name <address>`) and tag it `deploy-<next number>`; `at` in Unix seconds, default now."""
    when = time.time() if at is None else at
    write_json(path / "config.json", dict(config))
    _git(path, "add", "config.json")
    _git(path, "commit", "--quiet", "--allow-empty", "--message", message, author=author, at=when)
    tags = _git(path, "tag", "--list", "deploy-*").split()
    tag = f"deploy-{max((int(each.removeprefix('deploy-')) for each in tags), default=0) + 1}"
    _git(path, "tag", "--annotate", "--message", message, tag, at=when)
    return Deployment(_git(path, "rev-parse", "HEAD").strip(), tag, utc_text(when))


def deployed(path: Path) -> dict[str, Any]:
    """The configuration as deployed last."""
    return read_object(path / "config.json")


def previous(path: Path) -> dict[str, Any]:
    """The configuration as deployed before the last one."""
    config: dict[str, Any] = json.loads(_git(path, "show", "HEAD~1:config.json"))
    return config


def _git(path: Path, *arguments: str, author: str = _DEPLOYER, at: float | None = None) -> str:
    # --no-pager and an environment of our own: neither the user's hooks, signing nor templates take part.
    command = ["git", "--no-pager", "-C", str(path), "-c", "core.hooksPath=/dev/null", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True, env=_environment(author, at))
    except FileNotFoundError as error:
        raise ConfigError("git is not installed.", next_step="install git, then start the lab again.") from error
    except subprocess.SubprocessError as error:
        reason = str(getattr(error, "stderr", "") or error).strip()
        raise ConfigError(
            f"git {arguments[0]} failed in {path}: {reason}", next_step="create the lab again with `up`."
        ) from error
    return done.stdout


def _environment(author: str, at: float | None) -> dict[str, str]:
    name, _, address = author.rstrip(">").partition(" <")
    committer, _, committer_address = _DEPLOYER.rstrip(">").partition(" <")
    date = f"{int(time.time() if at is None else at)} +0000"
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": address,
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_NAME": committer,
        "GIT_COMMITTER_EMAIL": committer_address,
        "GIT_COMMITTER_DATE": date,
    }
