from __future__ import annotations

from include.contracts.script_review import Category, Looked, Severity
from include.script_review.summary import summarise
from tests.include.script_review.report.kit import finding, partly, reviewed


def test_what_authors_suppressed_is_counted_apart():
    files = [
        reviewed("a.ps1", finding("a.ps1"), finding("a.ps1", line=20, suppressed_by="the lab only")),
        reviewed("b.sh", finding("b.sh", severity="low", category="weak_logging"), language="bash", coverage=partly()),
    ]
    summary = summarise(files)
    assert (summary.files, summary.findings, summary.suppressed) == (2, 2, 1)
    assert summary.languages == {"bash": 1, "powershell": 1}
    assert summary.severities == {Severity.LOW: 1, Severity.MEDIUM: 0, Severity.HIGH: 1, Severity.CRITICAL: 0}
    assert summary.categories[Category.WEAK_LOGGING] == 1
    assert summary.categories[Category.MISSING_SHOULD_PROCESS] == 1
    assert summary.looked == {**dict.fromkeys(Looked, 0), Looked.FULL: 1, Looked.PARTIAL: 1}


def test_nothing_has_every_count_and_each_is_zero():
    summary = summarise(iter(()))
    assert (summary.files, summary.findings, summary.suppressed, summary.languages) == (0, 0, 0, {})
    assert set(summary.severities) == set(Severity)
    assert set(summary.categories) == set(Category)
    assert not any([*summary.severities.values(), *summary.categories.values(), *summary.looked.values()])
