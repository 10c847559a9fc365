"""Airflow runs, from inside the API server process: start one, look one up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

USER = "holdpoint"


@dataclass(frozen=True)
class Run:
    """A run as Airflow's database has it. `state`: queued, running, success, failed."""

    state: str
    conf: Mapping[str, Any]

    @property
    def alive(self) -> bool:
        return self.state in {"queued", "running"}


def start(dag_id: str, run_id: str, conf: Mapping[str, Any]) -> bool:
    """Create the run; False when one of that id exists. Other errors (no such DAG yet, database locked) are raised."""
    from airflow.api.common.trigger_dag import trigger_dag
    from airflow.exceptions import DagRunAlreadyExists
    from airflow.utils.types import DagRunTriggeredByType
    from sqlalchemy.exc import IntegrityError

    try:
        trigger_dag(
            dag_id=dag_id,
            run_id=run_id,
            conf=dict(conf),
            triggered_by=DagRunTriggeredByType.REST_API,
            triggering_user_name=USER,
        )
    except (DagRunAlreadyExists, IntegrityError):  # the second one is what two at once get
        return False
    return True


def find(dag_id: str, run_id: str) -> Run | None:
    """The run of that id, or None."""
    from airflow.models import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        run = session.scalar(select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
        return Run(str(run.state), dict(run.conf or {})) if run is not None else None
