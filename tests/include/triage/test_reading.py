"""What a person may read, asked part by part (H12); `tests/include/policy/test_readable.py` compares the list with the rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from include.contracts.errors import NotFound
from include.store import briefs
from include.store.database import Store
from include.triage import reading
from tests.briefing import Stages, open_incident

pytestmark = pytest.mark.both_databases


@pytest.fixture
def stages(store: Store, catalogue: Any) -> Stages:
    """One incident with two versions: the second used what only some may read."""
    made = Stages(store, catalogue, open_incident(store, catalogue))
    planned = made.begin()
    made.collect(planned["get_service_status"])
    made.draft()
    with store.begin() as conn:
        row = briefs.latest(conn, made.incident_id)
        assert row is not None
        second = briefs.read(row).model_copy(update={"version": 2, "label": "security", "labels": ("internal", "security")})
        briefs.add(conn, second, briefing=1, run_id="r")
    return made


@pytest.fixture
def conn(store: Store, stages: Stages) -> Iterator[Connection]:
    with store.read() as connection:
        yield connection


def _who(conn: Connection, catalogue: Any, name: str) -> reading.Reader:
    return reading.reader(conn, catalogue, catalogue.person(name))


def test_h12_each_sees_the_versions_that_their_grants_clear(conn: Connection, catalogue: Any, stages: Stages) -> None:
    for name, expected in (("maya", [2, 1]), ("jonas", [1])):
        who = _who(conn, catalogue, name)
        (item,) = reading.listed(conn, who, after=None, limit=10)
        assert [head.version for head in reading.versions(conn, who, item)] == expected
        assert reading.newest_briefs(conn, who, [item])[item.id].version == expected[0]
        assert reading.brief(conn, who, item, 1).version == 1


def test_h12_a_version_that_is_not_there_and_a_hidden_one_look_alike(conn: Connection, catalogue: Any, stages: Stages) -> None:
    who = _who(conn, catalogue, "jonas")
    item = reading.incident(conn, who, stages.incident_id)
    said = []
    for version in (2, 3):
        with pytest.raises(NotFound) as error:
            reading.brief(conn, who, item, version)
        said.append(str(error.value))
    assert said[0] == said[1]


def test_evidence_is_of_this_incident_or_not_there(store: Store, conn: Connection, catalogue: Any, stages: Stages) -> None:
    who = _who(conn, catalogue, "jonas")
    item = reading.incident(conn, who, stages.incident_id)
    name = reading.brief(conn, who, item, 1).retrieved[-1]
    assert reading.evidence(conn, who, item, name).id == name
    with pytest.raises(NotFound):
        reading.evidence(conn, who, item, "ev_nothing")
    other = item.model_copy(update={"id": "inc_other"})
    with pytest.raises(NotFound):
        reading.evidence(conn, who, other, name)


def test_h12_evidence_above_ones_grants_is_not_there(store: Store, catalogue: Any, stages: Stages) -> None:
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE evidence SET label = 'security'")
    with store.read() as conn:
        for name, readable in (("maya", True), ("jonas", False)):
            who = _who(conn, catalogue, name)
            item = reading.incident(conn, who, stages.incident_id)
            evidence_id = reading.brief(conn, who, item, 1).retrieved[-1]
            if readable:
                assert reading.evidence(conn, who, item, evidence_id).label == "security"
                continue
            with pytest.raises(NotFound):
                reading.evidence(conn, who, item, evidence_id)
