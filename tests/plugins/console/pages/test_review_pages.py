"""The pages of script reviews: what they show, to whom, that foreign text stays text, and who may agree to what."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest

from include.store import ledger
from include.store.database import Store
from plugins.console.pages import reviews as listing
from tests.plugins.console.conftest import Browser
from tests.reviewing import BAD, Memory, Reviewing

Open = Callable[..., Browser]
BASE = "/holdpoint/reviews"
NONE = "rev_" + "0" * 26
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"`{{7*7}}.ps1"


@pytest.fixture
def reviewing(store: Store, catalogue: Any) -> Reviewing:
    git = Memory()
    git.commit({"ops/clean.ps1": BAD, "ops/list.ps1": b"Get-Item .\n", f"odd/{SCRIPT}": BAD})
    made = Reviewing(store, catalogue, git)
    made.whole()
    return made


@pytest.fixture
def at(reviewing: Reviewing) -> str:
    return f"{BASE}/{reviewing.review_id}"


def first(browser: Browser, at: str) -> dict[str, Any]:
    return next(row for row in browser.json(at)["said"]["rows"] if row["finding"]["path"] == "ops/clean.ps1")


def test_the_list_has_what_there_is_newest_first(browser: Open, reviewing: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    earlier = reviewing.review_id
    reviewing.whole()
    page = browser("maya").json(BASE)
    assert [(row["review"]["id"], row["review"]["same_as"], row["counts"]["findings"]) for row in page["reviews"]] == [
        (reviewing.review_id, earlier, 2)
    ]
    older = browser("maya").json(f"{BASE}?after={page['after']}")
    assert ([row["review"]["id"] for row in older["reviews"]], older["after"]) == ([earlier], None)
    text = browser("maya").get(BASE).text
    for words in ("shop-orders", "Tomás Lindqvist", "unchanged: version 1", "2 findings, 2 new, 0 fixed"):
        assert words in text
    assert browser("maya").get(f"{BASE}?after=x").status_code == 422


def test_a_review_shows_line_reason_and_mend_of_each_finding(browser: Open, at: str) -> None:
    row = first(browser("maya"), at)
    assert row["standing"] == "new"
    text = browser("maya").get(at).text
    for name in ("message", "why", "fix"):
        assert html.escape(row["finding"][name]) in text
    assert "ops/clean.ps1:1" in text
    whole = browser("maya").get(f"{at}/whole").text
    assert "Review of scripts" in whole
    assert browser("maya").json(f"{at}/whole")["sarif"].startswith("{")


def test_h11_a_files_name_is_text(browser: Open, at: str) -> None:
    for page in (at, f"{at}/whole", BASE):
        text = browser("maya").get(page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_what_was_fixed_and_what_failed_is_said(browser: Open, reviewing: Reviewing) -> None:
    reviewing.git.commit({"ops/list.ps1": b"Get-Item .\n", "bad/a.ps1": BAD})
    reviewing.git.broken = {"bad/a.ps1"}
    reviewing.whole()
    page = browser("maya").json(f"{BASE}/{reviewing.review_id}")
    assert page["failed"] == [1]
    text = browser("maya").get(f"{BASE}/{reviewing.review_id}").text
    assert "Batch 1 failed" in text
    assert "bad/a.ps1" in text


def test_who_is_not_the_catalogues_or_asks_for_none_gets_none(browser: Open, at: str) -> None:
    assert browser("maya").get(f"{BASE}/{NONE}").status_code == 404
    assert browser("maya").get(f"{BASE}/x").status_code == 422
    assert browser("stranger").get(at).status_code == 403
    assert browser(None).get(at).status_code in {302, 303, 307}


def test_a_dismissal_counts_once_the_owner_has_agreed(browser: Open, reviewing: Reviewing, at: str, store: Store) -> None:
    maya, tomas = browser("maya"), browser("tomas")
    fingerprint = first(maya, at)["finding"]["fingerprint"]
    said = {"fingerprint": fingerprint, "about": "finding", "reason": "The string is a constant."}
    assert maya.post(f"{at}/dismiss", said).status_code == 303
    (kept,) = first(maya, at)["dismissals"]
    assert (kept["person"], kept["agreed_by"]) == ("maya", None)
    assert f"{at}/agree" not in maya.get(at).text
    assert maya.post(f"{at}/agree", {"dismissal": kept["id"]}).status_code == 403
    assert f"{at}/agree" in tomas.get(at).text
    assert tomas.post(f"{at}/agree", {"dismissal": kept["id"]}).status_code == 303
    assert tomas.post(f"{at}/agree", {"dismissal": kept["id"]}).status_code == 409
    done = reviewing.whole()
    assert done.counts.findings == 1
    later = first(maya, f"{BASE}/{reviewing.review_id}")
    assert later["standing"] == "suppressed"
    with store.read() as conn:
        kinds = [row.kind for row in ledger.entries(conn)]
    assert (kinds.count("finding.dismissed"), kinds.count("finding.agreed")) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"reason": ""}, 422),
        ({"reason": "x" * 1_001}, 422),
        ({"reason": "a\u202eb"}, 422),
        ({"about": "everything"}, 422),
        ({"fingerprint": "x"}, 422),
        ({"fingerprint": "0" * 64}, 404),
        ({"more": "1"}, 422),
    ],
)
def test_garbage_dismisses_nothing(browser: Open, at: str, fields: dict[str, str], status: int) -> None:
    maya = browser("maya")
    said = {"fingerprint": first(maya, at)["finding"]["fingerprint"], "about": "finding", "reason": "wrong"}
    assert maya.post(f"{at}/dismiss", said | fields).status_code == status
    assert maya.json(at)["dismissals"] == []


def test_no_other_site_and_no_page_without_our_token_dismisses(browser: Open, at: str) -> None:
    maya = browser("maya")
    said = {"fingerprint": first(maya, at)["finding"]["fingerprint"], "about": "rule", "reason": "wrong"}
    assert maya.post(f"{at}/dismiss", said, token=None).status_code == 403
    assert maya.post(f"{at}/dismiss", said, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert maya.json(at)["dismissals"] == []
