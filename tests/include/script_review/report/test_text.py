from __future__ import annotations

import re
import unicodedata

import pytest

from include.script_review.report.since import compare
from include.script_review.report.text import as_text, one_line
from tests.include.script_review.report.attacks import ATTACKS, ESCAPES
from tests.include.script_review.report.kit import finding, partly, review, reviewed


def test_a_line_says_where_how_bad_which_rule_and_what():
    shown = as_text(review(reviewed("ops/clean.ps1", finding(line=7), finding(line=120, severity="low", rule="ps-x"))))
    lines = shown.splitlines()
    assert lines[0] == "ops/clean.ps1"
    assert re.match(r" +7:5  high +ps-whatif-missing +Remove-OldUser calls", lines[1])
    assert re.match(r" +fix: Declare SupportsShouldProcess", lines[2])
    assert re.match(r" +120:5  low +ps-x +Remove-OldUser", lines[3])
    assert lines[1].index("Remove-OldUser") == lines[3].index("Remove-OldUser")
    assert shown.count("fix:") == 1
    assert "2 findings (1 high, 1 low) in 1 file." in shown
    assert shown.count("finding") == 1


def test_files_without_anything_to_say_are_counted_only():
    shown = as_text(review(reviewed("a.ps1"), reviewed("b.ps1", finding("b.ps1", suppressed_by="the lab only"))))
    assert "a.ps1" not in shown
    assert "b.ps1" not in shown
    assert "No findings in 2 files; 1 more suppressed by their authors." in shown
    assert "no proof" in shown


def test_what_was_not_wholly_looked_at_is_said():
    files = [
        reviewed("a.ps1", coverage=partly(0.817, "partial", "lines 3-9")),
        reviewed("b.ps1", coverage=partly(0.0, "none", "not text"), digest=None),
        reviewed("c.ps1", coverage=partly(0.2, "tokens")),
        reviewed("d.txt", coverage=partly(0.0, "text")),
    ]
    shown = as_text(review(*files))
    assert "a.ps1  (powershell: 81 % of it could be parsed) lines 3-9" in shown
    assert "b.ps1  (powershell: NOT looked at) not text" in shown
    assert "by tokens)" in shown
    assert "d.txt" not in shown
    assert "1 parsed in part, 1 by tokens only, 1 as text, for secrets, 1 not looked at" in shown


def test_nothing_is_said_to_be_nothing():
    assert as_text(review()).startswith("Nothing was reviewed: there is no file in what was given.")
    assert "no proof" not in as_text(review())


def test_colour_is_for_terminals():
    now = review(reviewed("a.ps1", finding("a.ps1")))
    assert "\x1b" not in as_text(now)
    assert "\x1b[31mhigh" in as_text(now, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", as_text(now, colour=True)) == as_text(now)


def test_since_the_last_review():
    before = review(reviewed("a.ps1", finding("a.ps1", line=1), finding("a.ps1", line=2)), reviewed("z.ps1", finding("z.ps1")))
    now = review(reviewed("a.ps1", finding("a.ps1", line=1), finding("a.ps1", line=3), digest="c" * 64), rules="d" * 64)
    shown = as_text(now, compared=compare(before, now))
    assert "Since the last review: 1 new, 1 known, 1 fixed, 1 finding of files that were not looked at again." in shown
    assert re.search(r"3:5  high +new +ps-whatif", shown)
    assert re.search(r"1:5  high +known +ps-whatif", shown)
    assert "rules have changed" in shown


@pytest.mark.parametrize("text", [*ATTACKS, *ESCAPES])
def test_foreign_text_moves_no_cursor_and_starts_no_line(text: str):
    shown = one_line(text)
    assert not [one for one in shown if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp")]


@pytest.mark.parametrize("text", ATTACKS)
def test_a_finding_is_two_lines_whatever_it_says(text: str):
    found = finding("a.ps1", message=text, fix=text)
    assert len(as_text(review(reviewed("a.ps1", found))).splitlines()) == 6
