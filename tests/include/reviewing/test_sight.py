"""Who may know of a review, and of which repositories (H12)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from include.contracts.errors import ConfigError, NotFound
from include.reviewing import sight
from include.store.database import Store
from tests.reviewing import REPOSITORY, Reviewing


def restricted(catalogue: Any) -> Any:
    rows = tuple(row.model_copy(update={"classification": "restricted"}) for row in catalogue.tables["repositories"])
    return replace(catalogue, tables={**catalogue.tables, "repositories": rows})


def test_h12_what_a_person_may_not_read_is_not_there(reviewing: Reviewing, store: Store) -> None:
    reviewing.ask()
    hidden = restricted(reviewing.catalogue)
    with store.read() as conn:
        for name, catalogue, there in (
            ("maya", reviewing.catalogue, True),
            ("maya", hidden, False),
            ("tomas", hidden, True),  # its owner
        ):
            person = catalogue.person(name)
            assert bool(sight.listed(conn, catalogue, person)) is there
            if there:
                assert sight.review(conn, catalogue, person, reviewing.review_id).id == reviewing.review_id
                assert sight.require_repository(conn, catalogue, person, REPOSITORY) == REPOSITORY
            else:
                with pytest.raises(NotFound) as missing:
                    sight.review(conn, catalogue, person, reviewing.review_id)
                with pytest.raises(NotFound) as none:
                    sight.review(conn, catalogue, person, "rev_" + "0" * 26)
                assert str(missing.value) == str(none.value)
                with pytest.raises(NotFound):
                    sight.require_repository(conn, catalogue, person, REPOSITORY)


def test_a_review_of_what_the_catalogue_lost_is_not_there(reviewing: Reviewing, store: Store) -> None:
    reviewing.ask()
    without = replace(reviewing.catalogue, tables={**reviewing.catalogue.tables, "repositories": ()})
    with store.read() as conn:
        assert sight.listed(conn, without, without.person("tomas")) == []
    with pytest.raises(NotFound):
        sight.home_of(without, REPOSITORY)


def test_a_repository_that_is_not_on_github_has_no_name_there(catalogue: Any) -> None:
    with pytest.raises(ConfigError, match="GitHub"):
        sight.slug_of(catalogue, REPOSITORY)
