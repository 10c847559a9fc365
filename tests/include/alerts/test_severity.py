from __future__ import annotations

import pytest

from include.alerts.severity import MISSING, TABLE, UNKNOWN, severity_of
from include.contracts.alert import Severity


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *[(word, Severity.CRITICAL) for word in ("critical", "CRIT", "P1", "sev1", "fatal", "Emergency", "disaster", "page")],
        *[(word, Severity.HIGH) for word in ("high", "error", "major", "p2", "Sev2")],
        *[(word, Severity.WARNING) for word in ("warning", "warn", "minor", "moderate", "medium", "p3", "P4", "low", "sev3")],
        *[(word, Severity.INFO) for word in ("info", "ok", "notice", "informational", "p5", " Info ")],
    ],
)
def test_common_words(word: str, expected: Severity) -> None:
    assert severity_of(word) == (expected, None)


@pytest.mark.parametrize("word", [None, "", "   "])
def test_h10_a_missing_severity_counts_as_high(word: str | None) -> None:
    assert severity_of(word) == (Severity.HIGH, MISSING)


@pytest.mark.parametrize("word", ["catastrophic?", "0", "P6", "критично", "x" * 10_000, "critical\u200b"])
def test_h10_an_unknown_severity_counts_as_high(word: str) -> None:
    assert severity_of(word) == (Severity.HIGH, UNKNOWN)


def test_a_sources_own_words_come_first() -> None:
    assert severity_of("Critical", {"critical": "info"}, {"critical": "warning"}) == (Severity.INFO, None)
    assert severity_of("Critical", {}, {"CRITICAL": "warning"}) == (Severity.WARNING, None)
    assert severity_of("wake me", {"Wake Me": "critical"}) == (Severity.CRITICAL, None)


def test_every_word_of_the_table_is_findable() -> None:
    assert all(word == word.strip().casefold() for word in TABLE)
