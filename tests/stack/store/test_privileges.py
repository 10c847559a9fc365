"""Each role does exactly its work: the API server's, the tasks', and nothing else, tried as logins of those groups."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, ProgrammingError

from include.alerts.intake import unusable
from include.alerts.question import ask
from include.asking import submit as asking
from include.asking.preview import Way
from include.cab import reading as cab
from include.contracts.errors import ReadFailed
from include.delivery.reconcile import reconcile
from include.delivery.send import send
from include.delivery.ticket_edits import count_edits
from include.store import briefs, changes, deliveries, desk, dispatches, incidents, quarantine
from include.store.database import Store, now
from include.store.migrate import expected
from include.store.roles import PRIVILEGES, SEQUENCES
from include.store.tables.desk import comment
from include.store.tables.incident import dispatch
from include.triage import feedback, reading
from include.triage.begin import begin
from include.triage.escalate import escalate_briefing
from include.triage.runbooks import retrieve
from plugins.console.committer import Committer
from plugins.console.dispatcher import Dispatcher
from plugins.console.runs import Run
from plugins.console.turned_away import Tally
from tests.briefing import RUN, Stages, endpoint, post
from tests.preparing import NOTES, Preparation

Login = Callable[[str], Store]
WHOLE = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
BY_COLUMN = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
DRAWING = ("USAGE", "SELECT", "UPDATE")


@pytest.fixture
def api(login: Login) -> Store:
    return login("holdpoint_intake")


@pytest.fixture
def tasks(login: Login, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    return login("holdpoint_propose")


def submit(api: Store, catalogue: Any, *posts: Any) -> list[Any]:
    worker = Committer(api, on_commit=lambda: None)
    waiting = [worker.submit(catalogue, item) for item in posts]
    worker.step()
    return [future.result(0) for future in waiting]


def events(answers: list[Any]) -> list[str]:
    return [outcome.event for answer in answers for outcome in answer.outcomes]


# -- the work ------------------------------------------------------------------------------------------------------------


def test_the_api_server_takes_posts_in(store: Store, api: Store, catalogue: Any) -> None:
    assert api.migrate() == expected(), "it looks, and finds nothing to do"
    resolved = post(catalogue, "Latency", status="resolved")
    posts = [post(catalogue, "Latency", severity="warning"), post(catalogue, "Latency"), resolved]
    answers = submit(api, catalogue, *posts, unusable(posts[0], "broken"), unusable(posts[0], "broken"))
    opened, attached = "incident.opened", "incident.attached"
    assert events(answers) == [opened, "incident.raised", "incident.resolved", opened, attached]
    storm = catalogue.settings.storm_new_incidents_per_minute
    answers = submit(api, catalogue, *(post(catalogue, f"Alarm {'x' * n}") for n in range(storm + 1)))
    assert events(answers)[-1] == "incident.sheltered"
    tally = Tally()
    for _ in range(2):
        tally.add("lab")
        tally.write(api)
    with store.read() as conn:
        assert conn.exec_driver_sql("SELECT sum(count) FROM counter").scalar() == 2


def test_the_dispatcher_starts_runs_and_gives_up_on_them(api: Store, catalogue: Any) -> None:
    submit(api, catalogue, post(catalogue))
    runs: dict[str, Run] = {}

    def start(dag_id: str, run_id: str, conf: Any) -> bool:
        runs[run_id] = Run("queued", dict(conf))
        return len(runs) > 1  # the first id is taken, and by somebody else

    dispatcher = Dispatcher(api, start=start, find=lambda _, run_id: Run("queued", {}) if run_id in runs else None)
    for _ in range(2):
        time.sleep(dispatcher.step())
    dispatcher.step()
    with api.read() as conn:
        (row,) = conn.execute(select(dispatch)).mappings()
    assert (row["state"], row["attempt"], len(runs)) == ("triggered", 2, 2)


def test_the_tasks_make_a_briefing_and_a_person_looks_at_it(store: Store, api: Store, tasks: Store, catalogue: Any) -> None:
    (answer,) = submit(api, catalogue, post(catalogue))
    stages = Stages(tasks, catalogue, str(answer.outcomes[0].incident_id))
    planned = stages.begin()
    stages.collect(planned["get_service_status"])
    with pytest.raises(ReadFailed):
        stages.collect(planned["query_logs"])
    assert retrieve(tasks, catalogue, **stages.ids)
    assert stages.draft().new
    assert stages.escalate().sent
    assert stages.begin() == planned
    person = catalogue.person("tomas")
    with api.read() as conn:
        who = reading.reader(conn, catalogue, person)
        (item,) = reading.listed(conn, who, after=None, limit=10)
        (head,) = reading.versions(conn, who, item)
        brief = reading.brief(conn, who, item, head.version)
        assert "RUNNING" in "".join(reading.evidence(conn, who, item, name).text for name in brief.retrieved)
    with api.begin() as conn:
        draft = feedback.draft_of(conn, who, stages.incident_id, version=head.version, digest=head.content_digest)
        feedback.correct(conn, who, draft, claim="F1", text="It was the other one.")
        assert len(feedback.given(conn, who, item, [head])) == 1
        quarantine.quarantine(conn, kind="runbook", name="disk-full", by="tomas", reason="wrong path")
    with tasks.read() as conn:
        assert briefs.versions(conn, stages.incident_id)
        ticket = desk.by_incident(conn, stages.incident_id)
        assert incidents.listed(conn, 10)
    assert ticket is not None
    with store.begin() as conn:
        said = {"mark": "by hand", "label": "internal", "at": now(conn), "author": "Jonas", "body": "not so"}
        conn.execute(insert(comment).values(ticket=ticket["number"], **said))
    assert count_edits(tasks) == 1


def test_a_change_is_asked_for_by_either_and_prepared_by_the_tasks(api: Store, tasks: Store, catalogue: Any) -> None:
    asked = Preparation.ask(api, catalogue)
    started: list[str] = []
    Dispatcher(api, start=lambda dag_id, run_id, conf: not started.append(dag_id), find=lambda *_: None).step()
    assert started == ["change_request"]
    for change in (Preparation(tasks, catalogue, asked.change_id), Preparation.ask(tasks, catalogue)):
        first = change.prepared()
        change.assess()  # and again, as cleared tasks do
        change.draft()
        change.offer()
        change.route()
        assert change.package() == first
    with api.read() as conn:
        who = reading.reader(conn, catalogue, catalogue.person("tomas"))
        for item in cab.listed(conn, who, after=None, limit=10):
            assert cab.package(conn, who, item).version
            assert cab.versions(conn, who, item)
            assert changes.offer_of(conn, item.id)[0] is not None
            assert changes.assessment_of(conn, item.id, 1) is not None


def test_reconcile_says_that_no_package_came(store: Store, api: Store, tasks: Store, catalogue: Any) -> None:
    Preparation.ask(api, catalogue)
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE dispatch SET created_at = '2026-01-01T00:00:00.000000Z'")
    done = reconcile(tasks, catalogue, endpoint)
    assert (done.escalated, done.failed) == (1, 0)


def test_reconcile_escalates_and_delivers(store: Store, api: Store, tasks: Store, catalogue: Any) -> None:
    (answer,) = submit(api, catalogue, post(catalogue))
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE dispatch SET created_at = '2026-01-01T00:00:00.000000Z'")
    done = reconcile(tasks, catalogue, endpoint)
    assert (done.escalated, done.delivered, done.failed) == (1, 1, 0)
    with tasks.read() as conn:
        (page,) = deliveries.of_incident(conn, str(answer.outcomes[0].incident_id))
    assert not send(tasks, catalogue, page["id"], endpoint)


def test_a_person_asks_and_takes_a_runbook_out_of_use(tasks: Store, catalogue: Any) -> None:
    about = {"question": "why is checkout slow?", "service": "shop-orders", "environment": None}
    asked = ask(tasks, catalogue, principal="maya", **about, run=RUN)
    with tasks.read() as conn:
        assert dispatches.holds(conn, asked.incident_id, 1, RUN)
    with tasks.begin() as conn:
        quarantine.quarantine(conn, kind="runbook", name="disk-full", by="maya", reason="wrong path")
        quarantine.release(conn, kind="runbook", name="disk-full", by="priya", owner="priya")
        assert quarantine.quarantined(conn, "runbook") == frozenset()


def test_the_console_takes_what_is_asked_and_shows_what_was_prepared(api: Store, tasks: Store, catalogue: Any) -> None:
    """What comes of it is the tasks' work: the API server opens no ticket."""
    made = [
        asking.submit(api, catalogue, asking.Asking("maya", text, "shop-orders", "lab")) for text in ("why?", NOTES, "that thing")
    ]
    assert [each.way for each in made] == list(Way)
    change = Preparation(tasks, catalogue, made[1].id)
    package = change.prepared()
    with api.read() as conn:
        who = reading.reader(conn, catalogue, catalogue.person("maya"))
        item = cab.change(conn, who, change.change_id)
        assert cab.package(conn, who, item).version == package.version
        assert cab.sources(conn, who, item, package.retrieved)
        assert cab.offer(conn, who, item)[0] is not None
        assert changes.notes_of(conn, item.id).text == NOTES
        assert [each.id for each in cab.listed(conn, who, after=None, limit=5)] == [item.id]
    ids = {"incident_id": made[2].id, "briefing": 1, "run": RUN}
    assert begin(tasks, catalogue, **ids).read_ids == ()
    assert escalate_briefing(tasks, catalogue, **ids, link="http://af/run", endpoints=endpoint).delivery_id is None


