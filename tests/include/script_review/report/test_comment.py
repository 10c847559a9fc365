from __future__ import annotations

import pytest

from include.script_review.report.comment import LIMIT, comment, is_ours, marker
from include.script_review.report.since import compare
from tests.include.script_review.report.attacks import ATTACKS, commands, deeds, headings
from tests.include.script_review.report.kit import finding, partly, review, reviewed

SUBJECT = "shop/infrastructure script_review"


def hostile(text: str) -> str:
    """A comment with one foreign text wherever foreign text can stand."""
    path = text.replace("\n", " ")[:900] + "/a.ps1"
    found = finding(path, message=text, why=text, fix=text)
    quiet = finding(path, line=99, message=text, suppressed_by=text)
    now = review(reviewed(path, found, quiet, coverage=partly(0.5, "partial", text)))
    return comment(now, subject=text, compared=compare(review(), now))


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_foreign_acts(text: str):
    shown = hostile(text)
    first, rest = shown.split("\n", 1)
    assert first == marker(text)
    assert "<!--" not in rest
    assert "-->" not in first[:-3]
    assert deeds(rest) == set()
    assert headings(rest) == ["Script review", "New", "Suppressed since the last review"]
    assert commands(shown) == []


def test_the_attacks_are_attacks():
    """Each way of seeing an effect sees it where the text stands as it is."""
    plain = "\n\n".join(ATTACKS)
    assert {"link_open", "image", "html_inline", "fence"} <= deeds(plain)
    assert "Approved" in headings(plain)
    assert len(commands(plain)) > 5


def test_the_mark_is_the_subjects_own_and_stands_first():
    shown = comment(review(), subject=SUBJECT)
    assert is_ours(shown, SUBJECT)
    assert is_ours(shown.replace("\n", "\r\n"), SUBJECT)
    assert not is_ours(shown, "another")
    assert not is_ours(f"> {shown}", SUBJECT)
    assert not is_ours(f"{marker(SUBJECT)} and more\n", SUBJECT)
    assert not is_ours("", SUBJECT)


def test_a_subject_cannot_close_the_mark():
    assert marker("--> @everyone\n/merge").count("-->") == 1
    assert marker("\ud800").isascii()


def test_most_severe_first():
    found = [finding("a.ps1", line=n, severity=each) for n, each in enumerate(("low", "critical", "medium", "high"), 1)]
    rows = [line for line in comment(review(reviewed("a.ps1", *found)), subject=SUBJECT).splitlines() if line.startswith("- ")]
    assert [row.split("**")[1] for row in rows] == ["critical", "high", "medium", "low"]
    assert "`a.ps1:2`" in rows[0]


def test_what_authors_suppressed_before_is_counted_only():
    now = review(reviewed("a.ps1", finding("a.ps1", suppressed_by="the lab only")))
    shown = comment(now, subject=SUBJECT)
    assert "1 more suppressed" in shown
    assert "\n- " not in shown


def test_new_comes_before_known_and_fixed_is_told():
    before = review(reviewed("a.ps1", finding("a.ps1", line=1, severity="critical"), finding("a.ps1", line=2)))
    now = review(reviewed("a.ps1", finding("a.ps1", line=1, severity="critical"), finding("a.ps1", line=3, severity="low")))
    shown = comment(now, subject=SUBJECT, compared=compare(before, now))
    assert headings(shown.split("\n", 1)[1]) == ["Script review", "New", "Known"]
    assert shown.index("a.ps1:3") < shown.index("a.ps1:1")
    assert "1 fixed" in shown


@pytest.mark.parametrize("text", ["plain words", "😀" * 300, "`" * 300, "*_[]<>" * 50])
@pytest.mark.parametrize("limit", [LIMIT, 1_500])
def test_it_fits_whatever_there_is_to_say(text: str, limit: int):
    found = [finding("a.ps1", line=n, message=text, fix=text) for n in range(1, 1_500)]
    now = review(reviewed("a.ps1", *found, finding("a.ps1", line=9_000, severity="critical", message="the worst")))
    shown = comment(now, subject=SUBJECT, limit=limit)
    assert len(shown.encode("utf-16-le")) // 2 <= limit
    assert "a.ps1:9000" in shown
    rows = sum(line.startswith("- ") for line in shown.splitlines())
    assert f"{1_500 - rows} findings did not fit" in shown
    assert shown.endswith("A person decides.")


def test_a_small_review_leaves_nothing_out():
    assert "did not fit" not in comment(review(reviewed("a.ps1", finding("a.ps1"))), subject=SUBJECT)


def test_a_long_path_shows_its_end_and_its_line():
    path = "d/" * 1_000 + "clean.ps1"
    assert "clean.ps1:12`" in comment(review(reviewed(path, finding(path))), subject=SUBJECT)


def test_a_path_that_is_cut_becomes_no_command():
    path = "x" * 3 + "/merge/" + "y" * 292
    shown = comment(review(reviewed(path, finding(path))), subject=SUBJECT)
    assert commands(shown) == []


def test_an_empty_review_says_so():
    shown = comment(review(), subject=SUBJECT)
    assert "Nothing was reviewed" in shown
    assert "No findings in 1 file." in comment(review(reviewed("a.ps1")), subject=SUBJECT)
