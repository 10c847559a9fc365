"""A page is kept once, whole, under the digest that votes name."""

from __future__ import annotations

import pytest

from include.contracts.errors import NotFound
from include.store import views
from include.store.database import Store
from tests.hold_rows import add_hold, digest

pytestmark = pytest.mark.both_databases


def test_a_page_is_kept_once(store: Store) -> None:
    hold = add_hold(store)
    with store.begin() as conn:
        for _ in range(2):
            views.add(conn, digest("page"), hold, '{"a":1}')
    with store.read() as conn:
        assert views.get_body(conn, digest("page")) == '{"a":1}'
        with pytest.raises(NotFound):
            views.get_body(conn, digest("another"))