# -- and nothing else ----------------------------------------------------------------------------------------------------

REFUSED = {
    "holdpoint_intake": {
        "write a brief": "INSERT INTO brief SELECT * FROM brief",
        "write evidence": "INSERT INTO evidence SELECT * FROM evidence",
        "read posts back": "SELECT body FROM message",
        "read alerts back": "SELECT body FROM alert",
        "look at tickets": "SELECT * FROM ticket",
        "page somebody": "INSERT INTO delivery (id) VALUES ('x')",
        "claim a briefing": "UPDATE dispatch SET claimed_at = 'x'",
        "lift a quarantine": "UPDATE quarantine SET lifted_by = 'x'",
    },
    "holdpoint_propose": {
        "make up a post": "INSERT INTO message (id) VALUES ('x')",
        "make up an alert": "INSERT INTO alert (title) VALUES ('x')",
        "resolve an incident": "UPDATE incident SET status = 'resolved'",
        "count": "UPDATE counter SET count = 0",
        "close a ticket": "UPDATE ticket SET state = 'closed'",
        "redirect a page": "UPDATE delivery SET recipient = 'mallory'",
        "reword a page": "UPDATE delivery SET body = 'all is well'",
        "read for another person": "UPDATE read SET principal = 'mallory'",
        "ask something else": "UPDATE read SET params = '{}'",
        "forget a quarantine": "DELETE FROM quarantine",
        "put off a dispatch": "UPDATE dispatch SET not_before = 'z'",
    },
    "holdpoint_vote": {
        "look": "SELECT * FROM evidence",
        "make up an incident": "INSERT INTO incident (id) VALUES ('x')",
        "close an incident": "UPDATE incident SET status = 'resolved'",
        "say that a page was sent": "UPDATE delivery SET state = 'sent'",
        "make up a use": "INSERT INTO standing_use (hold_id) VALUES ('x')",
    },
    "holdpoint_execute": {
        "look": "SELECT * FROM evidence",
        "say that a page was sent": "UPDATE delivery SET state = 'sent'",
        "page somebody": "INSERT INTO delivery (id) VALUES ('x')",
        "make up a template": "INSERT INTO template (id) VALUES ('x')",
        "close a ticket": "UPDATE ticket SET state = 'closed'",
    },
    "holdpoint_verify": {"look": "SELECT * FROM read"},
    "holdpoint_read": {
        "write": "INSERT INTO counter VALUES ('a', 'b', 1)",
        "draw a number": "SELECT nextval('ticket_number_seq')",
    },
    "holdpoint_erase": {"look": "SELECT * FROM message"},
}
FOR_ALL = {
    "reword a brief": "UPDATE brief SET body = 'all is well'",
    "drop a brief": "DELETE FROM brief",
    "reword evidence": "UPDATE evidence SET text = 'all is well'",
    "drop evidence": "DELETE FROM evidence",
    "replace evidence": "INSERT INTO evidence SELECT * FROM evidence ON CONFLICT (id) DO UPDATE SET text = 'x'",
    "empty evidence": "TRUNCATE evidence",
    "empty everything": "TRUNCATE incident CASCADE",
    "drop an incident": "DELETE FROM incident",
    "act for another person": "UPDATE incident SET principal = 'mallory'",
    "take over an incident": "UPDATE incident SET owner = 'mallory'",
    "reword what a person said of a brief": "UPDATE feedback SET text = 'x'",
    "drop what a person said of a brief": "DELETE FROM feedback",
    "reword a comment": "UPDATE ticket_comment SET body = 'x'",
    "set a sequence": "SELECT setval('ticket_number_seq', 9000000000)",
    "reword a template": "UPDATE template SET body = 'x'",
    "forget a use": "DELETE FROM standing_use",
    "change a use": "UPDATE standing_use SET way = 'standard'",
    "drop a table": "DROP TABLE counter",
    "lock everybody out": "LOCK TABLE incident IN ACCESS EXCLUSIVE MODE",
    "say that it is migrated": "UPDATE alembic_version SET version_num = '9999'",
}


