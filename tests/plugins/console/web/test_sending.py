"""What may write: a page of ours, opened by this person, by the browser's own word and by our token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter
from pydantic import Field

from include.contracts.base import Contract, Plain
from plugins.console import app as app_module
from plugins.console.web import form_token, sending
from plugins.console.web.sending import Sending
from plugins.console.web.views import Done, Pages, Section
from plugins.console.web.visit import Visiting

PATH = "/holdpoint/trial/do"
pages = Pages()


class Order(Contract):
    what: Annotated[str, Field(max_length=10), Plain]
    boxes: tuple[str, ...] = ()


@pages.action("/do")
def do(visit: Visiting, sent: Sending) -> Done:
    order = sent.read(Order, lists=("boxes",))
    return Done("/trial/done", {"what": order.what, "boxes": order.boxes, "by": visit.person.name})


@pages.action("/careless")
def careless(visit: Visiting) -> Done:
    """An action that forgets to ask for what was sent."""
    return Done("/trial/done", {"by": visit.person.name})


@pytest.fixture(autouse=True)
def _trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "SECTIONS", (*app_module.SECTIONS, Section("trial", "Trial", (pages,))))


def test_a_form_of_ours_is_taken_and_leads_on(browser: Callable[..., Any]) -> None:
    answer = browser("maya").post(PATH, {"what": "a"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/holdpoint/trial/done")


def test_a_script_of_a_page_gets_json_and_htmx_is_led_on(browser: Callable[..., Any]) -> None:
    maya = browser("maya")
    token = {form_token.HEADER: form_token.make("maya")}
    answer = maya.post(PATH, {"what": "a", "boxes": ["1", "2"]}, token=None, Accept="application/json", **token)
    assert (answer.status_code, answer.json()) == (201, {"what": "a", "boxes": ["1", "2"], "by": "maya"})
    answer = maya.post(PATH, {"what": "a", "boxes": "1"}, Accept="application/json")
    assert answer.json()["boxes"] == ["1"]
    answer = maya.post(PATH, {"what": "a"}, **{"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/holdpoint/trial/done")


def test_json_is_taken_as_well(browser: Callable[..., Any]) -> None:
    maya = browser("maya")
    token = {form_token.HEADER: form_token.make("maya"), "Content-Type": "application/json", "Accept": "application/json"}
    assert maya._send("POST", PATH, headers=token | {"Sec-Fetch-Site": "same-origin"}, content='{"what": "ü"}').status_code == 201


@pytest.mark.parametrize("path", [PATH, "/holdpoint/trial/careless"])
@pytest.mark.parametrize(
    "token", [None, "", "x", "9999999999.AAAA", "of another person"], ids=["none", "empty", "garbage", "made up", "another's"]
)
def test_without_its_token_nothing_is_taken(browser: Callable[..., Any], path: str, token: str | None) -> None:
    maya = browser("maya")
    said = form_token.make("priya") if token == "of another person" else token
    fields = {"what": "a"} if said is None else {"what": "a", "token": said}
    answer = maya.post(path, fields, token=None)
    assert answer.status_code == 403
    assert "reload the page" in answer.text


def test_a_token_that_has_expired_is_refused_with_what_to_do(
    browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    maya = browser("maya")
    with monkeypatch.context() as patched:
        patched.setattr(form_token, "LIFE_S", -5)
        old = form_token.make("maya")
    answer = maya.post(PATH, {"what": "a"}, token=old)
    assert answer.status_code == 403
    assert "open for too long" in answer.text
    assert "reload" in answer.text


def test_a_wrong_token_in_the_header_is_not_made_good_by_a_field(browser: Callable[..., Any]) -> None:
    assert browser("maya").post(PATH, {"what": "a"}, **{form_token.HEADER: "x"}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "same-origin, cross-site"])
def test_another_sites_page_is_refused_even_with_a_token(browser: Callable[..., Any], site: str) -> None:
    answer = browser("maya").post(PATH, {"what": "a"}, **{"Sec-Fetch-Site": site, "Origin": "http://testserver"})
    assert answer.status_code == 403
    assert "page of Holdpoint" in answer.text


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 303),
        ("https://ops.example.com", 303),  # as Airflow knows itself: a proxy may have changed the Host
        ("http://TESTSERVER", 303),
        ("null", 403),
        ("", 403),
        ("http://testserver.evil.example", 403),
        ("http://testserver:8080", 403),
        ("http://evil.example/testserver", 403),
        ("testserver", 403),
        ("http://testserver@evil.example", 403),
    ],
)
def test_where_the_browser_says_no_site_its_origin_decides(browser: Callable[..., Any], origin: str, status: int) -> None:
    maya = browser("maya")
    body = f"what=a&token={form_token.make('maya')}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"Origin": origin} if origin else {})
    assert maya._send("POST", PATH, headers=headers, content=body).status_code == status


def test_an_api_token_may_look_and_not_write(browser: Callable[..., Any]) -> None:
    script = browser("maya", Authorization="Bearer maya")
    assert script.get("/holdpoint/incidents").status_code == 200
    answer = script.post(PATH, {"what": "a"})
    assert answer.status_code == 403
    assert "API token" in answer.text


def test_nobody_signed_in_writes_nothing(browser: Callable[..., Any]) -> None:
    nobody = browser(None)
    answer = nobody.post(PATH, {"what": "a"}, token=form_token.make("maya"))
    assert (answer.status_code, answer.headers["location"].startswith("/auth/login")) == (303, True)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"what", 422),
        ("application/x-www-form-urlencoded", b"what=%ff", 422),
        ("application/x-www-form-urlencoded", "what=é".encode(), 422),
        ("application/x-www-form-urlencoded", b"what=a&what=b", 422),
        ("application/x-www-form-urlencoded", b"what=a&more=b", 422),
        ("application/x-www-form-urlencoded", b"what=" + b"a" * 11, 422),
        ("application/x-www-form-urlencoded", b"what=%E2%80%8B", 422),
        ("application/x-www-form-urlencoded", b"", 422),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(200)), 422),
        ("application/x-www-form-urlencoded", b"what=" + b"a" * 100_000, 422),
        ("multipart/form-data; boundary=x", b"--x--", 422),
        ("text/plain", b'{"what": "a"}', 422),
        ("application/json", b"", 422),
        ("application/json", b"[]", 422),
        ("application/json", b'"x"', 422),
        ("application/json", b'{"what": 1}', 422),
        ("application/json", b'{"what": "a", "what": "b"}', 422),
        ("application/json", b'{"what": NaN}', 422),
        ("application/json", b'{"what": "\\ud800"}', 422),
        ("application/json", b"[" * 60_000, 422),
        ("application/json", b'{"what": "\xff"}', 422),
        ("application/json; charset=utf-16", b'{"what": 1}', 422),
        ("", b"what=a", 422),
    ],
)
def test_garbage_is_refused_and_not_repeated(browser: Callable[..., Any], kind: str, body: bytes, status: int) -> None:
    headers = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin", form_token.HEADER: form_token.make("maya")}
    answer = browser("maya")._send("POST", PATH, headers=headers | {"Accept": "application/json"}, content=body)
    assert answer.status_code == status
    assert answer.json()["error"] == "bad_input"
    assert "aaaa" not in answer.text


def test_every_route_that_is_not_read_only_has_the_check() -> None:
    """Whatever the pages register: no router of theirs holds a write that `received` does not stand before."""
    routers: list[APIRouter] = [each.router for section in app_module.SECTIONS for each in section.pages]
    for router in routers:
        for route in router.routes:
            if set(route.methods) - {"GET", "HEAD"}:  # type: ignore[attr-defined]
                assert sending.received in [each.dependency for each in route.dependencies]  # type: ignore[attr-defined]
