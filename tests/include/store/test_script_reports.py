"""Reports by version, and the one comment of a pull request."""

from __future__ import annotations

from typing import Any

import pytest

from include.store import script_reports as reports
from include.store import script_reviews as reviews
from include.store.database import Store
from include.store.script_reports import Counts
from include.store.script_reviews import ReviewKind

pytestmark = pytest.mark.both_databases
USUAL: dict[str, Any] = {"run": "run", "label": "internal", "counts": Counts(1, 1, 0, 2), "sarif": "{}", "markdown": "# R"}


def test_the_same_content_is_the_same_version(store: Store) -> None:
    with store.begin() as conn:
        review_id = reviews.ask(conn, mark="m", repository="shop", kind=ReviewKind.NIGHTLY, asked_by="maya")[0]
        assert reports.latest(conn, review_id) is None
        assert reports.add_report(conn, review_id, **USUAL, body='{"a":1}') == (1, True)
        assert reports.add_report(conn, review_id, **USUAL, body='{"a":1}') == (1, False)
        assert reports.add_report(conn, review_id, **USUAL | {"counts": Counts(3, 2, 1, 0)}, body='{"a":2}') == (2, True)
        newest = reports.latest(conn, review_id)
        assert newest is not None
        assert (newest.version, newest.counts.gaps, newest.body) == (2, 0, '{"a":2}')
        assert reports.heads(conn, [review_id, "rev_other"]) == {review_id: (2, Counts(3, 2, 1, 0))}


def test_a_pull_request_has_one_comment(store: Store) -> None:
    with store.begin() as conn:
        assert reports.comment_of(conn, "shop", 7) is None
        reports.keep_comment(conn, "shop", 7, comment_id=None, review_id="rev_1", version=1, digest="0" * 64)
        reports.keep_comment(conn, "shop", 7, comment_id="42", review_id="rev_2", version=1, digest="1" * 64)
        reports.keep_comment(conn, "shop", 8, comment_id="43", review_id="rev_3", version=1, digest="1" * 64)
        found = reports.comment_of(conn, "shop", 7)
        assert found is not None
        assert (found.id, found.review_id) == ("42", "rev_2")
