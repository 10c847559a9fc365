"""A label speaks of a topic as a whole, not because a word of it occurs in it."""

from __future__ import annotations

import pytest

from include.changes.labels import is_label, topics


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Back-out of this step", "rollback"),
        ("Abort criteria and return to service", "rollback"),
        ("Abort criteria and return to service", "trigger"),
        ("Rollback of the gateway", "rollback"),
        ("backout_plan", "rollback"),
        ("Validation / Prüfung", "validation"),
        ("Verification after the last step", "validation"),
        ("risk_impact_analysis", "impact"),
        ("Betroffene Systeme", "affected"),
        ("Sistemas afectados", "affected"),
        ("Essais réalisés", "evidence"),
        ("Vier Augen", "reviewer"),
    ],
)
def test_a_topic(text: str, topic: str) -> None:
    assert topic in topics(text)


@pytest.mark.parametrize(
    "text", ["Rollout", "Argo Rollouts", "Cash back outlets in the south", "The board meets", "", "12", "CAB-7"]
)
def test_no_rollback(text: str) -> None:
    assert "rollback" not in topics(text)


def test_a_title_must_be_the_phrase_itself() -> None:
    assert "validation" not in topics("Validation of cards", exact=True)
    assert "validation" in topics("Validation", exact=True)
    assert not is_label("Rollback " * 50)
