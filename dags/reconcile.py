"""Finds what is left open and finishes or escalates it, every few minutes. It makes no effect on production."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG

from plugins.operators.reconcile import ReconcileOperator

DOC = """
### What it does
Tells an owner when a briefing has no brief in time, delivers what was not delivered, then tells the next in the chain, counts
what people did on an incident's ticket as feedback on its brief, writes down that a hold's clock has run out, and sends a sign of
life. It enters which tasks of ours somebody marked as successful in Airflow, opens the weekly ticket of the audit review, and
counts what the ledger says. The same pass runs without Airflow, from cron (`./holdpoint reconcile`), but for Airflow's audit log.

It reads Airflow's audit log where there is a connection `holdpoint_airflow`, and writes nothing there.

| Question | Answer |
|---|---|
| **Tool access** | None but `open_ticket`, `add_ticket_comment` and `notify_on_call`, as `incident_triage@service`. |
| **State** | In Holdpoint's store; each step is a compare-and-swap there, so two passes at once do not double anything. |
| **Approval** | None is needed: nothing here changes production. |
| **Rollback** | Nothing to roll back: pages and comments stay, marked as ours. |
| **Logging** | In the ledger: `briefing.overdue`, `delivery.*`, `feedback.given`, `hold.expired`, `task.marked`, `audit.due`. |
| **Escalation** | Along the service's chain in `escalations.yaml`. Its own silence is noticed by whoever watches the heartbeat. |
"""

with DAG(
    dag_id="reconcile",
    description="Finish or escalate what is left open",
    doc_md=DOC,
    schedule=timedelta(minutes=5),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(minutes=4),
    default_args={"owner": "sre", "retries": 0, "execution_timeout": timedelta(minutes=3)},
    tags=["holdpoint", "operations"],
) as dag:
    ReconcileOperator(task_id="reconcile")
