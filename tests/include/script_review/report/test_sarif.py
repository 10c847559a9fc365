from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from include.contracts.script_review import Position, ScriptReview
from include.script_review.report.sarif import as_sarif
from include.script_review.report.since import compare
from tests.include.script_review.report.kit import finding, partly, review, reviewed
from tests.include.script_review.rules_kit import rule

SCHEMA = json.loads((Path(__file__).parents[3] / "fixtures" / "sarif" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
VALIDATOR = Draft4Validator(SCHEMA, format_checker=FormatChecker())
RULES = (rule(),)


def log(now: ScriptReview, **options: Any) -> dict[str, Any]:
    """The run of a log that fits the standard's schema."""
    text = as_sarif(now, RULES, **options)
    assert text.isascii()
    shown = json.loads(text)
    assert [f"{list(error.path)}: {error.message}" for error in VALIDATOR.iter_errors(shown)] == []
    return shown["runs"][0]


def everything() -> ScriptReview:
    gone = finding(
        "gone.ps1", "coverage-file", 1, category="coverage", severity="medium", column=1, end=Position(line=1, column=1)
    )
    linter = finding("x.sh", "shellcheck-SC2086", 3, category="risky_operation", severity="medium")
    return review(
        reviewed("a b/ü#?%.ps1", finding("a b/ü#?%.ps1"), finding("a b/ü#?%.ps1", line=30, suppressed_by="the lab only")),
        reviewed("gone.ps1", gone, digest=None, coverage=partly(0.0, "none", "not text")),
        reviewed("x.sh", linter, language="bash", coverage=partly(0.75, "partial", "lines 3-9")),
    )


def test_the_schema_is_one_that_can_refuse():
    for broken in ({}, {"version": "2.1.0", "runs": [{}]}, {"version": "2.1.0", "runs": [], "more": 1}):
        assert not VALIDATOR.is_valid(broken)
    shown = json.loads(as_sarif(everything(), RULES))
    shown["runs"][0]["results"][0]["level"] = "critical"
    assert not VALIDATOR.is_valid(shown)


@pytest.mark.parametrize("now", [everything(), review(), review(reviewed("a.ps1"))], ids=["all", "nothing", "clean"])
def test_it_fits_the_schema(now: ScriptReview):
    run = log(now, pages="https://wiki.example.com/rules/", compared=compare(now, now))
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"][0]["executionSuccessful"] is True
    assert len(run["artifacts"]) == now.summary.files


def test_every_result_points_to_its_rule_and_its_file():
    run = log(everything())
    rules = run["tool"]["driver"]["rules"]
    assert [each["ruleId"] for each in run["results"]] == ["ps-whatif-missing", "ps-whatif-missing", "shellcheck-SC2086"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][location["index"]]["location"]["uri"] == location["uri"]


def test_a_result_says_where_how_bad_and_how_sure():
    result = log(everything())["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 12, "startColumn": 5, "endLine": 12, "endColumn": 17}
    assert place["artifactLocation"]["uri"] == "a%20b/%C3%BC%23%3F%25.ps1"
    assert result["level"] == "error"
    assert result["properties"] == {"category": "missing_supports_should_process", "severity": "high", "confidence": "high"}
    fingerprint = everything().files[0].findings[0].fingerprint
    assert set(result["partialFingerprints"].values()) == {fingerprint}


def test_an_end_before_the_start_is_the_start():
    back = finding("a.ps1", line=9, end=Position(line=8, column=90))
    region = log(review(reviewed("a.ps1", back)))["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 9, "startColumn": 5, "endLine": 9, "endColumn": 5}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("c:/x.ps1", "c%3A/x.ps1"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("//evil.example/x.ps1", "file:////evil.example/x.ps1"),
        ("a\\b.ps1", "a%5Cb.ps1"),
        ("a\\u{000A}b.sh", "a%5Cu%7B000A%7Db.sh"),
    ],
)
def test_no_path_becomes_another_address(path: str, uri: str):
    run = log(review(reviewed(path, finding(path))))
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_suppression_is_there_with_its_reason():
    first, second, _ = log(everything())["results"]
    assert "suppressions" not in first
    assert second["suppressions"] == [{"kind": "inSource", "justification": "the lab only"}]


def test_what_was_not_looked_at_is_a_notification_and_no_result():
    run = log(everything())
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert [each["level"] for each in told] == ["warning", "warning", "warning"]
    assert [each.get("descriptor", {}).get("id") for each in told] == ["coverage-none", None, "coverage-partial"]
    kinds = run["tool"]["driver"]["notifications"]
    assert all(kinds[each["descriptor"]["index"]]["id"] == each["descriptor"]["id"] for each in told if "descriptor" in each)
    assert "lines 3-9" in told[2]["message"]["text"]
    assert "coverage-file" not in {each["ruleId"] for each in run["results"]}


def test_a_text_file_that_was_looked_at_as_one_needs_no_word():
    assert log(review(reviewed("a.txt", coverage=partly(0.0, "text"))))["invocations"][0]["toolExecutionNotifications"] == []


def test_rules_explain_themselves():
    ours, linter = (log(everything(), pages="https://wiki.example.com/rules")["tool"]["driver"]["rules"][at] for at in (-2, -1))
    assert ours["helpUri"] == "https://wiki.example.com/rules/ps-whatif-missing.md"
    assert "## Found" in ours["help"]["markdown"]
    assert ours["defaultConfiguration"] == {"level": "error"}
    assert linter["helpUri"] == "https://www.shellcheck.net/wiki/SC2086"
    assert linter["properties"]["security-severity"] == "5.5"
    assert "security-severity" not in ours["properties"]  # a missing preview is no vulnerability
    assert "helpUri" not in log(everything())["tool"]["driver"]["rules"][1]


def test_a_rule_that_found_nothing_is_described_too():
    assert [each["id"] for each in log(review())["tool"]["driver"]["rules"]] == ["ps-whatif-missing"]


def test_new_and_known_are_told_where_there_was_a_review_before():
    before, now = (
        review(reviewed("a.ps1", finding("a.ps1"))),
        review(reviewed("a.ps1", finding("a.ps1"), finding("a.ps1", line=9))),
    )
    assert [each["baselineState"] for each in log(now, compared=compare(before, now))["results"]] == ["new", "unchanged"]
    assert "baselineState" not in log(now)["results"][0]


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("[click](http://evil.example)", "[click] (http[:]//evil.example)"),
        ("{0} and {x}", "{{0}} and {{x}}"),
        ("/merge @everyone", "[/]merge (at)everyone"),
        ("two\nlines", "two ⏎ lines"),
    ],
)
def test_no_message_acts_where_it_is_shown(message: str, shown: str):
    now = review(reviewed("a.ps1", finding("a.ps1", message=message, suppressed_by=message)))
    result = log(now)["results"][0]
    assert result["message"]["text"].startswith(shown)
    assert "@everyone" not in json.dumps(result)
