"""Technical notes become a package for the people who own the risk. It reads, judges and drafts; it never decides."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param

from plugins.operators.assess_change import AssessChangeOperator
from plugins.operators.collect_evidence import CollectEvidenceOperator
from plugins.operators.draft_cab import DraftCabOperator
from plugins.operators.low_impact_write import FileDraftOperator, RouteForApprovalOperator
from plugins.operators.propose_plan import ProposePlanOperator
from plugins.operators.read_notes import ReadNotesOperator
from plugins.operators.retrieve_runbooks import RetrieveRunbooksOperator

DOC = """
### What it does
Claims one change request, reads what surrounds the services that its notes name, judges the notes by fixed rules, drafts a
CAB package whose every fact cites notes or evidence, offers a plan where each step is a call of a registered tool, and gives
the owner a review task. A failed read is red and can be cleared: the next version of the package has it.

| Question | Answer |
|---|---|
| **Tool access** | Reads granted to the requester, read-backs to `change_request@service`; writes a task and a draft. |
| **State** | In Holdpoint's store; a task's state here proves nothing, and every task asks the store again. |
| **Approval** | None is given here. A plan becomes a hold only by the requester's signature, and is released by other people's. |
| **Rollback** | Nothing to roll back: tasks and drafts stay, marked as ours. |
| **Logging** | Every read, verdict, draft and offer is in the ledger. Logs and XCom carry ids only. |
| **Escalation** | Without a package the service's owner gets a task that says so; `reconcile` makes sure. Nobody is woken. |
"""

with DAG(
    dag_id="change_request",
    description="Notes to CAB package",
    doc_md=DOC,
    schedule=None,
    catchup=False,
    max_active_runs=16,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(minutes=30),
    default_args={"owner": "sre", "retries": 1, "retry_delay": timedelta(seconds=2), "execution_timeout": timedelta(seconds=60)},
    tags=["holdpoint", "change"],
    render_template_as_native_obj=False,
    params={
        "change": Param(
            None, type=["null", "string"], title="Change request", description="Its id. Leave empty to hand in notes."
        ),
        "briefing": Param(1, type="integer", minimum=1, title="Preparation", description="Usually 1."),
        "notes": Param(
            None,
            type=["null", "string"],
            format="multiline",
            maxLength=20_000,
            title="Notes",
            description="What, why, when, how, the way back. They stay in the run's conf, for all who may see the run.",
        ),
        "ticket": Param(None, type=["null", "string"], title="Ticket", description="Or a ticket of the desk, such as DESK-7."),
        "incident": Param(None, type=["null", "string"], title="Incident", description="Or an incident's id, with:"),
        "hypothesis": Param(None, type=["null", "string"], title="Hypothesis", description="The cause to answer, such as H1."),
        "environment": Param("production", type="string", title="Environment", description="Where the change is to happen."),
    },
) as dag:
    read_notes = ReadNotesOperator(task_id="read_notes", retries=2)
    build_context = CollectEvidenceOperator.partial(
        task_id="build_context",
        retries=1,
        retry_delay=timedelta(seconds=2),
        execution_timeout=timedelta(seconds=120),
    ).expand(read_id=read_notes.output)
    retrieve_runbooks = RetrieveRunbooksOperator(task_id="retrieve_runbooks")
    assess_change = AssessChangeOperator(task_id="assess_change", trigger_rule="all_done")
    draft_cab = DraftCabOperator(task_id="draft_cab")
    # Tried for longer than ServiceNow and Jira need until "not found" means "not there": see docs/change-drafts.md.
    file_draft = FileDraftOperator(
        task_id="file_draft",
        retries=4,
        retry_delay=timedelta(seconds=20),
        retry_exponential_backoff=True,
        execution_timeout=timedelta(seconds=120),
    )
    # The package stands without a plan: a target that cannot be observed is red by itself.
    propose_plan = ProposePlanOperator(task_id="propose_plan", trigger_rule="all_done")
    route_for_approval = RouteForApprovalOperator(task_id="route_for_approval", trigger_rule="all_done", retries=3)

    read_notes >> [build_context, retrieve_runbooks] >> assess_change >> draft_cab
    draft_cab >> propose_plan >> route_for_approval
    draft_cab >> file_draft  # people need not wait for another system
