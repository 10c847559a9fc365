"""A proposed plan waits for the people who may release it; then its release is judged. So far that is where it ends."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param

from plugins.operators.observe_target import ObserveTargetOperator
from plugins.operators.read_hold import ReadHoldOperator
from plugins.operators.release import ReleaseOperator
from plugins.sensors.await_approval import AwaitApprovalSensor

DOC = """
### What it does
Claims one hold, reads each step's target again so that the page shows how things are now, waits until people have decided, and
judges the release. It is started by the dispatcher: when the hold is proposed (mode `sensor`), or once it is approved
(`on_approval`, for where hundreds wait). Nothing is executed yet.

| Question | Answer |
|---|---|
| **Tool access** | Reads granted to `gated_change@service`: each step's read-back, on its service. It writes nothing. |
| **State** | In Holdpoint's store; a task's state here proves nothing, and every task asks the store again. |
| **Approval** | Signed votes on exactly this plan, of people with the change role. No task, click or token here approves. |
| **Rollback** | Nothing to roll back: nothing is changed. |
| **Logging** | Claim, reads and refused releases are in the ledger: `./holdpoint ledger verify`. Logs and XCom carry ids only. |
| **Escalation** | At the end of the time to approve the wait fails and names the touched services' owners. |
"""

with DAG(
    dag_id="gated_change",
    description="A plan, its hold, its release",
    doc_md=DOC,
    schedule=None,
    catchup=False,
    # A run that had to queue behind waiting ones would miss its plan's clocks. Hundreds of waiting runs slow every other DAG
    # (docs/gated-change.md has the figures): for those there is `on_approval`.
    max_active_runs=1_000,
    is_paused_upon_creation=False,
    # No plan waits longer: thirty days to approve and thirty to execute are the catalogue's limits.
    dagrun_timeout=timedelta(days=62),
    default_args={"owner": "sre", "retries": 2, "retry_delay": timedelta(seconds=5), "execution_timeout": timedelta(seconds=60)},
    tags=["holdpoint", "change"],
    render_template_as_native_obj=False,
    params={
        "hold": Param(
            None,
            type=["null", "string"],
            title="Hold",
            description="Its id, set by the dispatcher. A run made by hand does nothing: the store says which run is a hold's.",
        ),
    },
) as dag:
    read_hold = ReadHoldOperator(task_id="read_hold")
    observe_targets = ObserveTargetOperator.partial(
        task_id="observe_targets", retries=1, execution_timeout=timedelta(seconds=120)
    ).expand(step=read_hold.output)
    # People may decide although a target could not be read: the page says so.
    await_approval = AwaitApprovalSensor(task_id="await_approval", hold=read_hold.output["hold"], trigger_rule="all_done")
    release = ReleaseOperator(task_id="release")

    read_hold >> observe_targets >> await_approval >> release
    read_hold >> release  # so that a run whose hold could not be read is red, not skipped
