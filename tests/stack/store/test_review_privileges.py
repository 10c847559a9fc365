"""Reviews under the roles that do the work: tasks make them, the API server takes them in, starts them, and takes dismissals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from include.reviewing import sight
from include.reviewing.asking import ask_for_pull
from include.reviewing.dismissing import agree, dismiss
from include.reviewing.report import read_report
from include.store import script_reports
from include.store.database import Store
from plugins.console.dispatcher import Dispatcher
from tests.reviewing import BAD, Memory, Reviewing, pull_request

Login = Callable[[str], Store]


@pytest.fixture
def reviewing(login: Login, catalogue: Any) -> Reviewing:
    git = Memory()
    git.commit({"a/a.ps1": BAD, "b/b.ps1": b"Get-Item .\n"})
    return Reviewing(login("holdpoint_propose"), catalogue, git)


def test_the_tasks_make_a_review_and_people_look_at_it(reviewing: Reviewing, login: Login, catalogue: Any) -> None:
    reviewing.whole()
    reviewing.git.commit({"b/b.ps1": BAD})
    assert reviewing.whole().counts.fixed == 1
    api = login("holdpoint_intake")
    with api.read() as conn:
        found = sight.listed(conn, catalogue, catalogue.person("maya"))
        report = script_reports.latest(conn, reviewing.review_id)
    assert report is not None
    (finding,) = (each for file in read_report(report).files for each in file.findings)
    assert found[0].id == reviewing.review_id
    with api.begin() as conn:
        given = {"fingerprint": finding.fingerprint, "whole_rule": False, "reason": "wrong"}
        kept = dismiss(conn, catalogue, catalogue.person("maya"), reviewing.review_id, **given)  # type: ignore[arg-type]
        assert agree(conn, catalogue, catalogue.person("tomas"), reviewing.review_id, dismissal_id=kept).counts
    assert reviewing.whole().counts.findings == 0


def test_the_api_server_takes_a_pull_request_in_and_starts_its_run(login: Login) -> None:
    api = login("holdpoint_intake")
    review_id = ask_for_pull(api, pull_request("a" * 40, "b" * 40))
    started: list[Any] = []

    def start(dag: str, run: str, conf: Any) -> bool:
        del dag, run
        started.append(conf)
        return True

    Dispatcher(api, start=start, find=lambda *_: None).step()
    assert started == [{"repository": "shop-orders", "review": review_id}]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("holdpoint_intake", "UPDATE script_report SET findings = 0"),
        ("holdpoint_intake", "INSERT INTO script_unit VALUES ('k', 0, '[]', '')"),
        ("holdpoint_intake", "UPDATE script_review SET commit_id = 'x'"),
        ("holdpoint_propose", "UPDATE script_unit SET body = '[]'"),
        ("holdpoint_propose", "UPDATE script_report SET body = ''"),
        ("holdpoint_propose", "UPDATE script_dismissal SET agreed_by = 'maya'"),
        ("holdpoint_propose", "DELETE FROM script_finding"),
        ("holdpoint_vote", "SELECT * FROM script_report"),
        ("holdpoint_read", "DELETE FROM script_review"),
    ],
)
def test_no_role_does_anothers_work(reviewing: Reviewing, login: Login, role: str, statement: str) -> None:
    reviewing.whole()
    with pytest.raises(ProgrammingError, match="permission denied"), login(role).begin() as conn:
        conn.exec_driver_sql(statement)
