"""The page of a trace: what it shows to whom, that it works without script, that nothing in it is obeyed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.store.database import Store
from include.store.erasure import erase
from include.store.ledger import Entry, append, append_many
from include.trace.bundle import verify_bundle
from plugins.console.pages import trace as module
from tests.include.store.conftest import sqlite_attacker
from tests.include.trace.conftest import Story, story  # noqa: F401  - a fixture

TRACE = "/holdpoint/trace"
Browsers = Callable[..., Any]


def shown(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


def test_without_a_question_there_is_the_search_box(browser: Browsers) -> None:
    page = shown(browser("maya").get(TRACE))
    assert '<input id="what" name="what" type="search"' in page
    assert '<label for="what">' in page
    assert "nothing that you may see" not in page
    assert browser("maya").json(TRACE) == {"what": "", "kinds": [], "page": None}


def test_an_incidents_trace_in_order_each_entry_to_be_opened_without_script(browser: Browsers, story: Story) -> None:  # noqa: F811
    page = shown(browser("maya").get(f"{TRACE}?what={story.incident}"))
    at = [page.index(f"<strong>{kind}</strong>") for kind in ("incident.opened", "tool.called", "brief.drafted", "vote.cast")]
    assert at == sorted(at)
    assert page.count("<details>") == 9
    assert page.count('<span class="dim">verified</span>') == 9
    assert '<span class="state good">verified</span> Each entry on this page' in page
    assert f'href="/holdpoint/trace/export?what=incident%3A{story.incident}"' in page or "export?what=incident:" in page
    assert "<script" not in page.partition("</head>")[2]


def test_the_json_is_the_same_page(browser: Browsers, story: Story) -> None:  # noqa: F811
    found = browser("maya").json(f"{TRACE}?what={story.incident}")
    assert found["what"] == f"incident:{story.incident}"
    assert [entry["kind"] for entry in found["page"]["entries"]][:2] == ["incident.opened", "briefing.begun"]
    assert all(entry["verifies"] for entry in found["page"]["entries"])


def test_kinds_are_chosen_by_links(browser: Browsers, story: Story) -> None:  # noqa: F811
    maya = browser("maya")
    page = maya.get(f"{TRACE}?what={story.incident}").text
    (link,) = re.findall(r'href="([^"]+)">tool\.called</a>', page)
    only = maya.get(link.replace("&amp;", "&")).text
    assert only.count("<details>") == 1
    assert 'aria-current="true">tool.called</a>' in only
    (back,) = re.findall(r'href="([^"]+)">all kinds</a>', only)
    assert maya.get(back.replace("&amp;", "&")).text.count("<details>") == 9


def test_pages_lead_to_each_other(browser: Browsers, store: Store, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(module, "PAGE", 4)
    maya = browser("maya")
    at, seen = f"{TRACE}?what={story.incident}", []
    for _ in range(3):
        page = maya.get(at).text
        seen.append(re.findall(r'id="e(\d+)"', page))
        later = re.findall(r'href="([^"]+)" rel="next"', page)
        at = later[0].replace("&amp;", "&") if later else ""
    assert [len(numbers) for numbers in seen] == [4, 4, 1]
    assert at == ""
    (earlier,) = re.findall(r'href="([^"]+)" rel="prev"', page)
    assert re.findall(r'id="e(\d+)"', maya.get(earlier.replace("&amp;", "&")).text) == seen[1]


def test_h12_who_may_not_see_is_told_the_same_as_where_there_is_nothing(browser: Browsers, store: Store) -> None:
    with store.begin() as conn:
        append(conn, actor="store@service", kind="some.kind", subject="thing_1")
    jonas = browser("jonas")
    hidden, nothing = (jonas.get(f"{TRACE}?what=subject:thing_{number}").text for number in (1, 2))
    assert hidden.replace("thing_1", "thing_2") == nothing
    assert "Nothing is on record about this, or nothing that you may see." in nothing
    assert "some.kind" in browser("ruth").get(f"{TRACE}?what=subject:thing_1").text
    for path in (f"{TRACE}?what=person:maya", f"{TRACE}/export?what=person:maya"):
        assert browser(None).get(path).status_code == 303
        assert browser("a stranger").get(path).status_code == 403


def test_withheld_and_erased_payloads_are_said_in_words(browser: Browsers, store: Store, story: Story) -> None:  # noqa: F811
    with store.begin() as conn:
        append(conn, actor="eve", kind="k.secret", subject=story.incident, payload={"label": "security", "text": "canary-1"})
        erase(conn, append(conn, actor="eve", kind="k.gone", subject=story.incident, payload={"x": 1}), "ruth", "request 12")
    maya, jonas = (shown(browser(who).get(f"{TRACE}?what={story.incident}")) for who in ("maya", "jonas"))
    assert "canary-1" in maya
    assert "canary-1" not in jonas
    assert "classified above what you may read" in jonas
    assert '<span class="state waiting">payload erased</span>' in jonas
    assert "who did it and why" in jonas


def test_h09_what_does_not_verify_is_said_in_words(browser: Browsers, store: Store, story: Story) -> None:  # noqa: F811
    with sqlite_attacker(str(store.engine.url.database)) as run:
        run("UPDATE ledger SET at = 'yesterday' WHERE kind = 'vote.cast'")
    page = shown(browser("ruth").get(f"{TRACE}?what={story.hold}"))
    assert page.count('<span class="state bad">does not verify</span>') == 2
    assert "one of its columns was changed" in page
    assert "yesterday" in page
    assert "is what was hashed, and follows" not in page


def test_h11_what_an_entry_says_is_shown_and_never_obeyed(browser: Browsers, store: Store, story: Story) -> None:  # noqa: F811
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'
    with store.begin() as conn:
        append_many(conn, [Entry(evil, evil, story.incident, evil, {"label": "internal", evil: evil})])
    page = browser("maya").get(f"{TRACE}?what={story.incident}").text
    asked = browser("maya").get(f"{TRACE}?what=subject:" + "%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    for text in (page, asked):
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "&lt;script&gt;" in text or "&#34;&gt;&lt;script" in text
    assert "{{7*7}}" in page


def test_a_long_payload_is_cut_and_whole_as_json(browser: Browsers, store: Store, story: Story) -> None:  # noqa: F811
    with store.begin() as conn:
        append(conn, actor="eve", kind="k", subject=story.incident, payload={"text": "x" * 50_000, "end": "é"})
    asked = f"{TRACE}?what=person:eve"
    assert "characters in all" in browser("ruth").get(asked).text
    assert len(browser("ruth").json(asked)["page"]["entries"][0]["payload"]["text"]) == 50_000


def test_the_file_is_one_that_others_can_verify(browser: Browsers, story: Story, tmp_path: Path) -> None:  # noqa: F811
    answer = browser("maya").get(f"{TRACE}/export?what={story.incident}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="trace-incident-{story.incident}.jsonl"'
    (tmp_path / "t.jsonl").write_bytes(answer.content)
    report = verify_bundle(tmp_path / "t.jsonl")
    assert (report.ok, report.entries, report.reader) == (True, 9, "maya")


def test_a_trace_too_long_for_a_page_says_where_to_go(
    browser: Browsers,
    store: Store,
    story: Story,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_EXPORT", 1)
    with store.begin() as conn:
        append_many(conn, [Entry("eve", "k", story.incident)] * 600)
    answer = browser("maya").get(f"{TRACE}/export?what={story.incident}")
    assert answer.status_code == 422
    assert "./holdpoint trace" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        *("what=maya", "what=nonsense:x", "what=" + "x" * 301, "what=person:maya&after=-1", "what=person:maya&after=x"),
        *("what=person:maya&before=99999999999999999999", "what=%00", "what=person:%E2%80%AEx", "what=digest:z", "what=%ff:x"),
        "what=person:maya&" + "&".join(f"kind=k{n}" for n in range(21)),
    ],
)
def test_garbage_is_answered_with_what_to_do(browser: Browsers, query: str) -> None:
    for path in (TRACE, f"{TRACE}/export"):
        answer = browser("maya").get(f"{path}?{query}&format=json")
        if path == TRACE or "&" not in query:
            assert answer.status_code == 422, answer.text
            assert json.loads(answer.text)["next_step"]
