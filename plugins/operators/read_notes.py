"""The first task of `change_request`: claim the request, see which services its notes name, plan what is read about them."""

from __future__ import annotations

from typing import Any

from plugins.operators.base import HoldpointOperator, airflow_errors


class ReadNotesOperator(HoldpointOperator):
    """Returns the ids of the planned reads, over which `build_context` is mapped.

    The run's conf holds a change request's id and preparation (from the dispatcher); or what somebody typed into Airflow's
    trigger form, which is moved into the store under the permissions of the person who triggered the run.
    """

    ui_color = "#e8f0fe"

    def execute(self, context: Any) -> list[str]:
        from include.cab.begin import begin_change

        with airflow_errors():
            change_id, briefing = self._subject(context)
            begun = begin_change(self.store, self.catalogue, change_id=change_id, briefing=briefing, run=self.run_of(context))
        self.log.info("change request %s preparation %d: %d reads planned", change_id, begun.briefing, len(begun.read_ids))
        return list(begun.read_ids)

    def _subject(self, context: Any) -> tuple[str, int]:
        params = context["params"]
        if params.get("change"):
            return str(params["change"]), int(params.get("briefing") or 1)
        mine = self.claimed_by(context)
        return mine if mine is not None else (self._request(context, params), 1)

    def _request(self, context: Any, params: Any) -> str:
        from include.cab.request import request_from
        from include.policy.accounts import AIRFLOW, person_of_account

        person = person_of_account(self.catalogue, AIRFLOW, str(context["dag_run"].triggering_user_name or ""))
        given = {name: str(params.get(name) or "") for name in ("notes", "ticket", "incident", "hypothesis", "environment")}
        return request_from(self.store, self.catalogue, principal=person.name, run=self.run_of(context), **given).change_id
