"""A review from the commit to the owner's task, through the store alone, on either database."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import Conflict, NotFound
from include.delivery.report_task import find_task
from include.reviewing.batch import review_batch
from include.reviewing.begin import begin_review
from include.reviewing.contents import BATCH_FILES
from include.reviewing.ports import Rules
from include.reviewing.report import read_compared, read_report
from include.store import desk, script_findings, script_reports, script_reviews, script_units
from include.store.database import Store
from include.store.verify import verify
from tests.reviewing import BAD, MOST, REPOSITORY, RULES, Reviewing

pytestmark = pytest.mark.both_databases


def report(store: Store, review_id: str) -> script_reports.Report:
    with store.read() as conn:
        found = script_reports.latest(conn, review_id)
    assert found is not None
    return found


def task_of(store: Store, owner: str) -> tuple[Any, list[str]]:
    with store.read() as conn:
        number = find_task(conn, REPOSITORY, owner)
        assert number is not None
        return desk.get(conn, number), [row["body"] for row in desk.comments_of(conn, number)]


def test_from_the_commit_to_the_task_and_once_more_changes_nothing(reviewing: Reviewing, store: Store) -> None:
    begun = reviewing.ask()
    assert (begun.review.files, begun.review.fresh_files, begun.batches, begun.unchanged) == (3, 3, (1,), False)
    assert str(reviewing.batch(1)) == "reviewed 3 of 3 files"
    first = reviewing.compile()
    told = reviewing.file()
    assert (first.version, first.new, first.counts.findings, first.counts.gaps) == (1, True, 1, 0)
    ticket, said = task_of(store, "tomas")
    assert (told.version, ticket["assignee"], len(said)) == (1, "tomas", 1)
    assert "ops/clean.ps1:1" in said[0]
    assert "http" in said[0]
    # the same run, every task cleared
    assert reviewing.begin().batches == begun.batches
    reviewing.git.read_paths.clear()
    reviewing.batch(1)
    assert reviewing.git.read_paths == [], "what is known is not read again"
    again = reviewing.compile()
    assert (again.version, again.new) == (1, False)
    assert reviewing.file().tickets == told.tickets
    assert len(task_of(store, "tomas")[1]) == 1
    assert {"review.asked", "review.begun", "review.batch", "review.reported", "review.filed"} <= set(reviewing.kinds())
    assert verify(store).ok


def test_the_second_run_over_the_same_commit_says_unchanged_and_reads_nothing(reviewing: Reviewing, store: Store) -> None:
    first = reviewing.whole()
    reviewing.git.read_paths.clear()
    begun = reviewing.ask()
    assert (begun.unchanged, begun.batches, begun.review.fresh_files) == (True, (), 0)
    done, told = reviewing.compile(), reviewing.file()
    assert (done.unchanged, done.new, done.counts) == (True, False, first.counts)
    assert (reviewing.git.read_paths, told.tickets) == ([], ())
    assert len(task_of(store, "tomas")[1]) == 1
    third = reviewing.ask()
    assert third.review.same_as == begun.review.same_as, "it names the review that has the report, not another unchanged one"


def test_another_commit_with_the_same_files_is_unchanged_and_other_rules_are_not(reviewing: Reviewing) -> None:
    reviewing.whole()
    reviewing.git.commit(dict(reviewing.git.commits[reviewing.git.resolve(None)]))
    assert reviewing.ask().unchanged
    reviewing.compile()
    reviewing.rules = Rules("f" * 64, reviewing.rules.runner)
    assert reviewing.ask().review.fresh_files == 3


def test_only_what_changed_is_looked_at_and_what_was_fixed_is_said(reviewing: Reviewing, store: Store) -> None:
    reviewing.whole()
    files = dict(reviewing.git.commits[reviewing.git.resolve(None)])
    reviewing.git.commit({**files, "ops/clean.ps1": b"Get-Item .\n", "ops/more.ps1": BAD})
    reviewing.git.read_paths.clear()
    done = reviewing.whole()
    assert set(reviewing.git.read_paths) == {"ops/clean.ps1", "ops/list.ps1", "ops/more.ps1"}, "the unit that changed"
    assert (done.counts.findings, done.counts.new, done.counts.fixed) == (1, 1, 1)
    _, said = task_of(store, "tomas")
    assert "1 fixed" in said[1]
    with store.read() as conn:
        history = script_findings.history(conn, REPOSITORY).values()
    assert sorted((seen.path, seen.fixed is not None) for seen in history) == [("ops/clean.ps1", True), ("ops/more.ps1", False)]


def test_what_is_gone_with_its_file_is_fixed_and_what_moved_with_it_is_known(reviewing: Reviewing, store: Store) -> None:
    reviewing.git.commit({"ops/clean.ps1": BAD, "ops/gone.ps1": b"Get-Item .\n" + BAD})
    reviewing.whole()
    reviewing.git.commit({"moved/clean.ps1": BAD})
    done = reviewing.whole()
    assert (done.counts.findings, done.counts.new, done.counts.fixed) == (1, 0, 1)
    with store.read() as conn:
        history = script_findings.history(conn, REPOSITORY).values()
    assert sorted((seen.path, seen.fixed is None) for seen in history) == [
        ("moved/clean.ps1", True),
        ("ops/clean.ps1", False),
        ("ops/gone.ps1", False),
    ]


def test_a_failed_batch_is_a_gap_and_cleared_it_completes_the_same_report(reviewing: Reviewing, store: Store) -> None:
    reviewing.git.broken = {"ops/list.ps1"}
    begun = reviewing.ask()
    assert reviewing.batches(begun) == [1]
    first = reviewing.compile()
    told = reviewing.file()
    assert (first.version, first.counts.gaps) == (1, 2), "the unit of two files"
    gaps = [file for file in read_report(report(store, reviewing.review_id)).files if file.digest is None]
    assert [file.path for file in gaps] == ["ops/clean.ps1", "ops/list.ps1"]
    assert told.tickets
    reviewing.git.broken = set()
    reviewing.git.read_paths.clear()
    assert str(reviewing.batch(1)) == "reviewed 3 of 3 files"
    assert set(reviewing.git.read_paths) == {"ops/clean.ps1", "ops/list.ps1"}, "it goes on with what it lacks"
    second = reviewing.compile()
    assert (second.review_id, second.version, second.new, second.counts.gaps) == (first.review_id, 2, True, 0)
    assert reviewing.file().tickets == told.tickets
    assert "review.batch_failed" in reviewing.kinds()


def test_a_gap_neither_fixes_a_finding_nor_makes_it_new_again(reviewing: Reviewing, store: Store) -> None:
    reviewing.whole()
    files = dict(reviewing.git.commits[reviewing.git.resolve(None)])
    reviewing.git.commit({**files, "ops/list.ps1": b"Get-Item ..\n"})
    reviewing.git.broken = {"ops/list.ps1"}
    gap = reviewing.whole()
    assert (gap.counts.fixed, gap.counts.gaps) == (0, 2)
    reviewing.git.broken = set()
    done = reviewing.whole()
    assert not done.unchanged, "a report with a gap says not all that there is to say"
    assert (done.counts.findings, done.counts.new) == (1, 0)
    since = read_compared(report(store, reviewing.review_id))
    assert since is not None
    assert [each.path for each in since.known] == ["ops/clean.ps1"]


def test_a_run_without_the_claim_does_nothing(reviewing: Reviewing, store: Store) -> None:
    reviewing.ask()
    other: dict[str, Any] = {"review_id": reviewing.review_id, "run": "another", "git": reviewing.git}
    with pytest.raises(Conflict):
        begin_review(store, **other, rules=RULES)
    with pytest.raises(Conflict):
        review_batch(store, **other, number=1, rules=reviewing.rules)
    with pytest.raises(NotFound):
        reviewing.batch(99)


def test_a_repository_that_cannot_be_listed_leaves_its_owner_a_task(reviewing: Reviewing, store: Store) -> None:
    reviewing.git.commits.clear()
    with pytest.raises(NotFound):
        reviewing.ask()
    with pytest.raises(Conflict, match="list_changed"):
        reviewing.compile()
    told = reviewing.file()
    assert told.version is None
    _, said = task_of(store, "tomas")
    assert "could not be made" in said[0]
    with store.read() as conn:
        assert script_reviews.get(conn, reviewing.review_id).state == "claimed"


def test_batches_are_about_as_large_as_they_should_be(reviewing: Reviewing, store: Store) -> None:
    reviewing.git.commit({f"folder{number}/a.ps1": b"%d" % number for number in range(2 * BATCH_FILES + 1)})
    begun = reviewing.ask()
    with store.read() as conn:
        sizes = [each.files for each in script_units.batches(conn, reviewing.review_id)]
    assert (begun.batches, sizes) == ((1, 2, 3), [BATCH_FILES, BATCH_FILES, 1])
    reviewing.batch(2)
    assert str(reviewing.batch(1)) == "reviewed 400 of 401 files"


def test_each_owner_is_told_of_their_own_files(reviewing: Reviewing, store: Store) -> None:
    files = dict(reviewing.git.commits[reviewing.git.resolve(None)])
    owners = b"* @nobody-of-the-catalogue\n/db/ priya.raman@example.com\n"
    reviewing.git.commit({**files, "db/drop.ps1": BAD, "CODEOWNERS": owners})
    reviewing.whole()
    _, hers = task_of(store, "priya")
    _, his = task_of(store, "tomas")
    assert ("db/drop.ps1" in hers[0], "ops/clean.ps1" in hers[0]) == (True, False)
    assert ("db/drop.ps1" in his[0], "ops/clean.ps1" in his[0]) == (False, True)


def test_a_pull_request_is_compared_with_its_base_and_leaves_the_branchs_history_alone(
    reviewing: Reviewing, store: Store
) -> None:
    base = reviewing.git.resolve(None)
    files = dict(reviewing.git.commits[base])
    head = reviewing.git.commit({**files, "ops/list.ps1": b"Get-Item .\n" + BAD, "CODEOWNERS": b"* priya.raman@example.com\n"})
    begun = reviewing.ask_pull(head, base)
    assert begun.review.files == 3, "the unit that it changes, and the new file's"
    reviewing.batches(begun)
    done = reviewing.compile()
    assert (done.counts.findings, done.counts.new) == (2, 1)
    assert reviewing.file().tickets == (), "its comment tells"
    with store.read() as conn:
        assert script_findings.history(conn, REPOSITORY) == {}
        contents = script_units.manifest(conn, str(begun.review.manifest))
    assert contents["owners"] == [], "who wants the change does not choose who looks at it"


def test_agreed_dismissals_make_another_report_of_the_same_files(reviewing: Reviewing, store: Store) -> None:
    reviewing.whole()
    with store.begin() as conn:
        (seen,) = script_findings.history(conn, REPOSITORY).values()
        given = {"repository": REPOSITORY, "rule": seen.rule, "fingerprint": seen.fingerprint, "person": "maya"}
        found, _ = script_findings.dismiss(conn, **given, reason="It is a constant.", review_id=reviewing.review_id)
    assert reviewing.ask().unchanged, "what is only proposed changes nothing"
    reviewing.compile()
    with store.begin() as conn:
        script_findings.agree(conn, found, person="tomas", review_id=reviewing.review_id)
    begun = reviewing.ask()
    assert (begun.unchanged, begun.batches) == (False, ())
    done = reviewing.compile()
    assert done.counts.findings == 0
    (kept,) = (each for file in read_report(report(store, reviewing.review_id)).files for each in file.findings)
    assert kept.suppressed_by == "Dismissed by maya, agreed by tomas: It is a constant."


def test_what_is_too_large_or_breaks_its_worker_is_not_looked_at_and_says_so(reviewing: Reviewing, store: Store) -> None:
    reviewing.git.commit({"big/a.ps1": b"x" * (MOST + 1), "big/b.ps1": BAD, "bad/c.ps1": b"CRASH", "good/d.ps1": BAD})
    done = reviewing.whole()
    assert done.counts.gaps == 0, "these were taken on, and nothing is gained by clearing the task"
    body = report(store, reviewing.review_id)
    files = {file.path: file for file in read_report(body).files}
    assert {path: file.coverage.looked.value for path, file in files.items()} == {
        "bad/c.ps1": "none",
        "big/a.ps1": "none",
        "big/b.ps1": "full",
        "good/d.ps1": "full",
    }
    assert [each.rule for each in files["big/a.ps1"].findings] == ["coverage-file"]
    assert "a secret of the file" not in body.body
