"""GitHub's webhook over HTTP: who is let in, what is answered, what is asked for."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from include.catalogue.loader import EXAMPLE
from include.contracts.errors import StoreError
from include.contracts.repository import PullRequest
from include.script_review.pull_request import MAX_BYTES
from include.store.database import Store
from include.store.schema import ledger
from include.store.tables.intake import counter
from include.store.tables.script_review import script_review
from plugins.console import asked_reviews, body, turned_away
from plugins.console.services import Services
from tests.github_posts import HEAD, SECRET, post, sign
from tests.plugins.console.conftest import mounted

ROW = """
- name: ops
  owner: maya
  where: https://github.com/acme/ops-scripts.git
  classification: internal
  review: both
  github: acme/ops-scripts
  webhook_env: HOLDPOINT_SECRET_OPS
"""
Send = Callable[..., httpx.Response]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[PullRequest]:
    """What was accepted, in order; the same mark is the same review."""
    found: list[PullRequest] = []

    def accept(store: Store, wanted: PullRequest) -> str:
        del store
        found.append(wanted)
        return f"rev-{[one.mark for one in found].index(wanted.mark)}"

    monkeypatch.setattr(asked_reviews, "accept", accept)
    return found


@pytest.fixture
def send(running: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Send:
    folder = tmp_path / "a configuration"
    shutil.copytree(EXAMPLE, folder)
    (folder / "repositories.yaml").write_text((folder / "repositories.yaml").read_text() + ROW)
    monkeypatch.setenv("HOLDPOINT_CONFIG", str(folder))
    monkeypatch.setenv("HOLDPOINT_SECRET_OPS", SECRET.decode())
    monkeypatch.setattr(turned_away, "FLUSH_S", 0.0)
    app = mounted()

    def sent(content: Any, *, path: str = "/webhooks/github", method: str = "POST", **headers: str) -> httpx.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(content, bytes):
            given = {
                "X-GitHub-Event": "pull_request",
                "X-Hub-Signature-256": sign(content),
                "X-GitHub-Delivery": "72d3162e",
            } | given

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver/holdpoint") as client:
                return await client.request(method, path, content=content() if callable(content) else content, headers=given)

        return anyio.run(go)

    return sent


def turned(store: Store) -> dict[str, int]:
    with store.read() as conn:
        return {row.name: row[2] for row in conn.execute(select(counter)) if row.name.startswith("unauthenticated:")}


def test_a_signed_pull_request_is_asked_for(send: Send, asked: list[PullRequest]):
    answer = send(post())
    assert answer.status_code == 202
    assert answer.json() == {"review": "rev-0", "repository": "ops", "pull_request": 42}
    assert [(one.repository, one.number, one.head) for one in asked] == [("ops", 42, HEAD)]


def test_a_delivery_that_comes_again_is_the_same_review(send: Send, asked: list[PullRequest]):
    first = send(post()).json()
    assert send(post()).json() == first
    # The delivery's number is not signed: a new one makes nothing new of old bytes.
    assert send(post(), X_GitHub_Delivery="another").json() == first
    assert send(post(action="reopened")).json() == first
    assert send(post(action="synchronize", pull_request__head__sha="a" * 40)).json() != first


def test_what_is_asked_for_is_in_the_store_once(send: Send, store: Store):
    first = send(post())
    assert first.status_code == 202
    assert send(post(), X_GitHub_Delivery="another").json() == first.json()
    with store.read() as conn:
        (row,) = conn.execute(select(script_review)).mappings()
        entries = [entry for entry in conn.execute(select(ledger)).mappings() if entry["kind"] == "review.asked"]
    assert (row["id"], row["repository"], row["pull"], row["commit_id"]) == (first.json()["review"], "ops", 42, HEAD)
    assert len(entries) == 1


@pytest.mark.parametrize("headers", [{"X_Hub_Signature_256": "sha256=" + "0" * 64}, {"X_Hub_Signature_256": ""}])
def test_an_unsigned_post_is_turned_away_and_counted(send: Send, asked: list[PullRequest], store: Store, headers: dict[str, str]):
    answer = send(post(), **headers)
    assert answer.status_code == 401
    assert answer.json() == {"error": "unauthenticated"}
    assert asked == []
    assert turned(store) == {"unauthenticated:github": 1}


def test_two_signatures_count_for_none(send: Send, asked: list[PullRequest]):
    content = post()
    both = [("X-GitHub-Event", "pull_request"), ("X-Hub-Signature-256", sign(content)), ("X-Hub-Signature-256", "sha256=0")]

    async def go() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(mounted()), base_url="http://testserver") as client:
            return await client.post("/holdpoint/webhooks/github", content=content, headers=both)

    assert anyio.run(go).status_code == 401
    assert asked == []


def test_without_any_secret_nothing_of_the_body_is_read(send: Send, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HOLDPOINT_SECRET_OPS")
    monkeypatch.setattr("plugins.console.webhooks.read_body", None)
    assert send(post()).status_code == 401


def test_a_ping_and_what_is_not_to_be_reviewed_are_answered_200(send: Send, asked: list[PullRequest]):
    assert send(post("ping"), X_GitHub_Event="ping").json() == {"message": "pong"}
    for content in (post(action="closed"), post(pull_request__draft=True)):
        assert send(content).status_code == 200
    assert asked == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (post()[:-30], 400),
        (b"[" * 200_000, 400),
        (post(number=0), 400),
        (post(pull_request__head__sha="x"), 400),
        (post(repository__full_name="acme/unknown"), 404),
        (b" " * (MAX_BYTES + 1), 413),
        (b" " * (5 * MAX_BYTES), 413),
    ],
)
def test_signed_garbage_gets_an_answer_that_helps(send: Send, asked: list[PullRequest], content: bytes, status: int):
    answer = send(content)
    assert answer.status_code == status
    assert len(answer.content) < 500
    assert asked == []


def test_an_endless_body_is_not_read_to_its_end(send: Send):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 100_000
            yield b"x" * 100_000

    assert send(endless).status_code == 413
    assert sent < 6 * MAX_BYTES


def test_a_body_that_does_not_come_is_not_waited_for(send: Send, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(body, "WITHIN_S", 0.1)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await anyio.sleep(5)

    assert send(slow).status_code == 408


@pytest.mark.parametrize("path", ["/webhooks", "/webhooks/", "/webhooks/gitlab", "/webhooks/github/x", "/webhooks/github/"])
def test_there_is_nothing_else(send: Send, path: str):
    assert send(post(), path=path).status_code in (307, 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_only_posts_are_taken(send: Send, method: str):
    answer = send(post(), method=method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("error", "status"),
    [(StoreError("x", next_step="y"), 503), (OperationalError("x", {}, Exception()), 503), (RuntimeError("secret words"), 500)],
)
def test_what_cannot_be_written_down_is_not_called_accepted(
    send: Send, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, caplog: pytest.LogCaptureFixture
):
    def accept(*_: Any) -> str:
        raise error

    monkeypatch.setattr(asked_reviews, "accept", accept)
    answer = send(post())
    assert answer.status_code == status
    assert "secret words" not in answer.text + caplog.text
