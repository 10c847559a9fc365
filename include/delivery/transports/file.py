"""A JSON-lines file, `pages.jsonl` in Holdpoint's home unless HOLDPOINT_PAGES names another; flushed to disk."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from include.contracts.errors import DeliveryFailed
from include.delivery.transports.base import Endpoint, Letter
from include.store.location import home


def pages_path() -> Path:
    return Path(os.environ.get("HOLDPOINT_PAGES") or home() / "pages.jsonl")


def send(letter: Letter, endpoint: Endpoint | None) -> None:
    del endpoint
    line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(letter)}, ensure_ascii=False) + "\n"
    try:
        path = pages_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        # One write to a descriptor opened for appending: lines of several processes do not mix.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab", buffering=0) as file:
            file.write(line.encode("utf-8"))
            os.fsync(file.fileno())
    except OSError as error:
        raise DeliveryFailed(
            f"The pages file could not be written ({error.strerror}).", next_step="make room or set HOLDPOINT_PAGES"
        ) from error
