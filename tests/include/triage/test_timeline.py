"""The timeline: in order, in words, and only what its reader may know."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import insert

from include.alerts.intake import commit
from include.contracts.errors import ReadFailed
from include.delivery.ticket_edits import count_edits
from include.store import desk, ledger
from include.store.database import Store, now
from include.store.tables.desk import comment
from include.triage import feedback, reading
from include.triage.timeline import LIMIT, Timeline, timeline
from tests.architecture.trees import ROOT
from tests.briefing import Stages, open_incident, post

pytestmark = pytest.mark.both_databases
# About what an incident's reader is not told line by line, or what bears no incident's id.
NOT_SHOWN = {"delivery.overtaken", "source.quarantined", "source.released", "store.migrated", "store.created"}


@pytest.fixture
def stages(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Stages:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    made = Stages(store, catalogue, open_incident(store, catalogue))
    planned = made.begin()
    made.collect(planned["get_service_status"])
    with pytest.raises(ReadFailed):
        made.collect(planned["query_logs"])
    made.draft()
    made.escalate()
    return made


def _timeline(store: Store, catalogue: Any, stages: Stages, person: str = "maya") -> Timeline:
    with store.read() as conn:
        who = reading.reader(conn, catalogue, catalogue.person(person))
        item = reading.incident(conn, who, stages.incident_id)
        heads = reading.versions(conn, who, item)
        return timeline(conn, who, item, heads, feedback.given(conn, who, item, heads))


def _words(store: Store, catalogue: Any, stages: Stages, person: str = "maya") -> list[str]:
    return [event.what for event in _timeline(store, catalogue, stages, person).events]


def test_it_tells_in_order_what_happened_and_leads_on(store: Store, catalogue: Any, stages: Stages) -> None:
    found = _timeline(store, catalogue, stages)
    assert [event.what for event in found.events] == [
        "opened by an alert",
        "briefing 1 begun",
        "read the process state of shop-orders",
        "no answer about the log of shop-orders: read failed",
        "version 1 of the brief drafted",
        f"handed to people, on {found.ticket} and by a page",
        "Maya Okafor told over pager-file",
    ]
    assert [event.seq for event in found.events] == sorted(event.seq for event in found.events)
    assert re.fullmatch(r"DESK-\d+", str(found.ticket))
    assert not found.more
    assert found.events[2].evidence is not None
    assert found.events[4].version == 1
    assert found.events[1].run == "incident_triage-run"


def test_what_people_say_stands_in_it(store: Store, catalogue: Any, stages: Stages) -> None:
    with store.begin() as conn:
        who = reading.reader(conn, catalogue, catalogue.person("priya"))
        item = reading.incident(conn, who, stages.incident_id)
        (head,) = reading.versions(conn, who, item)
        draft = feedback.draft_of(conn, who, item.id, version=1, digest=head.content_digest)
        feedback.correct(conn, who, draft, claim="F1", text="No.")
        feedback.edit_summary(conn, who, draft, text="Mine.")
        row = desk.by_incident(conn, item.id)
        assert row is not None
        said = {"mark": "x", "label": "internal", "at": now(conn), "author": "Jonas {about}", "body": "{text} not so"}
        conn.execute(insert(comment).values(ticket=row["number"], **said))
    count_edits(store)
    assert _words(store, catalogue, stages)[-3:] == [
        "Priya Raman corrected F1 of version 1",
        "Priya Raman wrote a summary of their own",
        f"Jonas {{about}} on DESK-{row['number']}: {{text}} not so",
    ]


def test_alerts_that_follow_each_other_are_one_line(store: Store, catalogue: Any, stages: Stages) -> None:
    with store.begin() as conn:
        commit(conn, catalogue, [post(catalogue) for _ in range(3)])
    assert _words(store, catalogue, stages)[-1] == "3 more alerts, this the last"


def test_a_noisy_monitor_does_not_push_out_the_rest(store: Store, catalogue: Any, stages: Stages) -> None:
    with store.begin() as conn:
        entry = ledger.Entry("source:generic", "incident.attached", stages.incident_id, "", {"severity": "critical"})
        ledger.append_many(conn, [entry] * (LIMIT + 50))
    found = _timeline(store, catalogue, stages)
    assert found.events[0].what == "opened by an alert"
    assert found.events[-1].what == f"{LIMIT} more alerts, this the last"
    assert found.more


def test_h12_reads_drafts_and_words_above_ones_grants_are_not_in_it(store: Store, catalogue: Any, stages: Stages) -> None:
    before = _words(store, catalogue, stages, "jonas")
    params = {"service": "shop-frontend", "environment": "lab"}
    read = {"tool": "get_recent_failed_logons", "params": params, "read": "read_1"}
    with store.begin() as conn:
        for kind, payload in (
            ("tool.called", read | {"label": "security", "evidence": "ev_1"}),
            ("tool.failed", read | {"error": "read_failed"}),
            ("tool.failed", {"tool": "a_tool_of_tomorrow", "params": {}, "error": "x"}),
            ("brief.drafted", {"version": 2}),
            ("feedback.given", {"feedback": "fbk_1", "text": "secret"}),
        ):
            ledger.append(conn, actor="incident_triage@service", kind=kind, subject=stages.incident_id, payload=payload)
    assert _words(store, catalogue, stages, "jonas") == before
    assert _words(store, catalogue, stages, "maya")[len(before) :] == [
        "read the failed logons of shop-frontend",
        "no answer about the failed logons of shop-frontend: read failed",
    ]


def test_an_entry_that_was_erased_or_says_less_than_it_should_is_left_out(store: Store, catalogue: Any, stages: Stages) -> None:
    before = _words(store, catalogue, stages)
    with store.begin() as conn:
        for kind in ("tool.called", "tool.failed", "brief.drafted", "incident.escalated", "delivery.sent", "feedback.given"):
            ledger.append(conn, actor="x", kind=kind, subject=stages.incident_id, payload=None)
            ledger.append(conn, actor="x", kind=kind, subject=stages.incident_id, payload={"params": {}, "label": "public"})
        ledger.append(conn, actor="x", kind="some.thing", subject=stages.incident_id, payload={"secret": "x"})
    assert _words(store, catalogue, stages) == before


def test_every_kind_of_entry_is_shown_or_named_here() -> None:
    """A new kind of entry is a decision: a line of its own, or none."""
    from include.triage.timeline import _LINES, ATTACHED

    rooms = "include/alerts", "include/delivery", "include/triage", "plugins/console"
    source = "".join(path.read_text(encoding="utf-8") for room in rooms for path in (ROOT / room).glob("*.py"))
    kinds = set(re.findall(r'"((?:incident|question|dispatch|briefing|tool|brief|delivery|feedback)\.[a-z_]+)"', source))
    assert {"tool.called", "incident.sheltered"} <= kinds
    assert kinds <= {*_LINES, ATTACHED, *NOT_SHOWN}