def answer(member: Store, statement: str) -> str:
    try:
        with member.begin() as conn:
            conn.exec_driver_sql(statement)
    except ProgrammingError as error:
        return str(error.orig)
    return "done"


@pytest.mark.parametrize("role", PRIVILEGES)
def test_h09_a_login_is_refused_what_is_not_its_work(login: Login, role: str) -> None:
    member, done = login(role), []
    for name, statement in {**REFUSED[role], **FOR_ALL}.items():
        said = answer(member, statement)
        if "permission denied" not in said and "must be owner" not in said:
            done.append((name, said))
    assert done == []


HELD = """
SELECT role, tablename, verb FROM pg_tables, unnest(%(roles)s::name[]) role, unnest(%(whole)s::text[]) verb
WHERE schemaname = 'public' AND has_table_privilege(role, tablename, verb)
UNION SELECT role, table_name || '.' || column_name, verb
FROM information_schema.columns, unnest(%(roles)s::name[]) role, unnest(%(by_column)s::text[]) verb
WHERE table_schema = 'public' AND has_column_privilege(role, table_name, column_name, verb)
UNION SELECT role, sequencename, verb FROM pg_sequences, unnest(%(roles)s::name[]) role, unnest(%(drawing)s::text[]) verb
WHERE schemaname = 'public' AND has_sequence_privilege(role, sequencename, verb)
"""


