"""An alert, or a question, becomes a cited brief for a named owner. It reads and drafts, and changes nothing else."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param

from plugins.operators.collect_evidence import CollectEvidenceOperator
from plugins.operators.draft_brief import DraftBriefOperator
from plugins.operators.low_impact_write import EscalateOperator
from plugins.operators.read_alert import ReadAlertOperator
from plugins.operators.retrieve_runbooks import RetrieveRunbooksOperator

DOC = """
### What it does
Claims one incident, classifies it, makes the reads its principal may make, drafts a brief whose every fact cites evidence, and
passes it to the incident's owner and the person on call. A failed read is red and can be cleared: the next version has it.

| Question | Answer |
|---|---|
| **Tool access** | Reads granted to `incident_triage@service`, or to the person who asked; writes its own ticket and a page. |
| **State** | In Holdpoint's store; a task's state here proves nothing, and every task asks the store again. |
| **Approval** | None is needed: nothing here changes production. It never closes an incident. |
| **Rollback** | Nothing to roll back: ticket comments and pages stay, marked as ours. |
| **Logging** | Every read, draft and page is in the ledger: `./holdpoint ledger verify`. Logs and XCom carry ids only. |
| **Escalation** | `escalations.yaml`; without a brief the owner is told; what is unclear is a task; `reconcile` makes sure. |
"""

with DAG(
    dag_id="incident_triage",
    description="Alert or question to cited brief",
    doc_md=DOC,
    schedule=None,
    catchup=False,
    max_active_runs=16,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(minutes=15),
    # All tries of every task fit into the run's limit: at that limit Airflow skips what is left, the escalation too.
    default_args={"owner": "sre", "retries": 1, "retry_delay": timedelta(seconds=2), "execution_timeout": timedelta(seconds=60)},
    tags=["holdpoint", "triage"],
    render_template_as_native_obj=False,
    params={
        "incident": Param(None, type=["null", "string"], title="Incident", description="Its id. Leave empty to ask."),
        "briefing": Param(1, type="integer", minimum=1, title="Briefing", description="Usually 1."),
        "question": Param(
            None,
            type=["null", "string"],
            maxLength=4000,
            title="Question",
            description="Answered with your own permissions. It stays in the run's conf, for all who may see the run.",
        ),
        "service": Param(None, type=["null", "string"], title="Service", description="A service of the catalogue, exactly."),
        "environment": Param(None, type=["null", "string"], title="Environment", description="Default: the service's first."),
    },
) as dag:
    read_alert = ReadAlertOperator(task_id="read_alert", retries=2)
    collect_evidence = CollectEvidenceOperator.partial(
        task_id="collect_evidence",
        retries=1,
        retry_delay=timedelta(seconds=2),
        execution_timeout=timedelta(seconds=120),
    ).expand(read_id=read_alert.output)
    retrieve_runbooks = RetrieveRunbooksOperator(task_id="retrieve_runbooks")
    draft_brief = DraftBriefOperator(task_id="draft_brief", trigger_rule="all_done")
    escalate = EscalateOperator(task_id="escalate", trigger_rule="all_done", retries=3)

    read_alert >> [collect_evidence, retrieve_runbooks] >> draft_brief >> escalate
