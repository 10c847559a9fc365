"""What is asked of GitHub, as its REST API documents it, and what its answers are taken for."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import ConfigError, DeliveryFailed, RateLimited, ReadFailed
from include.delivery.change_drafts.base import Lost
from include.delivery.pull_requests.github import _api
from include.delivery.transports.base import Endpoint
from tests.github_comments import LOGIN, GitHub, as_json, connect

MARK = "<!-- holdpoint:script-review:0123456789abcdef -->"


def test_what_is_sent(system: GitHub) -> None:
    ref = connect(system).create(7, f"{MARK}\nhello")
    connect(system).update(ref, f"{MARK}\nagain")
    post, patch = system.writes()
    assert (post.method, post.path, post.body) == ("POST", "/repos/shop/automation/issues/7/comments", {"body": f"{MARK}\nhello"})
    assert (patch.method, patch.path) == ("PATCH", f"/repos/shop/automation/issues/comments/{ref}")
    sent = {name.lower(): value for name, value in post.headers.items()}
    assert sent["accept"] == "application/vnd.github+json"
    assert sent["x-github-api-version"] == "2022-11-28"
    assert "machine" in sent["user-agent"]
    assert system.forbidden == []


def test_ours_is_found_behind_many_others_and_nobody_elses_is(system: GitHub) -> None:
    for number in range(130):
        system.say(f"comment {number}", "maya")
    system.say(f"{MARK}\nforged by somebody", "mallory")
    system.say(f"I quote:\n{MARK}", LOGIN)
    system.say(f"{MARK}\nof an account that is gone", None)
    assert connect(system).find(7, MARK) is None
    ours = system.say(f"{MARK}\r\nours", LOGIN.upper())
    system.say(f"{MARK}\nlater")
    found = connect(system).find(7, MARK)
    assert found is not None
    assert found.id == str(ours)


def test_a_comment_that_is_gone_or_not_ours_is_none(system: GitHub) -> None:
    theirs = system.say("hello", "maya")
    assert connect(system).fetch(str(theirs)) is None
    assert connect(system).fetch("5") is None


def test_whose_comments_nobody_can_say_are_not_taken_for_none(system: GitHub) -> None:
    for number in range(3_001):
        system.say(str(number), "maya")
    with pytest.raises(ReadFailed, match="more comments"):
        connect(system).find(7, MARK)


@pytest.mark.parametrize(
    "body",
    [{}, "text", None, 5, [5], [{"id": 1}], [{"id": 1, "body": 5, "user": None}], [{"id": 1, "body": "", "user": {"login": 5}}]],
)
def test_garbage_is_no_list_of_comments(system: GitHub, body: Any) -> None:
    system.misbehave("GET", "comments", as_json(200, body))
    with pytest.raises(ReadFailed):
        connect(system).find(7, MARK)


@pytest.mark.parametrize("body", [{}, [], None, {"id": "5"}, {"id": 0}, {"id": True}])
def test_a_created_comment_without_an_id_is_lost(system: GitHub, body: Any) -> None:
    system.misbehave("POST", "comments", as_json(201, body))
    with pytest.raises(Lost):
        connect(system).create(7, MARK)


def test_what_github_says_no_to(system: GitHub) -> None:
    with pytest.raises(ConfigError, match="401"):
        connect(system, password="wrong").create(7, MARK)
    system.misbehave("POST", "comments", (302, {"Location": "http://127.0.0.1:1/"}, b""))
    with pytest.raises(ConfigError, match="redirects"):
        connect(system).create(7, MARK)
    system.misbehave("GET", "comments", as_json(503, {}))
    with pytest.raises(ReadFailed):
        connect(system).find(7, MARK)
    system.misbehave("POST", "comments", (429, {"Retry-After": "3600"}, b""))
    with pytest.raises(DeliveryFailed):
        connect(system).create(7, MARK)
    system.misbehave("GET", "comments", (429, {"Retry-After": "3600"}, b""))
    with pytest.raises(RateLimited):
        connect(system).find(7, MARK)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "https://api.github.com"),
        ("github.com", "https://api.github.com"),
        ("https://api.github.com/", "https://api.github.com"),
        ("github.example.com", "https://github.example.com/api/v3"),
        ("https://github.example.com", "https://github.example.com/api/v3"),
        ("https://github.example.com/api/v3", "https://github.example.com/api/v3"),
    ],
)
def test_where_the_api_is(host: str, url: str) -> None:
    assert _api(Endpoint(host=host)) == url


@pytest.mark.parametrize("slug", ["", "shop", "a/b/c", "../..", "shop/..", "shop/a b", "shop/a?x", "shop/a\n"])
def test_a_name_that_is_none_leads_nowhere(system: GitHub, slug: str) -> None:
    with pytest.raises(ConfigError):
        connect(system, slug=slug)


def test_h12_a_credential_goes_to_this_machine_or_by_tls_only(system: GitHub) -> None:
    for fields in ({"host": "http://api.github.com"}, {"login": ""}, {"password": ""}):
        with pytest.raises(ConfigError):
            connect(system, **fields)
    with pytest.raises(ConfigError):
        connect(system).update("5/../../merge", "x")
