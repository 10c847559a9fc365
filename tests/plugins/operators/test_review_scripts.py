"""The tasks of `script_review` one after the other, in process: a pull request gets its comment through Airflow's connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.reviewing.asking import ask_by_night, ask_for_pull
from include.store import script_reviews
from include.store.database import Store
from plugins.hooks.record import Record
from plugins.operators.low_impact_write import CommentOnPullRequestOperator, FileReportOperator
from plugins.operators.review_scripts import CompileReportOperator, ListChangedOperator, ReviewBatchOperator, ReviewOperator
from tests.change_systems import serving
from tests.github_comments import LOGIN, SLUG, TOKEN, GitHub
from tests.reviewing import REPOSITORY, Memory, pull_request

SCRIPT = b"try { Get-Item x } catch { }  # canary-81c2\n"


@pytest.fixture
def git(monkeypatch: pytest.MonkeyPatch) -> Memory:
    own = Memory()
    monkeypatch.setattr(ReviewOperator, "git", lambda self, review: own)
    return own


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, store: Store, catalogue: Any) -> Iterator[GitHub]:
    """GitHub, and the example catalogue with the repository on it."""
    row = catalogue.repository(REPOSITORY).model_copy(update={"github": SLUG, "conn_id": "holdpoint_github"})
    known = replace(catalogue, tables={**catalogue.tables, "repositories": (row,)})
    monkeypatch.setattr(Record, "store", store)
    monkeypatch.setattr(Record, "catalogue", known)
    own = GitHub()
    with serving(own):
        connection = {"conn_type": "http", "host": own.url, "login": LOGIN, "password": TOKEN}
        monkeypatch.setenv("AIRFLOW_CONN_HOLDPOINT_GITHUB", json.dumps(connection))
        yield own


def context(run: str = "run-1", by: str = "maya", **params: Any) -> dict[str, Any]:
    return {"params": params, "dag_run": SimpleNamespace(run_id=run, triggering_user_name=by)}


def whole(run: dict[str, Any]) -> dict[str, Any]:
    """What each task returns."""
    batches = ListChangedOperator(task_id="list_changed").execute(run)
    for number in batches:
        ReviewBatchOperator(task_id=f"review_batch_{number}", batch=number).execute(run)
    compiled = CompileReportOperator(task_id="compile_report").execute(run)
    return {"list_changed": batches, "compile_report": compiled}


def test_a_pull_request_is_reviewed_and_commented_on(
    store: Store, git: Memory, system: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    base = git.commit({"ops/a.ps1": b"Get-Item .\n"})
    head = git.commit({"ops/a.ps1": SCRIPT})
    run = context(repository=REPOSITORY, review=ask_for_pull(store, pull_request(head, base)))
    returned = whole(run)
    comment = CommentOnPullRequestOperator(task_id="comment_on_pull_request")
    returned["comment"] = comment.execute(run)
    assert returned["comment"]["outcome"] == "created"
    assert comment.execute(run)["outcome"] == "unchanged"
    assert "ops/a.ps1:1" in system.comments[0]["body"]
    said = "".join(capsys.readouterr())
    assert "reviewed 2 of 2 files" in said, "both sides of the pull request"
    assert "canary" not in said + json.dumps(returned)
    assert system.forbidden == []


def test_without_a_pull_request_the_comment_skips_itself(store: Store, git: Memory, system: GitHub) -> None:
    git.commit({"ops/a.ps1": SCRIPT})
    run = context(repository=REPOSITORY)
    assert whole(run)["compile_report"]["findings"] > 0
    with pytest.raises(AirflowSkipException):
        CommentOnPullRequestOperator(task_id="comment_on_pull_request").execute(run)
    with store.read() as conn:
        mine = script_reviews.of_run(conn, "run-1")
    assert mine is not None
    assert (mine.asked_by, mine.repository) == ("maya", REPOSITORY)


def test_the_nightly_run_asks_for_each_repository_and_does_nothing_else(store: Store, git: Memory, system: GitHub) -> None:
    run = context(run="scheduled__1", by="")
    for _ in range(2):
        with pytest.raises(AirflowSkipException, match="1 reviews were asked for"):
            ListChangedOperator(task_id="list_changed").execute(run)
    for task in (CompileReportOperator(task_id="c"), FileReportOperator(task_id="f"), CommentOnPullRequestOperator(task_id="p")):
        with pytest.raises(AirflowSkipException):
            task.execute(run)
    with store.read() as conn:
        assert [row["repository"] for row in script_reviews.due(conn, 10)] == [REPOSITORY]


def test_who_is_nobody_of_the_catalogue_or_may_not_read_it_starts_nothing(store: Store, git: Memory, system: GitHub) -> None:
    for who, name in (("stranger", REPOSITORY), ("maya", "nowhere")):
        with pytest.raises(AirflowFailException):
            ListChangedOperator(task_id="list_changed").execute(context(by=who, repository=name))
    with store.read() as conn:
        assert script_reviews.listed(conn, [REPOSITORY, "nowhere"]) == []


def test_a_review_that_another_run_has_is_left_to_it(store: Store, git: Memory, system: GitHub) -> None:
    git.commit({"ops/a.ps1": SCRIPT})
    (review_id,) = ask_by_night(store, [REPOSITORY], night="1")
    whole(context(review=review_id))
    with pytest.raises(AirflowSkipException):
        ListChangedOperator(task_id="list_changed").execute(context(run="another", review=review_id))
