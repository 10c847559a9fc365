"""`/holdpoint/metrics`: opened by its token alone, bounded in labels and cost, honest about what it does not know."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from include.store import messages
from include.store.database import Store, now
from plugins.console import metrics
from plugins.console.services import Services
from plugins.console.turned_away import Tally, turned_away
from tests.briefing import Stages, endpoint, open_incident, post
from tests.hold_rows import add_hold
from tests.plugins.console.conftest import Browser

TOKEN = "a-token-for-a-scraper"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Scrape = Callable[..., dict[tuple[str, ...], float]]


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDPOINT_METRICS_TOKEN", TOKEN)
    monkeypatch.setattr(metrics, "FRESH_S", 0.0)
    metrics._gauges.cache_clear()


@pytest.fixture
def scrape(browser: Callable[..., Browser]) -> Scrape:
    """`{(name, values of its labels …): value}`"""

    def ask() -> dict[tuple[str, ...], float]:
        answer = browser(None).get("/holdpoint/metrics", **BEARER)
        assert answer.status_code == 200, answer.text
        families = text_string_to_metric_families(answer.text)
        return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}

    return ask


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer \xff\xfe"},
        {"X-Authorization": f"Bearer {TOKEN}"},
    ],
)
def test_without_the_token_there_is_nothing_to_see(
    browser: Callable[..., Browser], headers: dict[str, str], store: Store
) -> None:
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: asked.append(str(args[2])))
    for account in (None, "maya"):  # Airflow's login does not open it
        raw = {key: value.encode("latin-1") for key, value in headers.items()}
        answer = browser(account).get("/holdpoint/metrics", **raw)  # type: ignore[arg-type]
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "holdpoint_" not in answer.text
    assert asked == []


def test_a_header_that_stands_twice_proves_nothing(console: Any) -> None:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(console), base_url="http://testserver") as client:
            said = [("Authorization", f"Bearer {TOKEN}"), ("Authorization", "Bearer other")]
            return await client.get("/holdpoint/metrics", headers=said)

    assert anyio.run(send).status_code == 401


@pytest.mark.parametrize("unset", [None, "", "  "])
def test_where_no_token_is_set_there_is_no_such_page(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch, unset: str | None
) -> None:
    monkeypatch.delenv("HOLDPOINT_METRICS_TOKEN")
    if unset is not None:
        monkeypatch.setenv("HOLDPOINT_METRICS_TOKEN", unset)
    nothing = browser(None).get("/holdpoint/nothing-here", **BEARER)
    for header in ({}, BEARER, {"Authorization": "Bearer "}):
        answer = browser(None).get("/holdpoint/metrics", **header)
        assert (answer.status_code, answer.text) == (404, nothing.text)


def test_an_empty_store_says_so(scrape: Scrape) -> None:
    found = scrape()
    assert found["holdpoint_store_up",] == 1
    assert found["holdpoint_incidents_open", "critical"] == 0
    assert found["holdpoint_briefings_waiting", "pending"] == found["holdpoint_holds", "in_doubt"] == 0
    assert found["holdpoint_ledger_entries_total", "tool.failed"] == 0
    assert ("holdpoint_briefing_oldest_timestamp_seconds",) not in found
    assert ("holdpoint_ledger_unsealed_entries",) not in found
    assert [key[0] for key in found].count("holdpoint_store_schema_info") == 1


def test_what_happens_is_counted(
    scrape: Scrape, store: Store, catalogue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    stages = Stages(store, catalogue, open_incident(store, catalogue))
    planned = stages.begin()
    found = scrape()
    assert found["holdpoint_incidents_open", "critical"] == 1
    assert found["holdpoint_briefings_waiting", "claimed"] == 1
    assert abs(found["holdpoint_briefing_oldest_timestamp_seconds",] - time.time()) < 60
    with pytest.raises(Exception, match="did not answer"):
        stages.collect(planned["query_logs"])
    stages.draft()
    stages.escalate()
    found = scrape()
    assert found["holdpoint_briefings_waiting", "claimed"] == 0
    kinds = {kind: found["holdpoint_ledger_entries_total", kind] for kind in ("tool.failed", "brief.drafted", "delivery.sent")}
    assert kinds == {"tool.failed": 1, "brief.drafted": 1, "delivery.sent": 1}
    assert found["holdpoint_intake_alerts_total", "generic"] == 1
    with store.begin() as conn:
        assert found["holdpoint_ledger_head_seq",] == conn.exec_driver_sql("SELECT max(seq) FROM ledger").scalar()
    assert endpoint


def test_h12_no_content_is_a_label(scrape: Scrape, store: Store, catalogue: Any) -> None:
    from include.alerts.intake import commit

    with store.begin() as conn:
        commit(conn, catalogue, [post(catalogue, "canary-4711", description="canary-4711", labels={"alertname": "canary-4711"})])
        messages.count(conn, "unauthenticated:canary-4711", now(conn), 7)
    found = scrape()
    labels = {value for key in found for value in key[1:]}
    assert not [value for value in labels if "canary" in value or "shop" in value or "inc_" in value]
    assert found["holdpoint_incidents_open", "critical"] == 1


def test_h12_a_stranger_makes_no_label(scrape: Scrape, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.console.turned_away.FLUSH_S", 0.0)
    monkeypatch.setattr("plugins.console.turned_away._tally", Tally())  # another test's may hold counts not written yet
    turned_away(store, "unknown-source")
    turned_away(store, "generic")
    before = scrape()
    assert before["holdpoint_intake_unauthenticated_total", "unknown-source"] == 1
    assert before["holdpoint_intake_unauthenticated_total", "generic"] == 1
    turned_away(store, "nobody-knows-this")
    assert set(scrape()) == set(before)


def test_a_store_that_cannot_be_asked_is_said_and_nothing_old_with_it(
    scrape: Scrape, running: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scrape()["holdpoint_store_up",] == 1

    def gone() -> Any:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(running.store, "read", gone)
    found = scrape()
    assert {key[0] for key in found} == {"holdpoint_store_up", "holdpoint_build_info"}
    assert found["holdpoint_store_up",] == 0


def test_a_catalogue_that_does_not_load_costs_what_needs_it_and_no_more(
    scrape: Scrape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "people.yaml").write_text("- {name: [")
    monkeypatch.setenv("HOLDPOINT_CONFIG", str(tmp_path))
    names = {key[0] for key in scrape()}
    assert "holdpoint_holds" in names
    assert not names & {"holdpoint_briefings_overdue", "holdpoint_intake_alerts_total"}


def test_garbage_in_a_row_costs_its_own_number(scrape: Scrape, store: Store, catalogue: Any) -> None:
    open_incident(store, catalogue)
    add_hold(store)
    assert scrape()["holdpoint_hold_deadline_timestamp_seconds", "proposed"] > 0
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE hold SET approve_by = 'soon', state = 'proposed'")
        conn.exec_driver_sql("UPDATE dispatch SET created_at = '9999-99-99T99:99:99.999999Z'")
        conn.exec_driver_sql("UPDATE incident SET severity = 'canary 4711'")
    found = scrape()
    assert ("holdpoint_hold_deadline_timestamp_seconds", "proposed") not in found
    assert ("holdpoint_briefing_oldest_timestamp_seconds",) not in found
    assert (found["holdpoint_holds", "proposed"], found["holdpoint_briefings_waiting", "pending"]) == (1, 1)
    assert not [key for key in found if "canary" in " ".join(key)]


def test_many_who_ask_at_once_ask_the_store_once(
    console: Any, running: Services, monkeypatch: pytest.MonkeyPatch, browser: Callable[..., Browser]
) -> None:
    monkeypatch.setattr(metrics, "FRESH_S", 60.0)
    asked: list[str] = []
    event.listen(running.store.engine, "before_cursor_execute", lambda *args: asked.append(str(args[2])))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: browser(None).get("/holdpoint/metrics", **BEARER), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert sum("FROM hold GROUP BY" in " ".join(statement.split()) for statement in asked) == 1
    assert len(asked) < 200


def test_how_much_of_the_ledger_is_not_sealed(
    scrape: Scrape, store: Store, catalogue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from securesystemslib.signer import CryptoSigner

    from include.store.sealing import seal

    folder = tmp_path / "checkpoints"
    monkeypatch.setenv("HOLDPOINT_CHECKPOINTS", str(folder))
    assert ("holdpoint_ledger_unsealed_entries",) not in scrape()
    sealed = seal(store, CryptoSigner.generate_ed25519(), folder)
    found = scrape()
    assert found["holdpoint_ledger_unsealed_entries",] == 0
    assert abs(found["holdpoint_ledger_checkpoint_timestamp_seconds",] - time.time()) < 60
    open_incident(store, catalogue)
    assert scrape()["holdpoint_ledger_unsealed_entries",] == 1
    (folder / "checkpoint-notes.json").write_text("{}")
    (folder / "notes.txt").write_text("not a checkpoint")
    assert scrape()["holdpoint_ledger_unsealed_entries",] == 1
    for garbage in ("", "{", json.dumps({"payload": "e30="}), "[]"):
        (folder / f"checkpoint-{sealed.seq + 1}.json").write_text(garbage)
        assert ("holdpoint_ledger_unsealed_entries",) not in scrape()


def test_the_sign_of_life_that_left(scrape: Scrape, running: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ("holdpoint_heartbeat_timestamp_seconds", "api") not in scrape()
    running.heartbeat.step()
    assert ("holdpoint_heartbeat_timestamp_seconds", "api") not in scrape(), "none is sent anywhere"
    monkeypatch.setenv("HOLDPOINT_HEARTBEAT", str(tmp_path / "beat"))
    running.heartbeat.step()
    assert abs(scrape()["holdpoint_heartbeat_timestamp_seconds", "api"] - time.time()) < 60
