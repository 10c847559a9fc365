"""Questions for a way back or a check, and questions for something else."""

from __future__ import annotations

import pytest

from include.changes.questions import asks_for


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What if it fails?", "rollback"),
        ("what do we do if throughput gets worse", "rollback"),
        ("Can the feature be rolled back?", "rollback"),
        ("how do we get back?", "rollback"),
        ("Was tun wir, wenn es schiefgeht?", "rollback"),
        ("Que faire en cas d'échec ?", "rollback"),
        ("¿Y si falla?", "rollback"),
        ("E se qualcosa non funziona?", "rollback"),
        ("How do we know that it works?", "validation"),
        ("Wie prüfen wir das?", "validation"),
        ("Qui vérifie ?", "validation"),
        ("What happens if the disk is full?", ""),
        ("What specific metrics should inform a rollback?", ""),
        ("Were upgrade and rollback tested?", ""),
        ("Who decides on the rollback?", ""),
        ("We roll back the release.", ""),
        ("If it fails, restore db-1.", ""),
        ("", ""),
        ("?" * 500, ""),
    ],
)
def test_what_is_asked_for(text: str, expected: str) -> None:
    assert asks_for(text) == expected
