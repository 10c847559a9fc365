"""Manifests and units by content, batches by review."""

from __future__ import annotations

import pytest

from include.store import script_reviews as reviews
from include.store import script_units as units
from include.store.database import Store
from include.store.script_reviews import ReviewKind
from tests.script_kit import file_review, finding

pytestmark = pytest.mark.both_databases
KEY, OTHER = "a" * 64, "b" * 64


def review(store: Store) -> str:
    with store.begin() as conn:
        return reviews.ask(conn, mark="m", repository="shop", kind=ReviewKind.NIGHTLY, asked_by="maya")[0]


def test_what_was_said_of_a_unit_comes_back_once(store: Store) -> None:
    said = [file_review("a.ps1", finding("a.ps1")), file_review("b.ps1")]
    with store.begin() as conn:
        units.keep_unit(conn, KEY, said)
        units.keep_unit(conn, KEY, [])  # the same content says the same; the first stays
    with store.read() as conn:
        assert units.reviewed(conn, [KEY, OTHER]) == {KEY}
        assert units.reviews_of(conn, [KEY, OTHER]) == {KEY: said}
        assert units.reviewed(conn, [f"{number:064x}" for number in range(2_000)]) == set()


def test_h09_a_secret_that_a_message_quotes_is_not_kept(store: Store) -> None:
    secret = "AKIA" + "Z7Q2M4X8N6B3V5C1"
    leaky = finding("a.ps1", message=f"The key {secret} stands in the file.")
    with store.begin() as conn:
        units.keep_unit(conn, KEY, [file_review("a.ps1", leaky)])
        body = str(conn.exec_driver_sql("SELECT body FROM script_unit").scalar())
    assert secret not in body
    assert "redacted" in body


def test_the_same_manifest_is_kept_once(store: Store) -> None:
    with store.begin() as conn:
        first = units.keep_manifest(conn, {"units": [[KEY, "ops", ["a.ps1"]]]})
        assert units.keep_manifest(conn, {"units": [[KEY, "ops", ["a.ps1"]]]}) == first
        assert units.keep_manifest(conn, {"units": []}) != first
        assert units.manifest(conn, first) == {"units": [[KEY, "ops", ["a.ps1"]]]}


def test_batches_end_reviewed_or_failed_and_are_counted(store: Store) -> None:
    review_id = review(store)
    with store.begin() as conn:
        units.plan_batches(conn, review_id, [((KEY,), 3), ((OTHER,), 4)])
        units.plan_batches(conn, review_id, [])
        units.end_batch(conn, review_id, 1)
        units.end_batch(conn, review_id, 2, "read_failed")
        assert units.done_files(conn, review_id) == 3
        assert [(each.state, each.error) for each in units.batches(conn, review_id)] == [
            ("reviewed", None),
            ("failed", "read_failed"),
        ]
        units.end_batch(conn, review_id, 2)
        assert units.done_files(conn, review_id) == 7
        again = units.batch(conn, review_id, 2)
        assert (again and again.error) is None
        assert units.batch(conn, review_id, 3) is None
