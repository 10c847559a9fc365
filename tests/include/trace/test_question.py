from __future__ import annotations

import pytest

from include.contracts.errors import BadInput
from include.trace.question import KINDS, parse

ULID = "01jd3c4k7w8m9e2f5a6b7c8d9e"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (f"inc_{ULID}", "incident", f"inc_{ULID}"),
        (f"  incident:inc_{ULID}\n", "incident", f"inc_{ULID}"),
        (f"chg_{ULID}", "change", f"chg_{ULID}"),
        (f"change:chg_{ULID}", "change", f"chg_{ULID}"),
        (f"ev_{ULID}", "evidence", f"ev_{ULID}"),
        (f"hold_{ULID}", "hold", f"hold_{ULID}"),
        (f"of_a_later_time_{ULID}", None, ""),
        (f"vote_{ULID}", "vote", f"vote_{ULID}"),
        (f"vote:vote_{ULID}", "vote", f"vote_{ULID}"),
        ("key_" + "0" * 40, "key", "key_" + "0" * 40),
        (SHA, "digest", SHA),
        (f"digest:{SHA.upper()}", "digest", SHA),
        ("DESK-12", "ticket", "DESK-12"),
        ("CHG0030001", "ticket", "CHG0030001"),
        ("ticket:desk 12", "ticket", "desk 12"),
        (f"inc_{ULID}.b1.run_{ULID}", "run", f"inc_{ULID}.b1.run_{ULID}"),
        ("manual__2026-11-20T10:00:00+00:00", "run", "manual__2026-11-20T10:00:00+00:00"),
        ("run:anything:at:all", "run", "anything:at:all"),
        ("person:maya", "person", "maya"),
        ("person: incident_triage@service", "person", "incident_triage@service"),
        ("tool:query_logs", "tool", "query_logs"),
        ("source:generic", "source", "generic"),
        ("subject:runbook:disk-full", "subject", "runbook:disk-full"),
    ],
)
def test_what_is_asked_for(text: str, kind: str | None, value: str) -> None:
    if kind is None:
        with pytest.raises(BadInput):
            parse(text)
        return
    question = parse(text)
    assert (question.kind, question.value) == (kind, value)
    assert parse(str(question)) == question


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", ":", "maya", "person:", "person:  ", "nonsense:x", "digest:abc", f"digest:{SHA[:-1]}g", "inc_1", "a\0b"),
        *("x" * 301, "person:a\nb", "person:\u202emaya", "\ud800", f"vote:hold_{ULID}"),
    ],
)
def test_what_is_no_question_is_refused_and_says_what_would_be(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert all(kind in caught.value.next_step for kind in KINDS)


def test_where_answers_are_looked_for() -> None:
    assert parse("person:maya").column == ("actor", "maya")
    assert parse("source:generic").column == ("actor", "source:generic")
    assert parse("run:x").column == ("run", "x")
    assert parse("tool:query_logs").column is None
    assert parse("tool:query_logs").ref == ("tool", "query_logs")
    assert parse(f"hold_{ULID}").ref == ("id", f"hold_{ULID}")
    assert parse(SHA).ref == ("digest", SHA)
    assert parse("source:generic").ref is None
    assert parse("subject:runbook:disk-full").subjects == ("runbook:disk-full",)
    assert parse("person:maya").subjects == ("maya", "person:maya")