def held(store: Store) -> set[tuple[str, str, str]]:
    """(role, table or table.column or sequence, privilege): everything that PostgreSQL would let a group do."""
    asked = {"roles": list(PRIVILEGES), "whole": list(WHOLE), "by_column": list(BY_COLUMN), "drawing": list(DRAWING)}
    with store.read() as conn:
        return {(row[0], row[1], row[2]) for row in conn.exec_driver_sql(HELD, asked)}


def named(store: Store) -> Iterator[tuple[str, str, str]]:
    """The same of what PRIVILEGES says."""
    with store.read() as conn:
        listed = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{}'"
        for role, tables in PRIVILEGES.items():
            for table, privileges in tables.items():
                columns = conn.exec_driver_sql(listed.format(table)).scalars().all()
                for verb, _, some in (privilege.partition(" ") for privilege in privileges):
                    if not some:
                        yield role, table, verb
                    if verb in BY_COLUMN:
                        yield from ((role, f"{table}.{c}", verb) for c in (some.strip("()").split(", ") if some else columns))
                if "INSERT" in privileges and table in SEQUENCES:
                    yield role, SEQUENCES[table], "USAGE"


def test_what_postgresql_lets_the_groups_do_is_what_the_table_says(store: Store, login: Login) -> None:
    login("holdpoint_read")
    assert held(store) == set(named(store))


def test_a_member_of_two_groups_may_do_both_works_and_no_third(store: Store, login: Login) -> None:
    member = login("holdpoint_read, holdpoint_intake")
    with member.begin() as conn:
        conn.exec_driver_sql("SELECT body FROM message")
        conn.exec_driver_sql("INSERT INTO counter VALUES ('a', 'b', 1)")
    with pytest.raises(DBAPIError, match="permission denied"), member.begin() as conn:
        conn.exec_driver_sql("INSERT INTO evidence SELECT * FROM evidence")
