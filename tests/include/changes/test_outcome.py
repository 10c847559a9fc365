"""What a sentence says about the result. Most is shown by `test_phrasing.py` and `test_phrases.py`."""

from __future__ import annotations

import pytest

from include.changes import outcome


@pytest.mark.parametrize(
    ("step", "expected"),
    [("Announce the start", True), ("Stop nginx", False), ("Löschen der Datei", False), ("Exportar la lista", True)],
)
def test_steps_that_change_nothing(step: str, expected: bool) -> None:
    assert outcome.is_passive(step) is expected


@pytest.mark.parametrize(
    ("code", "place", "prose"),
    [
        ("curl x  # -> 200", True, True),
        ("kubectl rollout status x   # expect: rolled out", True, True),
        ("~ a = 1 -> 2", True, False),
        ("select 1; -- 1 row", True, False),
        ("make deploy", False, False),
    ],
)
def test_code_shows_an_outcome_only_where_it_says_so(code: str, place: bool, prose: bool) -> None:
    assert (outcome.shows_outcome(code), outcome.quotes_outcome(code)) == (place, prose)
