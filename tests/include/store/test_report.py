from __future__ import annotations

import json

from include.store.report import MAX_LISTED, LedgerReport


def test_a_report_without_problems_is_ok_and_says_what_is_unsealed() -> None:
    report = LedgerReport(entries=9, head=9, sealed_to=4)
    assert (report.ok, report.unsealed, report.unsealed_range) == (True, 5, (5, 9))
    report.sealed_to = 9
    assert (report.unsealed, report.unsealed_range) == (0, None)


def test_problems_beyond_the_listed_still_count() -> None:
    report = LedgerReport()
    for seq in range(MAX_LISTED + 5):
        report.blame(seq, "wrong", "mend it")
        report.remark(seq, "odd")
    assert (report.ok, report.problem_count, len(report.problems)) == (False, MAX_LISTED + 5, MAX_LISTED)
    assert (report.note_count, len(report.notes)) == (MAX_LISTED + 5, MAX_LISTED)


def test_a_report_is_json() -> None:
    report = LedgerReport(head=3)
    report.blame(None, "wrong", "mend it")
    found = json.loads(json.dumps(report.to_json()))
    assert found["problems"] == [{"seq": None, "problem": "wrong", "next_step": "mend it"}]
    assert (found["ok"], found["unsealed_range"]) == (False, [1, 3])
