"""What a worker is given and says: JSON, of members only, by the real rules."""

from __future__ import annotations

import json

from include.contracts.script_review import FileReview
from include.reviewing.in_worker import review
from include.script_review.bounded import Bounded
from include.script_review.runner import Unit


def test_members_are_reviewed_and_tests_only_looked_into() -> None:
    said = review({"a.ps1": b"try { Get-Item x } catch { }\n", "a.Tests.ps1": b"Describe 'a' {}\n"}, {"tests": ["a.Tests.ps1"]})
    (only,) = [FileReview.model_validate_json(json.dumps(each)) for each in said]
    assert only.path == "a.ps1"
    assert [one.line for one in only.findings if one.rule == "ps-empty-catch"] == [1]


def test_a_bounded_worker_serves_it() -> None:
    runner = Bounded("include.reviewing.in_worker", "review", workers=1)
    (outcome,) = runner.run([Unit({"a.ps1": b"try { Get-Item x } catch { }\n"}, {"tests": []})])
    assert outcome.reason is None
    assert outcome.result == review({"a.ps1": b"try { Get-Item x } catch { }\n"}, {"tests": []})
