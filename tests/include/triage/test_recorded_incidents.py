"""Every recorded incident gets the right brief: what is suspected first, what is not blamed, what is said to be missing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from include.contracts.brief import Brief
from include.contracts.errors import BadInput
from include.drafting.grounding import check_brief
from include.drafting.read_only import instruction_in
from include.drafting.render_html import render_html
from include.drafting.render_markdown import render_markdown
from include.triage.recorded import open_case
from tests.fixtures.recorded import scenarios
from tests.fixtures.recorded.replay import HERE, NAMES, TRIAGE, expected, replay

ALL = pytest.mark.parametrize("name", NAMES)


def _outside_quotes(brief: Brief) -> str:
    """All prose that is not a fact, a runbook's quote or a gap's reason."""
    prose = [brief.summary, brief.escalation.reason]
    prose += [text for h in brief.hypotheses for text in (h.statement, h.refuted_by)]
    prose += [text for step in brief.next_steps for text in (step.step, step.why)]
    prose += [item.statement for item in brief.assumptions]
    return "\n".join(prose)


def test_there_are_at_least_a_dozen() -> None:
    assert len(NAMES) >= 12
    assert {make().name for make in scenarios.SCENARIOS} == set(NAMES)


@pytest.mark.parametrize("make", scenarios.SCENARIOS, ids=lambda make: make.__name__)
def test_the_files_are_those_of_their_source(make: Any) -> None:
    scenario = make()
    for file, content in scenarios.files(scenario).items():
        assert (HERE / scenario.name / file).read_text(encoding="utf-8") == content, "run tests.fixtures.recorded.scenarios"


@ALL
def test_the_first_hypothesis_is_the_right_one(catalogue: Any, name: str) -> None:
    brief = replay(catalogue, name)[0].brief
    top = expected(name)["top"]
    statements = [item.statement for item in brief.hypotheses]
    if top is None:
        assert statements == []
    else:
        assert statements
        assert re.search(top, statements[0])
    assert [item.score for item in brief.hypotheses] == sorted((item.score for item in brief.hypotheses), reverse=True)


@ALL
def test_what_is_not_to_blame_is_not_blamed(catalogue: Any, name: str) -> None:
    brief = replay(catalogue, name)[0].brief
    for pattern in expected(name)["absent"]:
        assert not [item.statement for item in brief.hypotheses if re.search(pattern, item.statement)], pattern
        assert not re.search(pattern, brief.summary), pattern


@ALL
def test_it_says_what_the_reader_needs(catalogue: Any, name: str) -> None:
    brief = replay(catalogue, name)[0].brief
    said = "\n".join(
        [
            _outside_quotes(brief),
            *(fact.statement for fact in brief.facts),
            *(gap.reason for gap in brief.missing),
        ]
    )
    for words in expected(name)["said"]:
        assert words in said, words


@ALL
def test_h11_foreign_words_stay_inside_quotes(catalogue: Any, name: str) -> None:
    outside = _outside_quotes(replay(catalogue, name)[0].brief).lower()
    for words in expected(name)["clean"]:
        assert words.lower() not in outside


@ALL
def test_every_fact_holds_and_nothing_had_to_be_taken_out(catalogue: Any, name: str) -> None:
    drafted, _ = replay(catalogue, name)
    evidence = {item.id: item for item in drafted.evidence}
    check_brief(drafted.brief, evidence, catalogue=catalogue)
    assert not [item for item in drafted.brief.assumptions if "did not hold" in item.statement]
    assert drafted.brief.facts, "the alert itself is evidence"
    for fact in drafted.brief.facts:
        for citation in fact.citations:
            assert evidence[citation.evidence].text[citation.start : citation.end] == citation.quote


@ALL
def test_advice_only_reads(catalogue: Any, name: str) -> None:
    brief = replay(catalogue, name)[0].brief
    assert brief.next_steps or brief.hypotheses == ()
    assert instruction_in(_outside_quotes(brief)) is None


@ALL
def test_the_same_files_give_the_same_bytes(catalogue: Any, name: str) -> None:
    first, second = (replay(catalogue, name)[0] for _ in range(2))
    assert first.brief.model_dump_json() == second.brief.model_dump_json()
    for render in (render_markdown, render_html):
        pages = {render(d.brief, {i.id: i for i in d.evidence}, time_zone="Europe/Berlin") for d in (first, second)}
        assert len(pages) == 1


@ALL
def test_every_recorded_answer_is_asked_for_and_people_are_named(catalogue: Any, name: str) -> None:
    drafted, recorded = replay(catalogue, name)
    assert recorded.unasked() == ()
    people = drafted.brief.escalation
    assert people.owner in catalogue.people
    assert people.on_call in catalogue.people
    assert people.reason
    assert drafted.brief.status == "DRAFT"


@ALL
def test_a_brief_survives_json(catalogue: Any, name: str) -> None:
    brief = replay(catalogue, name)[0].brief
    assert Brief.model_validate_json(json.dumps(brief.to_json())) == brief


def test_h12_a_person_without_the_grant_gets_no_trace_of_the_logons(catalogue: Any) -> None:
    """The service desk may read tickets and the catalogue, not logons: not a number, not a name, not a gap."""
    drafted, _ = replay(catalogue, "brute-force-logons", principal="jonas")
    text = drafted.brief.model_dump_json() + "".join(item.text for item in drafted.evidence)
    for trace in ("203.0.113.9", "get_recent_failed_logons", "postgres", '"security"]'):
        assert trace not in text
    assert all("logons" not in gap.tool for gap in drafted.brief.missing)


def test_h12_the_label_is_the_highest_of_what_was_read(catalogue: Any) -> None:
    brief = replay(catalogue, "brute-force-logons")[0].brief
    assert brief.label == "security"
    assert set(brief.labels) >= {"internal", "security"}


def test_no_alert_is_bad_input(catalogue: Any) -> None:
    with pytest.raises(BadInput, match="no alert"):
        open_case(catalogue, catalogue.source("alertmanager"), [], principal=TRIAGE)


def test_several_alerts_make_one_incident_of_the_first_firing_group(catalogue: Any, make_alert: Any) -> None:
    source = catalogue.source("alertmanager")
    from include.contracts.alert import AlertStatus, Severity

    alerts = [
        make_alert(source="alertmanager", service="shop-frontend", environment="production", status=AlertStatus.RESOLVED),
        make_alert(source="alertmanager", service="shop-orders", environment="production"),
        make_alert(source="alertmanager", service="shop-orders", environment="production", severity=Severity.CRITICAL, name="B"),
        make_alert(source="alertmanager", service="shop-payments", environment="production"),
    ]
    case = open_case(catalogue, source, alerts, principal=TRIAGE)
    assert case.incident.service == "shop-orders"
    assert case.incident.alert_count == 2
    assert case.incident.severity is Severity.CRITICAL
    assert "4 alerts" in case.notes[0]


@pytest.mark.parametrize("service", ["shop-order", "Shop-orders", "payments", None])
def test_h11_a_service_that_is_not_named_exactly_is_not_guessed(catalogue: Any, make_alert: Any, service: str | None) -> None:
    from include.triage.recorded import draft_case
    from tests.fixtures.recorded.replay import recording

    source = catalogue.source("alertmanager")
    alert = make_alert(source="alertmanager", service=service, environment="production")
    case = open_case(catalogue, source, [alert], principal=TRIAGE)
    recorded = recording("dependency-down")
    brief = draft_case(catalogue, case, recorded).brief
    assert brief.service is None
    assert brief.escalation.owner == source.owner
    assert brief.hypotheses == ()
    assert len(recorded.unasked()) == len(recorded.recordings)
    assert any("no service of the catalogue" in gap.reason for gap in brief.missing)
    assert any("recorded answers about a service were not used" in item.statement for item in brief.assumptions)
