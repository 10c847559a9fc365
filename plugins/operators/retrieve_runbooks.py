"""Approved runbooks and known issues for the incident, as far as its principal may read them."""

from __future__ import annotations

from typing import Any

from plugins.operators.base import HoldpointOperator, airflow_errors


class RetrieveRunbooksOperator(HoldpointOperator):
    """Keeps what it found under an id, which the log names; pushes nothing, because the store is asked, not XCom."""

    ui_color = "#e6f4ea"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(do_xcom_push=False, **kwargs)

    def execute(self, context: Any) -> None:
        from include.triage.runbooks import retrieve

        incident_id, briefing = self.briefing_of(context)
        with airflow_errors():
            kept = retrieve(self.store, self.catalogue, incident_id=incident_id, briefing=briefing, run=self.run_of(context))
        self.log.info("kept as %s", kept or "nothing: no runbook matched")
