"""What the pages are about: an incident with its brief; and people with keys, and a hold that maya proposed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.contracts.hold import Hold
from include.store import briefs
from include.store.database import Store
from include.triage.runbooks import retrieve
from tests.briefing import Stages, open_incident
from tests.holds_kit import make_kit
from tests.votes_kit import Ground


@pytest.fixture
def briefed(store: Store, catalogue: Any) -> Stages:
    """An incident whose first brief is drafted, and whose ticket is open."""
    made = Stages(store, catalogue, open_incident(store, catalogue))
    made.collect(made.begin()["get_service_status"])
    retrieve(store, catalogue, **made.ids)
    made.draft()
    made.escalate()
    return made


def second_version(store: Store, incident_id: str, **changes: Any) -> None:
    """Another version of the incident's brief, which says something else."""
    with store.begin() as conn:
        row = briefs.latest(conn, incident_id)
        assert row is not None
        briefs.add(conn, briefs.read(row).model_copy(update={"version": 2, **changes}), briefing=1, run_id="r")


@pytest.fixture
def ground(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """People with keys and a folder of trust, which the console finds."""
    kit = make_kit(tmp_path / "a kit")
    for name, value in kit.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HOLDPOINT_OVERLAY", raising=False)
    return Ground(store, kit)


@pytest.fixture
def hold(ground: Ground) -> Hold:
    return ground.propose()
