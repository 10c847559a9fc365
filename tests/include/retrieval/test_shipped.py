"""The runbooks that ship: they load, they fit the lab, and they leave every change to a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from include.catalogue.catalogue import Catalogue
from include.contracts.tools.query_approved_runbook import RunbookQuery
from include.retrieval.loader import SHIPPED, Runbook, load_runbooks
from include.retrieval.search import search
from include.retrieval.standing import standing

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def runbooks(catalogue: Catalogue) -> tuple[Runbook, ...]:
    loaded, problems = load_runbooks(SHIPPED, catalogue)
    assert problems == ()
    return loaded


def test_there_are_enough_and_all_are_in_use(runbooks: tuple[Runbook, ...]) -> None:
    assert len(runbooks) >= 10
    assert sum(each.meta.kind == "known_issue" for each in runbooks) >= 2
    assert {standing(each.meta, TODAY) for each in runbooks} == {"in use"}
    assert {"public", "internal", "security", "restricted"} <= {each.meta.classification for each in runbooks}


def test_each_file_is_named_as_its_runbook_and_is_approved_by_another_than_its_owner(runbooks: tuple[Runbook, ...]) -> None:
    for each in runbooks:
        assert each.file == f"{each.meta.name}.md"
        assert each.meta.approved
        assert each.meta.approved.by != each.meta.owner


def test_each_page_asks_a_person_for_changes(runbooks: tuple[Runbook, ...]) -> None:
    for each in runbooks:
        headings = {passage.heading for passage in each.passages}
        assert headings & {"Ask for a change", "What to ask a human for"}, each.file
        assert headings & {"Checks", "How to recognise it", "Owners"}, each.file


def test_pages_that_are_referred_to_exist(runbooks: tuple[Runbook, ...]) -> None:
    import re

    names = {each.meta.name for each in runbooks}
    for each in runbooks:
        for passage in each.passages:
            referred = set(re.findall(r"\*([a-z]+(?:-[a-z]+)+)\*", passage.text))
            assert referred <= names, each.file


@pytest.mark.parametrize(
    ("service", "words", "best"),
    [
        ("shop-orders", "HighErrorRate many requests fail; shop-payments failed: connection refused", {"payments-down"}),
        ("shop-payments", "ServiceDown service is down does not answer: connection refused", {"payments-down"}),
        ("shop-payments", "no free database connection within 250 ms", {"payments-pool-exhausted"}),
        ("shop-payments", "DatabasePoolSaturated database connections are used up", {"payments-pool-exhausted"}),
        ("shop-payments", "configuration reloaded pool_size", {"pool-exhaustion-after-config-change"}),
        ("shop-orders", "service not started, configuration refused, FATAL", {"bad-config-deployed"}),
        ("shop-orders", "journal write slow", {"slow-disk-journal", "journal-fsync-stalls"}),
        (
            "shop-orders",
            "connection refused, but the upstream service is running; payments_url changed",
            {"wrong-upstream-address"},
        ),
        ("shop-frontend", "certificate has expired", {"certificate-expiry"}),
        (None, "no space left on device", {"disk-full"}),
        (None, "oldest entry of the queue", {"queue-backlog"}),
        (None, "many alerts at once", {"alert-storm"}),
    ],
)
def test_what_the_lab_shows_finds_its_page(
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    service: str | None,
    words: str,
    best: set[str],
) -> None:
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path))
    monkeypatch.delenv("HOLDPOINT_RUNBOOKS", raising=False)
    found = search(catalogue, "incident_triage@service", RunbookQuery(words=words, service=service), today=TODAY)
    assert found.hits[0].runbook in best


def test_h12_the_classified_ones_show_to_those_who_clear_them_only(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path))
    query = RunbookQuery(words="failed password customer data exposed", service="shop-payments", max_hits=50)

    def names(principal: str) -> set[str]:
        return {hit.runbook for hit in search(catalogue, principal, query, today=TODAY).hits}

    classified = {"failed-logons", "payment-data-exposed"}
    assert names("incident_triage@service") & classified == set()
    assert names("maya") & classified == {"failed-logons"}
    assert names("priya") & classified == classified
    assert names("ruth") & classified == {"payment-data-exposed"}
