"""A pull request's comment: one for all its reviews, as the newest says, posted nowhere without a grant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from include.contracts.errors import Conflict, Denied
from include.reviewing.comment import Commented, comment_on_pull
from tests.change_systems import serving
from tests.github_comments import GitHub, connect
from tests.reviewing import BAD, Reviewing


@pytest.fixture
def system() -> Iterator[GitHub]:
    own = GitHub()
    with serving(own):
        yield own


def say(reviewing: Reviewing, system: GitHub) -> Commented:
    return comment_on_pull(reviewing.store, reviewing.catalogue, **reviewing.ids, home=reviewing.home, comments=connect(system))


def pull(reviewing: Reviewing, *lines: bytes) -> None:
    """A review of pull request 7 with these lines in its one changed file."""
    base = next(iter(reviewing.git.commits))
    files = dict(reviewing.git.commits[base])
    head = reviewing.git.commit({**files, "ops/list.ps1": b"".join(lines)})
    reviewing.batches(reviewing.ask_pull(head, base))
    reviewing.compile()


def test_one_comment_says_what_is_new_and_is_edited_when_that_changes(reviewing: Reviewing, system: GitHub) -> None:
    pull(reviewing, b"Get-Item .\n", BAD)
    assert say(reviewing, system).outcome == "created"
    assert say(reviewing, system).outcome == "unchanged"
    (only,) = system.comments
    new, _, known = only["body"].partition("#### Known")
    assert ("ops/list.ps1:2" in new, "ops/clean.ps1:1" in known) == (True, True)
    pull(reviewing, b"Get-Item .\n")
    assert say(reviewing, system).outcome == "updated"
    (only,) = system.comments
    assert "ops/list.ps1" not in only["body"]
    assert system.forbidden == []


def test_an_earlier_review_that_is_cleared_later_says_nothing(reviewing: Reviewing, system: GitHub) -> None:
    pull(reviewing, BAD)
    earlier = reviewing.review_id, reviewing.runs
    pull(reviewing, b"Get-Item .\n")
    say(reviewing, system)
    reviewing.review_id, reviewing.runs = earlier
    assert say(reviewing, system).overtaken
    assert len(system.writes()) == 1


def test_h02_without_a_grant_nothing_is_posted(reviewing: Reviewing, system: GitHub) -> None:
    pull(reviewing, BAD)
    grants = tuple(row for row in reviewing.catalogue.grants if row.name != "review-writes")
    reviewing.catalogue = replace(reviewing.catalogue, tables={**reviewing.catalogue.tables, "grants": grants})
    with pytest.raises(Denied):
        say(reviewing, system)
    assert system.asked == []


def test_h12_what_is_classified_higher_than_the_grant_is_not_posted(reviewing: Reviewing, system: GitHub) -> None:
    pull(reviewing, BAD)
    reviewing.home = replace(reviewing.home, label="restricted")
    with pytest.raises(Denied):
        say(reviewing, system)


def test_a_review_of_no_pull_request_has_no_comment(reviewing: Reviewing, system: GitHub) -> None:
    reviewing.whole()
    with pytest.raises(Conflict):
        say(reviewing, system)
    assert system.asked == []


def test_h11_a_file_name_commands_no_bot(reviewing: Reviewing, system: GitHub) -> None:
    base = next(iter(reviewing.git.commits))
    files: dict[str, Any] = dict(reviewing.git.commits[base])
    head = reviewing.git.commit({**files, "x/--> @maya /approve.ps1": BAD})
    reviewing.batches(reviewing.ask_pull(head, base))
    reviewing.compile()
    say(reviewing, system)
    body = system.comments[0]["body"]
    assert body.count("<!--") == 1
    assert body.split("\n", 1)[0].endswith("-->")
    assert "/approve.ps1" in body
    assert "@maya" not in body
