from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from include.contracts.errors import BadInput
from include.contracts.script_review import Looked, ScriptReview
from include.script_review.report import since
from include.script_review.report.as_json import as_json
from include.script_review.report.since import Compared, compare, previous
from tests.include.script_review.report.kit import finding, partly, review, reviewed

A, B = "a.ps1", "b.ps1"


def names(compared: Compared) -> dict[str, int]:
    parts = {name: len(getattr(compared, name)) for name in ("new", "known", "suppressed", "fixed", "unseen")}
    return {name: count for name, count in parts.items() if count}


def test_new_known_and_fixed():
    before = review(reviewed(A, finding(A, text="stays"), finding(A, line=30, text="goes")))
    now = review(reviewed(A, finding(A, line=40, text="stays"), finding(A, line=50, text="comes"), digest="c" * 64))
    compared = compare(before, now)
    assert [each.line for each in compared.known] == [40]
    assert [each.line for each in compared.new] == [50]
    assert [each.line for each in compared.fixed] == [30]
    assert names(compared) == {"new": 1, "known": 1, "fixed": 1}
    assert not compared.rules_changed


def test_a_renamed_file_brings_its_findings_along():
    before = review(reviewed(A, finding(A), finding(A, line=30)))
    now = review(reviewed(B, finding(B), finding(B, line=30)))
    assert names(compare(before, now)) == {"known": 2}


def test_a_renamed_and_edited_file_is_a_new_one():
    compared = compare(review(reviewed(A, finding(A))), review(reviewed(B, finding(B), digest="c" * 64)))
    assert names(compared) == {"new": 1, "unseen": 1}


def test_a_copy_is_not_a_rename():
    before = review(reviewed(A, finding(A)))
    assert names(compare(before, review(reviewed(A, finding(A)), reviewed(B, finding(B))))) == {"new": 1, "known": 1}


def test_one_of_two_equal_files_was_renamed_once():
    before = review(reviewed(A, finding(A)))
    now = review(reviewed(B, finding(B)), reviewed("c.ps1", finding("c.ps1")))
    assert names(compare(before, now)) == {"new": 1, "known": 1}


def test_files_that_were_not_read_are_not_the_same_file():
    before = review(reviewed(A, finding(A), digest=None))
    assert names(compare(before, review(reviewed(B, finding(B), digest=None)))) == {"new": 1, "unseen": 1}


def test_a_file_that_was_not_looked_at_again_is_not_fixed():
    before = review(reviewed(A, finding(A)))
    assert names(compare(before, review(reviewed(B, digest="c" * 64)))) == {"unseen": 1}
    assert names(compare(before, review())) == {"unseen": 1}


@pytest.mark.parametrize(
    ("then", "now", "word"),
    [
        (partly(1.0, Looked.FULL), partly(0.9), "unseen"),
        (partly(0.9), partly(0.5), "unseen"),
        (partly(0.9), partly(0.0, Looked.NONE), "unseen"),
        (partly(0.0, Looked.TOKENS), partly(0.0, Looked.TEXT), "unseen"),
        (partly(0.5), partly(0.5), "fixed"),
        (partly(0.0, Looked.NONE), partly(1.0, Looked.FULL), "fixed"),
    ],
)
def test_fixed_needs_a_look_as_close_as_before(then, now, word):
    before = review(reviewed(A, finding(A), coverage=then))
    assert names(compare(before, review(reviewed(A, coverage=now, digest="c" * 64)))) == {word: 1}


def test_suppressing_is_not_fixing_and_its_end_is_new():
    open_, quiet = finding(A), finding(A, suppressed_by="the lab only")
    assert names(compare(review(reviewed(A, open_)), review(reviewed(A, quiet)))) == {"suppressed": 1}
    assert names(compare(review(reviewed(A, quiet)), review(reviewed(A, open_)))) == {"new": 1}
    assert names(compare(review(reviewed(A, quiet)), review(reviewed(A, quiet)))) == {}
    assert names(compare(review(reviewed(A, quiet)), review(reviewed(A)))) == {}


def test_other_rules_are_told():
    assert compare(review(rules="1" * 64), review(rules="2" * 64)).rules_changed


def test_what_was_written_can_be_compared_with(tmp_path: Path):
    now = review(reviewed(A, finding(A, message="„ümlaut“ \u2028".strip()), coverage=partly(0.25)))
    path = tmp_path / "last.json"
    path.write_text(as_json(now))
    assert previous(path) == now
    path.write_text(as_json(now, compare(now, now)))
    assert previous(path) == now
    assert json.loads(path.read_text())["since"]["known"] == [now.files[0].findings[0].fingerprint]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"files": []}', b"\xff\xfe", b"[" * 100_000, b'{"files":' * 5_000, b"{}" * 3, b"\x00"],
)
def test_garbage_is_bad_input(tmp_path: Path, content: bytes):
    path = tmp_path / "last.json"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        previous(path)


def test_a_review_with_a_surplus_field_or_a_wrong_type_is_bad_input(tmp_path: Path):
    path = tmp_path / "last.json"
    for change in ({"more": 1}, {"rules": "x"}, {"files": "x"}, {"files": [{"path": 1}]}):
        path.write_text(json.dumps(review(reviewed(A)).to_json() | change))
        with pytest.raises(BadInput):
            previous(path)


def test_no_file_a_folder_and_a_pipe_are_bad_input(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none", tmp_path, tmp_path / "pipe"):
        with pytest.raises(BadInput):
            previous(path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "last.json"
    path.write_text(as_json(review()))
    assert isinstance(previous(path), ScriptReview)
    monkeypatch.setattr(since, "MAX_BYTES", 10)
    with pytest.raises(BadInput):
        previous(path)
