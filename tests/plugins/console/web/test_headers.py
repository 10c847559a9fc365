"""Every answer carries the headers, whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plugins.console.web.headers import POLICY
from plugins.console.web.templating import HERE

TEMPLATES = sorted((HERE / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 303),
        ("/health", 200),
        ("/incidents", 200),
        ("/incidents?format=json", 200),
        ("/incidents/inc_1", 404),
        ("/incidents/%00", 422),
        ("/nothing", 404),
        ("/static/nothing.css", 404),
        ("/static/console.css", 200),
        ("/alerts/lab", 405),
    ],
)
def test_every_answer_is_bound(browser: Callable[..., Any], path: str, status: int) -> None:
    answer = browser("maya").get("/holdpoint" + path)
    assert answer.status_code == status
    _bound(answer.headers)
    assert ("no-store" in answer.headers["cache-control"]) == (path != "/static/console.css")


@pytest.mark.parametrize(("source", "status"), [("lab", 401), ("nobody", 401), ("a/b", 404)])
def test_every_answer_of_the_intake_is_bound(browser: Callable[..., Any], source: str, status: int) -> None:
    answer = browser(None).post(f"/holdpoint/alerts/{source}", token=None)
    assert answer.status_code == status
    _bound(answer.headers)
    assert answer.headers["cache-control"] == "no-store"


def test_a_page_that_fails_is_bound_too_and_says_nothing(browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("plugins.console.pages.incidents.reading.listed", fail)
    answer = browser("maya").get("/holdpoint/incidents")
    assert answer.status_code == 500
    _bound(answer.headers)
    assert "hunter2" not in answer.text


def _bound(headers: Any) -> None:
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    for name in ("script-src", "style-src", "connect-src", "form-action", "frame-ancestors"):
        assert f"{name} 'self';" in POLICY


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_more(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick" not in text
    assert "hx-on" not in text
    assert "| safe" not in text
    assert "|safe" not in text
    assert "autoescape" not in text
    assert "target=" not in text.replace("hx-target=", ""), "Airflow's frame lets nothing open another window"
