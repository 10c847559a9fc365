"""The first task of `incident_triage`: claim the briefing, classify it before any tool runs, plan its reads."""

from __future__ import annotations

from typing import Any

from plugins.operators.base import HoldpointOperator, airflow_errors


class ReadAlertOperator(HoldpointOperator):
    """Returns the ids of the planned reads, over which `collect_evidence` is mapped.

    The run's conf holds an incident's id and briefing (from the dispatcher), or a question typed into Airflow's trigger form,
    which is moved into the store under the permissions of the person who triggered the run.
    """

    ui_color = "#e8f0fe"

    def execute(self, context: Any) -> list[str]:
        from include.triage.begin import begin

        with airflow_errors():
            incident_id, briefing = self._subject(context)
            begun = begin(self.store, self.catalogue, incident_id=incident_id, briefing=briefing, run=self.run_of(context))
        self.log.info("incident %s briefing %d: %d reads planned", begun.incident_id, begun.briefing, len(begun.read_ids))
        return list(begun.read_ids)

    def _subject(self, context: Any) -> tuple[str, int]:
        params = context["params"]
        if params.get("incident"):
            return str(params["incident"]), int(params.get("briefing") or 1)
        # A second try of this task must find the first one's incident, not open another.
        mine = self.claimed_by(context)
        return mine if mine is not None else (self._ask(context, params), 1)

    def _ask(self, context: Any, params: Any) -> str:
        from include.asking.preview import Way, preview
        from include.asking.submit import Asking, submit
        from include.policy.accounts import AIRFLOW, person_of_account

        person = person_of_account(self.catalogue, AIRFLOW, str(context["dag_run"].triggering_user_name or ""))
        question = str(params.get("question") or "")
        asking = Asking(person.name, question, params.get("service") or None, params.get("environment") or None)
        # Whoever fills in this form wants a brief; one about a change says that it needs a change request.
        chosen = Way.BRIEF if preview(question).way is Way.CHANGE else None
        return submit(self.store, self.catalogue, asking, chosen=chosen, run=self.run_of(context)).id
