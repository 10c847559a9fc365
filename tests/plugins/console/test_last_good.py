"""A catalogue that is broken while the API server runs, or was when it was started: what becomes of alerts, and of the rest."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from include.catalogue import loader
from include.catalogue.loader import EXAMPLE
from include.contracts.errors import ConfigError
from include.store.database import Store
from include.store.tables.intake import alert, message
from plugins.console.services import Services

TOKEN = "a-token-of-some-length"
CANARY = "canary-in-a-row"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration to edit, looked at anew for every post."""
    path = tmp_path / "a configuration"
    shutil.copytree(EXAMPLE, path)
    monkeypatch.setenv("HOLDPOINT_CONFIG", str(path))
    monkeypatch.setenv("HOLDPOINT_SECRET_GENERIC", TOKEN)
    monkeypatch.setattr(loader, "LOOK_EVERY_S", 1e-9)
    return path


@pytest.fixture
def post(folder: Path, console: FastAPI) -> Callable[..., httpx.Response]:
    """`post()`: an authenticated alert; `post(token)`: with another token."""
    fields = {"title": "High error rate", "id": "7", "service": "shop-orders", "environment": "lab", "severity": "critical"}
    body = json.dumps(fields | {"status": "firing", "started_at": datetime.now(UTC).isoformat()}).encode()

    def send(token: str = TOKEN) -> httpx.Response:
        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(console)
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                headers = {"Authorization": f"Bearer {token}"}
                return await client.post("/holdpoint/alerts/generic", content=body, headers=headers)

        return anyio.run(sent)

    return send


def _count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def _half_written(folder: Path) -> None:
    (folder / "services.yaml").write_text((folder / "services.yaml").read_text()[:200] + f'  {CANARY}: "')


def _wrong_row(folder: Path) -> None:
    (folder / "people.yaml").write_text((folder / "people.yaml").read_text() + f"- name: {CANARY}\n")


def _wrong_reference(folder: Path) -> None:
    text = (folder / "services.yaml").read_text()
    (folder / "services.yaml").write_text(text.replace("owner: tomas", f"owner: {CANARY}", 1))


def _emptied(folder: Path) -> None:
    (folder / "sources.yaml").write_text("")


def _moved_away(folder: Path) -> None:
    (folder / "sources.yaml").rename(folder / "sources.yaml.bak")


def _unreadable(folder: Path) -> None:
    (folder / "rotas.yaml").unlink()
    (folder / "rotas.yaml").symlink_to("/proc/self/mem")  # reading its beginning fails, whoever reads


def _gone(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


BREAKS = [_half_written, _wrong_row, _wrong_reference, _emptied, _moved_away, _unreadable]


@pytest.mark.parametrize("broken", BREAKS)
def test_h10_alerts_are_taken_by_the_last_catalogue_that_loaded(
    post: Callable[..., httpx.Response],
    folder: Path,
    store: Store,
    caplog: pytest.LogCaptureFixture,
    broken: Callable[[Path], None],
) -> None:
    before = post()
    broken(folder)
    with caplog.at_level(logging.INFO, logger="holdpoint"):
        after = [post() for _ in range(3)]
    assert [before.status_code, *(answer.status_code for answer in after)] == [202] * 4
    assert all(answer.json()["understood"] for answer in after)
    assert {tuple(answer.json()["incidents"]) for answer in (before, *after)} == {tuple(before.json()["incidents"])}
    assert _count(store, alert) == 4
    (said,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "the catalogue does not load" in said.getMessage()
    assert CANARY not in caplog.text


def test_h10_without_its_folder_even_the_mappings_are_gone_and_an_alert_pages_as_one_not_understood(
    post: Callable[..., httpx.Response], folder: Path
) -> None:
    post()
    _gone(folder)
    answer = post()
    assert (answer.status_code, answer.json()["understood"], len(answer.json()["incidents"])) == (202, False, 1)


def test_h10_one_that_broke_before_the_first_alert_came_takes_none_down(
    post: Callable[..., httpx.Response], folder: Path, running: Services
) -> None:
    running.start()
    _wrong_row(folder)
    assert post().status_code == 202


def test_each_change_is_told_once_and_the_next_one_that_loads_is_used(
    post: Callable[..., httpx.Response], folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> int:
        return sum(record.levelno >= logging.ERROR for record in caplog.records)

    post()
    sources = (folder / "sources.yaml").read_text()
    good = sources.replace("HOLDPOINT_SECRET_GENERIC", "HOLDPOINT_SECRET_OTHER")
    assert good != sources
    monkeypatch.setenv("HOLDPOINT_SECRET_OTHER", "another-token-of-some-length")
    for number, text in enumerate((good + "- name: x\n", good + "- name: y y\n", good + "- ["), 1):
        (folder / "sources.yaml").write_text(text)
        assert (post().status_code, post().status_code, told()) == (202, 202, number)
    (folder / "sources.yaml").write_text(good)
    assert (post().status_code, post("another-token-of-some-length").status_code, told()) == (401, 202, 3)
    (folder / "sources.yaml").write_text(good + "- [")
    assert (post("another-token-of-some-length").status_code, told()) == (202, 4)


@pytest.mark.parametrize("broken", [*BREAKS, _gone])
def test_where_none_has_loaded_the_sender_is_told_to_come_again(
    folder: Path,
    post: Callable[..., httpx.Response],
    store: Store,
    caplog: pytest.LogCaptureFixture,
    broken: Callable[[Path], None],
) -> None:
    kept = shutil.copytree(folder, folder.with_name("kept"))
    broken(folder)
    answers = [post() for _ in range(3)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(503, {"error": "no catalogue"})] * 3
    assert _count(store, message) == 0
    assert len([record for record in caplog.records if "503" in record.getMessage()]) == 1
    assert CANARY not in caplog.text
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept, folder)
    assert post().status_code == 202


def test_h02_everything_else_stays_closed_while_it_is_broken(
    post: Callable[..., httpx.Response], folder: Path, browser: Callable[..., Any]
) -> None:
    post()
    assert browser("maya").get("/holdpoint/incidents").status_code == 200
    _wrong_row(folder)
    assert post("not-the-token").status_code == 401
    assert post().status_code == 202
    page = browser("maya").get("/holdpoint/incidents")
    assert (page.status_code, "is not set up as it should be" in page.text, CANARY in page.text) == (500, True, False)
    with pytest.raises(ConfigError, match=CANARY):
        loader.load_catalogue()
