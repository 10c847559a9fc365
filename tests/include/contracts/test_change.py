"""The contracts of an assessment are strict."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.contracts.change import ChangeRisk, Finding, Severity


def test_a_finding_round_trips() -> None:
    finding = Finding(rule="rollback-empty", severity=Severity.BLOCKER, line=3, says="nothing stands there", asks="How?")
    assert Finding.model_validate_json(finding.model_dump_json()) == finding


@pytest.mark.parametrize("change", [{"line": -1}, {"rule": "No Slug"}, {"says": "x" * 401}, {"says": "a\u200bb"}, {"more": 1}])
def test_what_does_not_fit_is_refused(change: dict[str, object]) -> None:
    row: dict[str, object] = {"rule": "x", "severity": Severity.INFO, "line": 1, "says": "y"}
    with pytest.raises(ValidationError):
        Finding.model_validate({**row, **change})


def test_risk_is_bounded() -> None:
    with pytest.raises(ValidationError):
        ChangeRisk(likelihood=6, impact=1, score=6, level="low", likelihood_reasons=(), impact_reasons=())
