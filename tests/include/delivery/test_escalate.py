"""Telling people: once, in words the channel is cleared for, and never silently not."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from include.alerts.correlate import correlate
from include.contracts.errors import DeliveryFailed, Denied
from include.delivery import send as send_module
from include.delivery.escalate import Escalating, escalate
from include.delivery.reconcile import reconcile
from include.delivery.send import send
from include.delivery.transports.base import Endpoint, Letter
from include.store import deliveries, desk, dispatches, incidents, ledger, messages
from include.store.database import Store, now
from include.store.tables.desk import delivery
from include.store.tables.incident import dispatch
from include.store.times import shifted

pytestmark = pytest.mark.both_databases


@pytest.fixture
def incident(store: Store, catalogue: Any, make_alert: Any) -> Any:
    with store.begin() as conn:
        at = now(conn)
        message_id = messages.keep(conn, source="lab", body=b"{}", digest="0" * 64, length=2, received_at=at, problem=None)
        item = make_alert(title="Card data in the log <!channel> @here\n".strip())
        (outcome,) = correlate(conn, catalogue, catalogue.source("lab"), message_id, [item], at)
        return incidents.get(conn, str(outcome.incident_id))


@pytest.fixture
def tell(store: Store, catalogue: Any, incident: Any) -> Callable[..., Any]:
    def do(brief: Any = None, text: str = "", catalogue: Any = catalogue) -> Any:
        with store.begin() as conn:
            ledger.lock(conn)
            return escalate(conn, catalogue, Escalating(incident, 1, brief, text, "nobody could read", "http://af/run", "run-1"))

    return do


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "pages.jsonl"
    monkeypatch.setenv("HOLDPOINT_PAGES", str(path))
    return path


def _age(store: Store, seconds: float) -> None:
    with store.begin() as conn:
        earlier = shifted(now(conn), seconds=-seconds)
        conn.execute(update(delivery).values(created_at=earlier, next_at=earlier))


def test_h10_without_a_brief_somebody_is_told_so(tell: Any, store: Store, catalogue: Any, pages: Path) -> None:
    done = tell()
    assert send(store, catalogue, done.delivery_id, lambda _: Endpoint())
    (line,) = [json.loads(text) for text in pages.read_text().splitlines()]
    assert "NO brief" in line["body"]
    assert "http://af/run" in line["body"]
    assert line["recipient"] in catalogue.people


def test_told_twice_is_told_once(tell: Any, store: Store, catalogue: Any, pages: Path) -> None:
    first, second = tell(), tell()
    assert (first.ticket, first.delivery_id) == (second.ticket, second.delivery_id)
    assert (second.new_page, second.new_comment) == (False, False)
    assert send(store, catalogue, first.delivery_id, lambda _: Endpoint())
    assert not send(store, catalogue, first.delivery_id, lambda _: Endpoint())
    assert len(pages.read_text().splitlines()) == 1


def test_h11_what_the_page_quotes_cannot_act_in_a_chat(tell: Any, store: Store) -> None:
    done = tell()
    with store.read() as conn:
        subject = deliveries.get(conn, done.delivery_id)["subject"]
    assert "<!channel>" not in subject
    assert "@here" not in subject
    assert "channel" in subject


def test_h12_a_channel_that_is_not_cleared_gets_the_number_and_nothing_else(
    store: Store, catalogue: Any, incident: Any, tell: Any
) -> None:
    channels = tuple(row.model_copy(update={"clears": ("public",)}) for row in catalogue.tables["channels"])
    blind = dataclasses.replace(catalogue, tables={**catalogue.tables, "channels": channels})
    done = tell(catalogue=blind)
    with store.read() as conn:
        page = deliveries.get(conn, done.delivery_id)
    assert "Card data" not in page["subject"] + page["body"]
    assert incident.id in page["subject"]
    assert page["label"] == "public"


def test_h02_without_a_grant_nothing_is_written(store: Store, catalogue: Any, incident: Any, tell: Any) -> None:
    grants = tuple(row for row in catalogue.grants if row.name != "triage-writes")
    with pytest.raises(Denied):
        tell(catalogue=dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": grants}))
    with store.read() as conn:
        assert desk.by_incident(conn, incident.id) is None
        assert not deliveries.of_incident(conn, incident.id)


def test_what_cannot_be_delivered_goes_up_the_chain(
    tell: Any, store: Store, catalogue: Any, incident: Any, monkeypatch: pytest.MonkeyPatch, pages: Path
) -> None:
    def refuse(letter: Letter, endpoint: Endpoint | None) -> None:
        raise DeliveryFailed("full", next_step="make room")

    done = tell()
    monkeypatch.setitem(send_module.TRANSPORTS, "file", refuse)
    assert not send(store, catalogue, done.delivery_id, lambda _: Endpoint())
    with store.read() as conn:
        assert [row["state"] for row in deliveries.of_incident(conn, incident.id)] == ["due"]
    _age(store, 3_600)
    assert not send(store, catalogue, done.delivery_id, lambda _: Endpoint())
    with store.read() as conn:
        states = [(row["level"], row["state"]) for row in deliveries.of_incident(conn, incident.id)]
        kinds = [entry.kind for entry in ledger.entries(conn, subject=incident.id)]
    assert states == [(0, "failed"), (1, "due")]
    assert {"delivery.retry", "delivery.failed"} <= set(kinds)
    monkeypatch.undo()
    monkeypatch.setenv("HOLDPOINT_PAGES", str(pages))
    assert reconcile(store, catalogue, lambda _: Endpoint()).delivered == 1
    assert len(pages.read_text().splitlines()) == 1


def test_a_sender_killed_while_sending_leaves_the_page_due_again(tell: Any, store: Store, catalogue: Any, pages: Path) -> None:
    done = tell()
    with store.begin() as conn:
        assert deliveries.take(conn, done.delivery_id, hold_s=90) is not None  # … and here the sender dies
    assert not send(store, catalogue, done.delivery_id, lambda _: Endpoint())
    _age(store, 200)
    assert send(store, catalogue, done.delivery_id, lambda _: Endpoint())


def test_a_sender_that_was_overtaken_takes_nothing_back(
    tell: Any, store: Store, catalogue: Any, incident: Any, monkeypatch: pytest.MonkeyPatch, pages: Path
) -> None:
    """It hangs for longer than it may have the page; another one sends it; then the first gives up."""
    done, real = tell(), send_module.TRANSPORTS["file"]

    def hang(letter: Letter, at: Endpoint | None) -> None:
        _age(store, 3_600)  # by now it would be time for the next in the chain
        monkeypatch.setitem(send_module.TRANSPORTS, "file", real)
        assert send(store, catalogue, done.delivery_id, lambda _: Endpoint())
        raise DeliveryFailed("timed out", next_step="try again")

    monkeypatch.setitem(send_module.TRANSPORTS, "file", hang)
    assert not send(store, catalogue, done.delivery_id, lambda _: Endpoint())
    assert reconcile(store, catalogue, lambda _: Endpoint()).delivered == 0
    with store.read() as conn:
        assert [(row["level"], row["state"]) for row in deliveries.of_incident(conn, incident.id)] == [(0, "sent")]
        kinds = [entry.kind for entry in ledger.entries(conn, subject=incident.id)]
    assert {"delivery.sent", "delivery.overtaken"} <= set(kinds)
    assert len(pages.read_text().splitlines()) == 1


def test_reconcile_escalates_a_briefing_without_a_brief_once(
    store: Store, catalogue: Any, incident: Any, pages: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOLDPOINT_HEARTBEAT", str(tmp_path / "beat"))
    assert reconcile(store, catalogue, lambda _: Endpoint()).escalated == 0
    with store.begin() as conn:
        conn.execute(update(dispatch).values(created_at=shifted(now(conn), seconds=-3_600)))
    first, second = (reconcile(store, catalogue, lambda _: Endpoint()) for _ in range(2))
    assert (first.escalated, first.delivered, first.heartbeat) == (1, 1, "sent")
    assert (second.escalated, second.delivered) == (0, 0)
    assert (tmp_path / "beat").exists()
    with store.read() as conn:
        assert dispatches.get(conn, incident.id, 1)["state"] == "escalated"
    assert "NO brief" in pages.read_text()


def _without(catalogue: Any, table: str, *names: str) -> Any:
    rows = tuple(row for row in catalogue.tables[table] if row.name not in names)
    return dataclasses.replace(catalogue, tables={**catalogue.tables, table: rows})


def test_h10_what_left_the_catalogue_since_still_pages_somebody(store: Store, catalogue: Any, incident: Any, pages: Path) -> None:
    with store.begin() as conn:
        conn.execute(update(dispatch).values(created_at=shifted(now(conn), seconds=-3_600)))
    gone = _without(_without(catalogue, "services", incident.service), "people", incident.owner)
    done = reconcile(store, gone, lambda _: Endpoint())
    assert (done.escalated, done.delivered, done.failed) == (1, 1, 0)
    (page,) = [json.loads(text) for text in pages.read_text().splitlines()]
    assert page["recipient"] in gone.people


def test_h10_one_that_cannot_be_finished_does_not_cost_the_others_their_page(
    store: Store, catalogue: Any, incident: Any, make_alert: Any, pages: Path
) -> None:
    with store.begin() as conn:
        at = now(conn)
        message_id = messages.keep(conn, source="lab", body=b"{}", digest="0" * 64, length=2, received_at=at, problem=None)
        item = make_alert(service="shop-payments")
        (other,) = correlate(conn, catalogue, catalogue.source("lab"), message_id, [item], at)
        conn.execute(update(dispatch).values(created_at=shifted(now(conn), seconds=-3_600)))
    # Nothing may be written for the first one's service any more; the second's grant stands.
    grants = tuple(
        row.model_copy(update={"services": ("shop-payments",)}) if row.name == "triage-writes" else row
        for row in catalogue.grants
    )
    narrow = dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": grants})
    done = reconcile(store, narrow, lambda _: Endpoint())
    assert (done.escalated, done.delivered, done.failed) == (1, 1, 1)
    with store.read() as conn:
        assert dispatches.get(conn, other.incident_id, 1)["state"] == "escalated"
        assert dispatches.get(conn, incident.id, 1)["state"] == "pending"  # the next pass tries it again


def test_h10_pages_that_keep_failing_do_not_stand_before_the_others(tell: Any, store: Store) -> None:
    first = tell().delivery_id
    with store.begin() as conn:
        again, _ = deliveries.add(
            conn,
            mark="another",
            incident_id=deliveries.get(conn, first)["incident_id"],
            briefing=1,
            level=1,
            recipient="maya",
            channel="pager-file",
            label="public",
            subject="x",
            body="x",
        )
        row = deliveries.take(conn, first, hold_s=0)
        deliveries.not_sent(conn, first, attempt=row["attempts"], error="x", state="due", retry_s=0)
        # Two times of one millisecond have no order.
        conn.execute(update(delivery).where(delivery.c.id == again).values(next_at=shifted(now(conn), seconds=-1)))
    with store.read() as conn:
        assert [row["id"] for row in deliveries.due(conn, limit=1)] == [again]


def test_h12_the_next_in_the_chain_gets_no_content_that_person_may_not_read(
    tell: Any, store: Store, catalogue: Any, incident: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(letter: Letter, endpoint: Endpoint | None) -> None:
        raise DeliveryFailed("full", next_step="make room")

    done = tell()
    _age(store, 3_600)
    monkeypatch.setitem(send_module.TRANSPORTS, "file", refuse)
    grants = tuple(row for row in catalogue.grants if row.principals)  # nobody but the service may read any more
    blind = dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": grants})
    assert not send(store, blind, done.delivery_id, lambda _: Endpoint())
    with store.read() as conn:
        first, second = deliveries.of_incident(conn, incident.id)
    assert "Card data" in first["subject"]
    assert "Card data" not in second["subject"] + second["body"]
    assert second["label"] == "public"


@pytest.mark.parametrize("status", [200, 302, 429, 500])
def test_the_webhook_counts_only_success(status: int, served: Any) -> None:
    from include.delivery.transports.webhook import send as post

    url, seen = served(status)
    letter = Letter("holdpoint:page:x:b1:l0", "maya", "maya@example.com", "subject", "body")
    if status == 200:
        post(letter, Endpoint(url=url))
        assert json.loads(seen[0])["text"].startswith("*subject*")
    else:
        with pytest.raises(DeliveryFailed):
            post(letter, Endpoint(url=url))
    assert len(seen) == 1, "a redirect must not carry the page elsewhere"


@pytest.fixture
def served() -> Any:
    """A loopback server that answers with one status and keeps the bodies."""
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    servers = []

    def start(status: int) -> tuple[str, list[bytes]]:
        seen: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                seen.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/hook", seen

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_an_unreachable_webhook_is_a_failed_delivery_without_content() -> None:
    from include.delivery.transports.webhook import send as post

    letter = Letter("holdpoint:page:x:b1:l0", "maya", "maya@example.com", "secret subject", "secret body")
    with pytest.raises(DeliveryFailed) as caught:
        post(letter, Endpoint(url="http://127.0.0.1:9/hook/secret-token"))
    assert "secret" not in str(caught.value)
    assert httpx.ConnectError.__name__ in str(caught.value)


def test_mail_is_not_sent_with_a_password_in_the_clear() -> None:
    from include.delivery.transports.smtp import send as mail

    server = _SmtpWithoutTls()
    letter = Letter("holdpoint:page:x:b1:l0", "maya", "maya@example.com", "subject", "body")
    mail(letter, Endpoint(host="127.0.0.1", port=server.port))
    assert b"X-Holdpoint-Mark: holdpoint:page:x:b1:l0" in server.received
    with pytest.raises(DeliveryFailed):
        mail(letter, Endpoint(host="127.0.0.1", port=server.port, login="me", password="hunter2"))
    assert b"hunter2" not in server.received
    server.close()


class _SmtpWithoutTls:
    """As much of RFC 5321 as one client needs; offers neither STARTTLS nor AUTH."""

    def __init__(self) -> None:
        import socket
        import threading

        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.received = b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            # A client that hangs up in the middle is what one of the tests wants.
            with suppress(OSError), connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream: Any) -> None:
        def say(text: bytes) -> None:
            stream.write(text + b"\r\n")
            stream.flush()

        say(b"220 lab")
        in_data = False
        for line in stream:
            self.received += line
            if in_data:
                in_data = line != b".\r\n"
                if not in_data:
                    say(b"250 kept")
                continue
            verb = line[:4].upper()
            in_data = verb == b"DATA"
            say({b"DATA": b"354 go on", b"QUIT": b"221 bye"}.get(verb, b"250 fine"))
            if verb == b"QUIT":
                return

    def close(self) -> None:
        self._socket.close()
