from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from plugins.console.web.views import Pages


def test_a_page_is_json_too_by_address_or_by_header(browser: Callable[..., Any]) -> None:
    maya = browser("maya")
    for answer in (
        maya.get("/holdpoint/incidents?format=json"),
        maya.get("/holdpoint/incidents", Accept="application/json"),
    ):
        assert answer.json() == {"incidents": [], "first_page": True, "after": None}
    for answer in (
        maya.get("/holdpoint/incidents", Accept="text/html,application/json;q=0.9"),
        maya.get("/holdpoint/incidents", Accept="*/*"),
        maya.get("/holdpoint/incidents?format=html", Accept="application/json"),
    ):
        assert answer.text.startswith("<!DOCTYPE html>")


def test_htmx_gets_the_page_without_what_stands_around_it(browser: Callable[..., Any]) -> None:
    maya = browser("maya")
    part = maya.get("/holdpoint/incidents", **{"HX-Request": "true"})
    assert "<h1>Incidents</h1>" in part.text
    assert "<html" not in part.text
    for whole in ({"HX-Boosted": "true"}, {"HX-History-Restore-Request": "true"}):
        assert "<html" in maya.get("/holdpoint/incidents", **{"HX-Request": "true"} | whole).text


def test_the_menu_names_every_section_and_where_one_is(browser: Callable[..., Any]) -> None:
    page = browser("maya").get("/holdpoint/incidents").text
    assert page.count('aria-current="page"') == 1
    assert '<a href="/holdpoint/incidents" aria-current="page">Incidents</a>' in page


def test_a_page_that_would_block_the_event_loop_is_not_registered() -> None:
    async def slow(visit: Any) -> None:
        return None

    with pytest.raises(TypeError, match="coroutine"):
        Pages().page("", template="x.html")(slow)
