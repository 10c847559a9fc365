"""Likelihood × impact, every point with its reason, the table exchangeable."""

from __future__ import annotations

import pytest

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.changes.assess import assess
from include.changes.read import read_notes
from include.changes.risk import DEFAULT, Weights
from include.contracts.change import ChangeRisk
from include.contracts.errors import ConfigError
from tests.include.changes.documents import EXPECTED, document

CATALOGUE = load_catalogue(EXAMPLE, "")
GOOD = """Type: Standard

## Steps

1. Restart web-9.

## Rollback

Start the old binary /opt/old on web-9.

## Validation

`curl web-9` answers 200.

## Test evidence

Passed in the lab on web-8.
"""


def risk(text: str, weights: Weights = DEFAULT) -> ChangeRisk:
    return assess(read_notes(text), CATALOGUE, weights=weights).risk


def test_a_complete_standard_change_is_low() -> None:
    found = risk(GOOD)
    assert (found.likelihood, found.impact, found.level) == (1, 1, "low")
    assert [reason.rule for reason in found.likelihood_reasons] == ["standard-change"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (GOOD.replace("Rollback", "Remarks"), "rollback-missing"),
        (GOOD.replace("Start the old binary /opt/old on web-9.", "TBD"), "rollback-empty"),
        (GOOD.replace("`curl web-9` answers 200.", "TBD"), "validation-empty"),
        (GOOD.replace("Test evidence", "Remarks"), "no-test-evidence"),
        (GOOD.replace("Standard", "Emergency"), "emergency"),
        (GOOD + "\nService: shop-payments\n", "tier-1"),
        (GOOD + "\nService: shop-payments\n", "dependants"),
        (GOOD + "\n## Impact\n\nAn outage of ten minutes.\n", "downtime"),
        (GOOD + "\n## Affected systems\n\ndb-77\n", "unknown-systems"),
        (GOOD + "\n## Window\n\n2026-12-20 10:00-11:00 UTC\n", "window-conflict"),
    ],
)
def test_each_reason_raises_it(text: str, rule: str) -> None:
    text, base = text.replace("Type: Standard", "Type: Normal"), GOOD.replace("Type: Standard", "Type: Normal")
    found = risk(text)
    assert rule in [reason.rule for reason in (*found.likelihood_reasons, *found.impact_reasons)]
    assert found.score > risk(base).score


def test_no_outage_is_none() -> None:
    assert risk(GOOD + "\n## Impact\n\nThere is no outage.\n").impact_reasons == ()


def test_its_own_words_about_risk_count_for_nothing() -> None:
    assert risk(GOOD + "\nRisk: very high\n") == risk(GOOD + "\nRisk: none at all\n")


def test_other_weights() -> None:
    assert risk(GOOD, Weights(likelihood={"standard-change": 4}, levels=(("low", 1), ("critical", 25)))).level == "critical"


@pytest.mark.parametrize("name", EXPECTED)
def test_bounds(name: str) -> None:
    found = assess(read_notes(document(name)), CATALOGUE).risk
    assert found.score == found.likelihood * found.impact


def test_points_come_from_the_settings_and_a_reason_that_there_is_not_is_refused() -> None:
    assert DEFAULT.with_points({"tier-1": 4}).impact["tier-1"] == 4
    assert DEFAULT.with_points({"emergency": 0}).likelihood["emergency"] == 0
    assert DEFAULT.with_points({}) == DEFAULT
    with pytest.raises(ConfigError, match="moon-phase"):
        DEFAULT.with_points({"moon-phase": 1})
