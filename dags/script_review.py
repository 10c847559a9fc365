"""Scripts of the configured repositories are reviewed before the reviewer: by night what changed, and each pull request."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param

from plugins.operators.low_impact_write import CommentOnPullRequestOperator, FileReportOperator
from plugins.operators.review_scripts import CompileReportOperator, ListChangedOperator, ReviewBatchOperator

DOC = """
### What it does
Lists what a commit holds, reviews by fixed rules what nobody has looked at under these rules yet, and gives the owners a report
with a line, a reason and a fix for each finding. What is reviewed is read and never run. A failed batch is red and can be
cleared: the next version of the report has it. By night each configured repository gets a run of its own; a pull request gets
one comment.

| Question | Answer |
|---|---|
| **Tool access** | Reads the repositories of `repositories.yaml`; `script_review@service` writes a task and a comment. |
| **State** | In Holdpoint's store, by content; a task's state here proves nothing, and every task asks the store again. |
| **Approval** | None is given here: a person merges or does not. A dismissed finding counts once its owner has agreed. |
| **Rollback** | Nothing to roll back: tasks and comments stay, marked as ours; a comment is edited in place. |
| **Logging** | Every batch, report, task and comment is in the ledger. Logs and XCom carry ids and counts only. |
| **Escalation** | Without a report the repository's owner gets a task that says so. Nobody is woken. |
"""

with DAG(
    dag_id="script_review",
    description="Commit or pull request to a report for the owners",
    doc_md=DOC,
    schedule="17 2 * * *",
    catchup=False,
    max_active_runs=16,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(hours=4),
    default_args={"owner": "sre", "retries": 1, "retry_delay": timedelta(seconds=2), "execution_timeout": timedelta(minutes=10)},
    tags=["holdpoint", "review"],
    render_template_as_native_obj=False,
    params={
        "repository": Param(None, type=["null", "string"], title="Repository", description="Its name in repositories.yaml."),
        "commit": Param(
            None, type=["null", "string"], title="Commit", description="Its whole hash. Leave empty for the branch's newest."
        ),
        "review": Param(None, type=["null", "string"], title="Review", description="Its id, from the dispatcher. Leave empty."),
    },
) as dag:
    list_changed = ListChangedOperator(task_id="list_changed", retries=2)
    review_batch = ReviewBatchOperator.partial(
        task_id="review_batch",
        max_active_tis_per_dagrun=4,  # a pull request need not wait for a whole sweep
        execution_timeout=timedelta(minutes=30),
    ).expand(batch=list_changed.output)
    compile_report = CompileReportOperator(task_id="compile_report", trigger_rule="all_done")
    file_report = FileReportOperator(task_id="file_report", trigger_rule="all_done", retries=3)
    # Tried for longer than a comment whose answer was lost may take until it is listed.
    comment_on_pull_request = CommentOnPullRequestOperator(
        task_id="comment_on_pull_request",
        trigger_rule="all_done",
        retries=4,
        retry_delay=timedelta(seconds=20),
        retry_exponential_backoff=True,
    )

    list_changed >> review_batch >> compile_report >> [file_report, comment_on_pull_request]
