from __future__ import annotations

import json

from include.script_review.report.as_json import as_json
from include.script_review.report.since import compare
from tests.include.script_review.report.kit import finding, review, reviewed

NOW = review(reviewed("ü.ps1", finding("ü.ps1", message='"},{"rule":"x" ‹⚠️›')))


def test_the_form_that_programs_read():
    shown = json.loads(as_json(NOW))
    assert list(shown) == ["files", "summary", "rules"]
    file = shown["files"][0]
    assert {"path", "language", "coverage", "findings"} <= set(file)
    assert file["coverage"] == {"looked": "full", "share": 1.0, "notes": []}
    found = file["findings"][0]
    assert (found["path"], found["line"], found["end"]) == ("ü.ps1", 12, {"line": 12, "column": 17})
    assert found["message"] == NOW.files[0].findings[0].message
    assert shown["summary"]["severities"] == {"low": 0, "medium": 0, "high": 1, "critical": 0}


def test_no_terminal_and_no_encoding_gets_in_the_way():
    assert as_json(NOW).isascii()


def test_what_is_fixed_stands_there_in_full():
    shown = json.loads(as_json(review(reviewed("ü.ps1")), compare(NOW, review(reviewed("ü.ps1")))))
    assert [each["rule"] for each in shown["since"]["fixed"]] == ["ps-whatif-missing"]
    assert shown["since"]["new"] == []


def test_an_empty_review_is_still_the_whole_form():
    shown = json.loads(as_json(review()))
    assert shown["files"] == []
    assert shown["summary"]["files"] == 0
