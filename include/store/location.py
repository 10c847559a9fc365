"""Where the store lies: a URL, or the file `holdpoint.db` in Holdpoint's home folder."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from include.contracts.errors import ConfigError

REPOSITORY = Path(__file__).resolve().parents[2]
_SQLITE = ("sqlite:///", "sqlite+pysqlite:///")
_POSTGRESQL = {"postgresql", "postgres", "postgresql+psycopg"}
_HELP = "Use sqlite:////absolute/path.db or postgresql://user@host/database in HOLDPOINT_STORE."


def home() -> Path:
    """The folder of everything Holdpoint keeps on this machine: `HOLDPOINT_HOME`, or `var` in the repository."""
    return Path(os.environ.get("HOLDPOINT_HOME") or REPOSITORY / "var")


def locate(url: str | None = None) -> URL:
    """The store's URL with the driver we use.

    A SQLite path is taken literally, to its last character: a `?` or `%` in a folder's name is that character and no
    option, and never makes us open another file than the one named.

    :raises ConfigError: the URL is of no database that can be a store
    """
    text = url or os.environ.get("HOLDPOINT_STORE") or ""
    if not text:
        return _sqlite(str(home() / "holdpoint.db"))
    for prefix in _SQLITE:
        if text.startswith(prefix):
            return _sqlite(text.removeprefix(prefix))
    return _postgresql(text)


def _sqlite(path: str) -> URL:
    if path in {"", ":memory:"} or path.startswith("file:") or "\0" in path:
        raise ConfigError("The store must be a file on disk.", next_step=_HELP)
    return URL.create("sqlite", database=str(Path(path).absolute()))


def _postgresql(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigError("The store's URL cannot be read.", next_step=_HELP) from None  # it may hold a password
    if url.drivername not in _POSTGRESQL:
        raise ConfigError("The store can be SQLite or PostgreSQL, nothing else.", next_step=_HELP)
    return url.set(drivername="postgresql+psycopg")
