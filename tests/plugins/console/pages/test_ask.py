"""Ask: what is typed is classified before anything is read or kept; garbage is refused, script stays text."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from include.store import ledger
from include.store.database import Store
from include.store.schema import ledger as ledger_table
from include.store.tables.incident import incident
from plugins.console.web import form_token
from tests.deciding import send
from tests.plugins.console.conftest import Browser
from tests.preparing import NOTES

Open = Callable[..., Browser]
LOOK, GO = "/holdpoint/ask/look", "/holdpoint/ask/go"
SCRIPT = '</textarea><script>alert(1)</script>" onfocus="alert(2)'


def kept(store: Store) -> int:
    with store.read() as conn:
        return sum(int(conn.scalar(select(func.count()).select_from(table)) or 0) for table in (incident, ledger_table))


def test_the_form_offers_what_the_person_may_know(browser: Open, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "shop-payments" in browser("jonas").get("/holdpoint/ask").text
    rows = [
        row.model_copy(update={"classification": "security"}) if row.name == "shop-payments" else row
        for row in catalogue.tables["services"]
    ]
    higher = replace(catalogue, tables={**catalogue.tables, "services": tuple(rows)})
    monkeypatch.setattr("plugins.console.web.visit.load_catalogue", lambda: higher)
    jonas = browser("jonas")
    assert "shop-payments" not in jonas.get("/holdpoint/ask").text
    assert "shop-payments" not in [each["name"] for each in jonas.json("/holdpoint/ask")["services"]]
    answers = [
        send(jonas, path, {"text": "why?", "service": name}) for path in (LOOK, GO) for name in ("shop-payments", "moon-base")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1, "a hidden service and none look alike (H12)"


@pytest.mark.parametrize(
    ("text", "intent", "way"),
    [("Why is checkout slow?", "diagnose", "brief"), (NOTES, "change", "change"), ("that thing", "unclear", "person")],
)
def test_looking_says_intent_risk_reasons_and_what_would_happen_and_keeps_nothing(
    browser: Open, store: Store, text: str, intent: str, way: str
) -> None:
    before = kept(store)
    found = send(browser("maya"), LOOK, {"text": text, "service": "shop-orders"}).json()
    assert (found["preview"]["classification"]["intent"], found["preview"]["way"]) == (intent, way)
    page = browser("maya").post(LOOK, {"text": text, "service": "shop-orders", "environment": ""})
    assert page.status_code == 200
    said = html.unescape(page.text)
    for words in (*found["preview"]["classification"]["reasons"], *(each["says"] for each in found["ways"])):
        assert words in said
    assert "Tomás Lindqvist gets it as a task" in said, "the person is named"
    assert kept(store) == before


@pytest.mark.parametrize(
    ("text", "fields", "leads"),
    [
        ("Why is checkout slow?", {}, "incidents/inc_"),
        (NOTES, {"environment": "lab", "way": "change"}, "changes/chg_"),
        ("that thing", {}, "incidents/inc_"),
        ("that thing", {"way": "change"}, "changes/chg_"),
        (NOTES, {"environment": "lab", "way": "person"}, "incidents/inc_"),
    ],
)
def test_going_leads_to_what_was_made(browser: Open, text: str, fields: dict[str, str], leads: str) -> None:
    done = browser("maya").post(GO, {"text": text.replace("\n", "\r\n"), "service": "shop-orders"} | fields)
    assert done.status_code == 303, done.text
    assert done.headers["location"].startswith(f"/holdpoint/{leads}")
    assert browser("maya").get(done.headers["location"]).status_code == 200


def test_the_same_by_htmx_and_by_json(browser: Open) -> None:
    maya = browser("maya")
    looked = maya.post(LOOK, {"text": "Why is it slow?"}, **{"HX-Request": "true"})
    assert (looked.status_code, "<html" in looked.text, "What it is taken for" in looked.text) == (200, False, True)
    gone = maya.post(GO, {"text": "Why is it slow?"}, **{"HX-Request": "true"})
    assert (gone.status_code, gone.headers["hx-redirect"].startswith("/holdpoint/incidents/inc_")) == (204, True)
    made = send(maya, GO, {"text": "that thing"}).json()
    assert (made["way"], made["person"]) == ("person", "maya")


def test_what_was_handed_in_is_what_was_typed(browser: Open, store: Store) -> None:
    """A browser sends CRLF; the digest in the record is that of the notes."""
    import hashlib

    maya = browser("maya")
    done = maya.post(GO, {"text": NOTES.replace("\n", "\r\n"), "environment": "lab", "way": "change"})
    page = maya.json(done.headers["location"])
    assert page["notes"]["digest"] == hashlib.sha256(NOTES.encode()).hexdigest()


@pytest.mark.parametrize("path", [LOOK, GO])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": ""},
        {"text": " \n "},
        {"text": "%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3"},
        {"text": "x" * 5_000_000},
        {"text": "x" * 200_001},
        {"text": "why? " * 1_000},
        {"text": ["why?", "how?"]},
        {"text": 7},
        {"text": None},
        {"text": {"a": 1}},
        {"text": "why?", "service": "../../etc/passwd"},
        {"text": "why?", "service": "x" * 10_000},
        {"text": "why?", "service": ["shop-orders"]},
        {"text": "why?", "environment": "moon"},
        {"text": "why?", "environment": "<script>"},
        {"text": NOTES, "environment": "moon"},
        {"text": NOTES},
        {"text": "why?", "as": "tomas"},
        {"text": "why?", "principal": "tomas"},
    ],
)
def test_garbage_is_refused_with_a_way_on_and_nothing_is_kept(
    browser: Open, store: Store, path: str, fields: dict[str, Any]
) -> None:
    before = kept(store)
    answer = send(browser("maya"), path, fields)
    assert answer.status_code == 422, answer.text
    assert answer.json()["next_step"]
    assert len(answer.text) < 2_000, "what was sent is not sent back"
    assert kept(store) == before


@pytest.mark.parametrize("way", ["execute", "BRIEF", "brief,change", ["brief", "change"], "x" * 9_000])
def test_h01_there_is_no_way_that_executes(browser: Open, store: Store, way: Any) -> None:
    before = kept(store)
    assert send(browser("maya"), GO, {"text": "Please restart shop-orders", "way": way}).status_code == 422
    assert kept(store) == before


def test_bytes_that_are_no_form_are_refused(browser: Open, store: Store) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", form_token.HEADER: form_token.make("maya")}
    before, maya = kept(store), browser("maya")
    for kind, body in (
        ("application/pdf", b"%PDF-1.7"),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        ("application/x-www-form-urlencoded", b"text=%FF%FE"),
        ("application/x-www-form-urlencoded", b"\xff\x00"),
        ("application/json", b"{"),
    ):
        answer = maya._send("POST", GO, headers=headers | {"Content-Type": kind}, content=body)
        assert answer.status_code == 422, (kind, body)
    assert kept(store) == before


def test_h11_script_in_what_is_typed_stays_text(browser: Open) -> None:
    maya = browser("maya")
    looked = maya.post(LOOK, {"text": f"Why {SCRIPT}?"})
    assert "<script>alert" not in looked.text
    assert 'onfocus="alert' not in looked.text
    assert SCRIPT in html.unescape(looked.text)
    for text in (f"Why {SCRIPT}?", f"that {SCRIPT}"):
        gone = maya.post(GO, {"text": text})
        assert "<script>alert" not in maya.get(gone.headers["location"]).text


@pytest.mark.parametrize("path", [LOOK, GO])
def test_h03_what_no_page_of_ours_sent_is_refused(browser: Open, store: Store, path: str) -> None:
    maya, fields, before = browser("maya"), {"text": "why?"}, kept(store)
    said: list[httpx.Response] = [
        maya.post(path, fields, token=None),
        maya.post(path, fields, token=form_token.make("tomas")),
        maya.post(path, fields, **{"Sec-Fetch-Site": "cross-site"}),
        maya.post(path, fields, **{"Sec-Fetch-Site": "", "Origin": "null"}),
        browser(None, Authorization="Bearer maya").post(path, fields, token=form_token.make("maya")),
    ]
    assert [answer.status_code for answer in said] == [403] * 5
    assert browser(None).post(path, fields).status_code == 303
    assert browser("stranger").post(path, fields).status_code == 403
    assert kept(store) == before


def test_a_secret_in_it_is_kept_nowhere(browser: Open, store: Store) -> None:
    secret = "password=hunter2-Correct-Horse"
    for fields in ({"text": f"that thing {secret}"}, {"text": f"{NOTES}\n{secret}", "environment": "lab"}):
        assert browser("maya").post(GO, fields).status_code == 303
    with store.read() as conn:
        assert secret not in json.dumps([row.payload for row in ledger.entries(conn)])
        assert secret not in str(conn.execute(select(incident)).all())
