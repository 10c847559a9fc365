from __future__ import annotations

from typing import Any

import pytest

from include.store.database import Store
from tests.reviewing import BAD, Memory, Reviewing


@pytest.fixture
def reviewing(store: Store, catalogue: Any) -> Reviewing:
    """A repository with three scripts in two folders, one of them with a finding."""
    git = Memory()
    git.commit({"ops/clean.ps1": BAD, "ops/list.ps1": b"Get-Item .\n", "db/backup.ps1": b"Get-Date\n"})
    return Reviewing(store, catalogue, git)
