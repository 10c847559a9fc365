"""Only what the owner agreed to changes how a finding is shown, and nothing is ever left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from include.contracts.script_review import Category, Confidence, Severity
from include.reviewing.ranks import ranked
from include.store.script_findings import Dismissal
from tests.script_kit import file_review, finding

ONE, TWO = finding("a.ps1"), finding("b.ps1", line=9)


def dismissal(**fields: Any) -> Dismissal:
    usual = {"id": "dsm_1", "repository": "shop", "rule": ONE.rule, "fingerprint": None, "person": "maya", "agreed_by": "tomas"}
    return Dismissal(**usual | {"reason": "never\nright", "at": datetime(2026, 11, 20, tzinfo=UTC)} | fields)  # type: ignore[arg-type]


def shown(*dismissals: Dismissal) -> list[tuple[Severity, str | None]]:
    files = ranked([file_review("a.ps1", ONE), file_review("b.ps1", TWO)], dismissals)
    return [(one.severity, one.suppressed_by) for file in files for one in file.findings]


def test_a_proposal_changes_nothing() -> None:
    proposed = [dismissal(agreed_by=None), dismissal(agreed_by=None, fingerprint=ONE.fingerprint)]
    assert shown(*proposed) == [(Severity.HIGH, None), (Severity.HIGH, None)]


def test_a_dismissed_finding_is_kept_with_who_why_and_who_agreed() -> None:
    said = "Dismissed by maya, agreed by tomas: never right"
    assert shown(dismissal(fingerprint=ONE.fingerprint)) == [(Severity.HIGH, said), (Severity.HIGH, None)]


def test_a_dismissed_rule_ranks_one_lower_and_is_still_shown() -> None:
    assert shown(dismissal()) == [(Severity.MEDIUM, None), (Severity.MEDIUM, None)]
    (file,) = ranked([file_review("a.ps1", finding("a.ps1", severity=Severity.LOW))], [dismissal()])
    assert (file.findings[0].severity, file.findings[0].confidence) == (Severity.LOW, Confidence.LOW)
    assert shown(dismissal(rule="another-rule")) == [(Severity.HIGH, None), (Severity.HIGH, None)]


def test_what_was_not_looked_at_nobody_dismisses_and_an_authors_reason_stays() -> None:
    blind = finding("a.ps1", category=Category.COVERAGE)
    quiet = finding("a.ps1", line=9, suppressed_by="a test double")
    (file,) = ranked([file_review("a.ps1", blind, quiet)], [dismissal(), dismissal(fingerprint=blind.fingerprint)])
    assert [one.suppressed_by for one in file.findings] == [None, "a test double"]
    assert file.findings[0].severity is Severity.HIGH


def test_a_long_reason_fits() -> None:
    (file,) = ranked([file_review("a.ps1", ONE)], [dismissal(fingerprint=ONE.fingerprint, reason="x" * 5_000)])
    assert len(file.findings[0].suppressed_by or "") == 1_000
