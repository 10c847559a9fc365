"""What two authors labelled before they had seen a rule: the review finds at least 95 of 100 and leaves as many alone."""

from __future__ import annotations

import pytest

from tests.include.script_review.labelled.score import cases, judged, score, sharing


@pytest.mark.parametrize("name", ["second_author.yaml", "third_author.yaml"])
def test_the_review_does_as_well_as_is_claimed(name: str) -> None:
    hit, bad, quiet, good = score(judged(name))
    assert bad >= 40
    assert good >= 40
    assert hit / bad >= 0.95
    assert quiet / good >= 0.95


def test_every_labelled_rule_of_the_analyser_has_a_rule_of_ours() -> None:
    for name in ("second_author.yaml", "third_author.yaml"):
        for case in cases(name, "analyser_rule"):
            assert sharing(case.rule), case.rule
            assert case.lines or not case.violates, case.id
