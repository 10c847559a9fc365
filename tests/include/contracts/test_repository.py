"""Rows of repositories.yaml: what loads, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.contracts.repository import PullRequest, Repository

ROW: dict[str, Any] = {"name": "scripts", "owner": "maya", "where": "/srv/git/scripts.git", "classification": "internal"}
HOOK = {"github": "acme/scripts", "webhook_env": "HOLDPOINT_SECRET_SCRIPTS"}
PULL: dict[str, Any] = {
    "repository": "scripts",
    "number": 7,
    "head": "a" * 40,
    "base": "b" * 40,
    "author": "mara",
    "action": "opened",
}


@pytest.mark.parametrize(
    "where",
    [
        "/srv/git/a b.git",
        "lab/repos/shop",
        "../x",
        "file:///srv/git/x.git",
        "https://github.com/acme/scripts.git",
        "https://git.example.com:8443/x",
        "http://localhost:3000/x.git",
        "http://127.0.0.1/x",
    ],
)
def test_where_it_is(where: str):
    assert Repository(**ROW | {"where": where}).where == where


@pytest.mark.parametrize(
    "where",
    [
        "",
        "http://example.com/x",
        "https://user:word@example.com/x",
        "https://token@example.com/x",
        "https://example.com/x?token=1",
        "https://example.com/x#y",
        "https://example.com",
        "git@github.com:acme/scripts.git",
        "ssh://git@github.com/x",
        "ext::sh -c x",
        "git://x/y",
        "file://host/x",
        "a\nb",
        "a\u202eb",
        "x" * 1_001,
    ],
)
def test_where_it_cannot_be(where: str):
    with pytest.raises(ValidationError):
        Repository(**ROW | {"where": where})


@pytest.mark.parametrize("branch", ["main", "release/1.x", "feature/a+b", "v1.0"])
def test_a_branch(branch: str):
    assert Repository(**ROW | {"branch": branch}).branch == branch


@pytest.mark.parametrize(
    "branch", ["", "-x", "/main", "a..b", "a//b", "a/", "a.lock", "a.", "a b", "refs:x", "a\n", "a~1", "a^{}", "@"]
)
def test_no_branch(branch: str):
    with pytest.raises(ValidationError):
        Repository(**ROW | {"branch": branch})


@pytest.mark.parametrize("field", ["name", "owner", "where", "classification"])
def test_what_every_row_needs(field: str):
    with pytest.raises(ValidationError, match=field):
        Repository(**{key: value for key, value in ROW.items() if key != field})


@pytest.mark.parametrize("pattern", ["!x", "[ab]", "", "/", "x\\", "a\nb"])
def test_no_pattern(pattern: str):
    with pytest.raises(ValidationError):
        Repository(**ROW | {"exclude": [pattern]})
    with pytest.raises(ValidationError):
        Repository(**ROW | {"include": ()})


@pytest.mark.parametrize("review", ["pull_requests", "both"])
def test_pull_requests_need_a_name_and_a_secret(review: str):
    for missing in HOOK:
        given = {key: value for key, value in HOOK.items() if key != missing}
        with pytest.raises(ValidationError, match="reviews of pull requests need"):
            Repository(**ROW | given | {"review": review})
    row = Repository(**ROW | HOOK | {"review": review})
    assert row.of_pull_requests
    assert row.nightly is (review == "both")
    assert row.webhook_auth is not None
    assert (row.webhook_auth.header, row.webhook_auth.prefix) == ("X-Hub-Signature-256", "sha256=")
    assert Repository(**ROW).webhook_auth is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0},
        {"number": 2**31},
        {"number": "7"},
        {"number": True},
        {"head": "a" * 39},
        {"head": "A" * 40},
        {"base": "refs/heads/main"},
        {"author": ""},
        {"author": "a\nb"},
        {"action": "closed"},
    ],
)
def test_a_pull_request_of_something_else(wrong: dict[str, Any]):
    assert PullRequest(**PULL)
    with pytest.raises(ValidationError):
        PullRequest(**PULL | wrong)


def test_the_same_commits_are_the_same_review():
    assert PullRequest(**PULL).mark == PullRequest(**PULL | {"action": "reopened", "author": "x"}).mark
    others = [{"number": 8}, {"head": "c" * 40}, {"base": "c" * 40}, {"repository": "x"}]
    assert len({PullRequest(**PULL | other).mark for other in others} | {PullRequest(**PULL).mark}) == 5
