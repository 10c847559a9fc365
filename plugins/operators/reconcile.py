"""One pass of `reconcile` inside Airflow."""

from __future__ import annotations

from typing import Any

from airflow.sdk.exceptions import AirflowException

from plugins.operators.base import HoldpointOperator, airflow_errors


class ReconcileOperator(HoldpointOperator):
    """Returns the pass's counts."""

    ui_color = "#f1f3f4"

    def execute(self, context: Any) -> dict[str, Any]:
        from airflow.sdk.configuration import conf

        from include.delivery.reconcile import reconcile
        from plugins.hooks.airflow_log import CONN_ID, AirflowLogHook
        from plugins.operators.low_impact_write import endpoint_of

        del context
        link = str(conf.get("api", "base_url", fallback="") or "")
        with airflow_errors():
            log = AirflowLogHook()
            marks = log.marks if log.connection() is not None else None
            without = f"skipped: there is no connection {CONN_ID}"
            done = reconcile(self.store, self.catalogue, endpoint_of, link=link, marks=marks, without=without)
        if done.failed:  # red, so that somebody looks; the others of the pass are done
            raise AirflowException(f"{done.failed} could not be finished; this task's log names them")
        return done.to_json()
