"""Approved runbooks and known issues for the incident, as far as its principal may read them."""

from __future__ import annotations

from typing import Any

from plugins.operators.base import HoldpointOperator, airflow_errors


class RetrieveRunbooksOperator(HoldpointOperator):
    """Returns the evidence's id, or None when nothing matched."""

    ui_color = "#e6f4ea"

    def execute(self, context: Any) -> str | None:
        from include.triage.runbooks import retrieve

        incident_id, briefing = self.briefing_of(context)
        with airflow_errors():
            return retrieve(self.store, self.catalogue, incident_id=incident_id, briefing=briefing, run=self.run_of(context))
