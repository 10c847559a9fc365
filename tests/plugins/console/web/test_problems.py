"""What went wrong: the right status, what to do next, and nothing that the reader or a log may not have."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from include.contracts.errors import BadInput, ConfigError, Conflict, Denied, NotFound, StoreError

PATH = "/holdpoint/incidents"
ROW = "Key (title)=(the merger) already exists"


def _raising(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("plugins.console.pages.incidents.reading.listed", fail)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInput("Not so.", next_step="do it so"), 422),
        (Denied("Not so.", next_step="do it so"), 403),
        (NotFound("Not so.", next_step="do it so"), 404),
        (Conflict("Not so.", next_step="do it so"), 409),
    ],
)
def test_an_error_of_ours_is_a_page_that_says_what_to_do(
    browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    _raising(monkeypatch, error)
    page = browser("maya").get(PATH)
    assert page.status_code == status
    assert "Not so." in page.text
    assert "Next: do it so." in page.text
    assert 'aria-label="Holdpoint"' in page.text, "whoever is signed in can go on from here"
    said = browser("maya").get(PATH, Accept="application/json")
    assert (said.status_code, said.json()["message"], said.json()["next_step"]) == (status, "Not so.", "do it so")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreError(ROW, next_step="x"), 503),
        (ConfigError("people.yaml: row 3", next_step="x"), 500),
        (IntegrityError("INSERT …", {}, Exception(ROW)), 503),
        (RuntimeError(ROW), 500),
    ],
)
def test_an_error_of_the_house_tells_the_reader_nothing(
    browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    _raising(monkeypatch, error)
    for accept in ("text/html", "application/json"):
        answer = browser("maya").get(PATH, Accept=accept)
        assert answer.status_code == status
        assert "merger" not in answer.text
        assert "people.yaml" not in answer.text
        assert "log" in answer.text


def test_h12_what_a_driver_quotes_of_a_row_is_not_logged(
    browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _raising(monkeypatch, IntegrityError("INSERT …", {"title": "the merger"}, ValueError(ROW)))
    with caplog.at_level(logging.DEBUG, "holdpoint"):
        browser("maya").get(PATH)
    said = " ".join(record.getMessage() for record in caplog.records if record.name == "holdpoint")
    assert "ValueError" in said
    assert "merger" not in said
