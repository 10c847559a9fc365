"""Grants that all end on one day, and a database whose clock stands on a day of the test's choice; the host's goes on."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from include.catalogue.loader import EXAMPLE
from include.store import database

LAST_DAY, DAY_AFTER = "2031-01-01", "2031-01-02"


def database_day(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Noon of that day, in every database."""
    for dialect in tuple(database.CLOCK):
        monkeypatch.setitem(database.CLOCK, dialect, f"'{day}T12:00:00.000000Z'")


def catalogue_that_ends(catalogue: Any) -> Any:
    grants = tuple(row.model_copy(update={"expires": date.fromisoformat(LAST_DAY)}) for row in catalogue.grants)
    return dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": grants})


def config_that_ends(folder: Path) -> Path:
    """The example configuration, copied to `folder`."""
    shutil.copytree(EXAMPLE, folder)
    grants = folder / "grants.yaml"
    grants.write_text(grants.read_text().replace("  reviewed:", f'  expires: "{LAST_DAY}"\n  reviewed:'))
    return folder
