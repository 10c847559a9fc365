"""Airflow as the dispatcher sees it, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugins.console.runs import Run


class FakeAirflow:
    """Airflow's rule, kept exactly: a run id is unique, whoever takes it first. Everything else is the real dispatcher."""

    def __init__(self, dag_id: str) -> None:
        self.dag_id = dag_id
        self.runs: dict[str, Run] = {}
        self.failing: Exception | None = None
        self.dies_after_creating = False

    def start(self, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> bool:
        assert dag_id == self.dag_id
        if self.failing is not None:
            raise self.failing
        if run_id in self.runs:
            return False
        self.runs[run_id] = Run("queued", dict(conf))
        if self.dies_after_creating:
            raise KeyboardInterrupt  # what a kill looks like from inside: nothing after it runs
        return True

    def find(self, dag_id: str, run_id: str) -> Run | None:
        assert dag_id == self.dag_id
        return self.runs.get(run_id)
