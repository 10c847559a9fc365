from __future__ import annotations

import pytest

from include.script_review.changing import Changing
from include.script_review.report.checklist import checklist
from include.script_review.report.since import compare
from tests.include.script_review.report.attacks import ATTACKS, commands, deeds, headings
from tests.include.script_review.report.kit import finding, partly, review, reviewed


def boxes(page: str) -> list[str]:
    return [line.removeprefix("- [ ] ") for line in page.splitlines() if line.startswith("- [ ] ")]


def questions(page: str) -> list[str]:
    return [box for box in boxes(page) if not box.startswith("May ")]


def changing(*called: str, function: str = "Remove-OldUser") -> Changing:
    return Changing("a.ps1", "powershell", function, 4, called or ("Remove-ADUser",))


def test_findings_come_first_by_severity_with_their_places():
    found = [finding("a.ps1", line=n, severity=each) for n, each in enumerate(("low", "critical", "high"), 1)]
    page = checklist(review(reviewed("a.ps1", *found)))
    assert headings(page) == ["Review of scripts", "Findings", "Critical", "High", "Low", "Questions to a person", "Decision"]
    assert page.index("`a.ps1:2`") < page.index("`a.ps1:3`") < page.index("`a.ps1:1`")
    assert "**Fix:** Declare SupportsShouldProcess" in page


def test_a_rule_says_its_reason_once_and_every_place():
    page = checklist(review(*(reviewed(path, finding(path), finding(path, line=20)) for path in ("a.ps1", "b.ps1"))))
    assert (page.count("Nobody sees beforehand"), page.count("**Fix:**")) == (1, 1)
    assert [page.count(f"  - `{place}` ") for place in ("a.ps1:12", "a.ps1:20", "b.ps1:12", "b.ps1:20")] == [1, 1, 1, 1]


def test_a_change_without_a_known_reverse_is_asked_about():
    assert questions(checklist(review(), [changing()])) == [
        "How is what `Remove-OldUser` (`a.ps1:4`) does undone? It calls `Remove-ADUser`, and nothing here does the reverse."
    ]
    assert questions(checklist(review(), [changing("Stop-Service"), changing("Start-Service")])) == []
    assert "the script itself" in questions(checklist(review(), [changing(function="")]))[0]


def test_two_kinds_of_change_may_stop_half_way():
    asked = questions(checklist(review(), [changing("Disable-ADAccount", "Set-ADUser", "Disable-ADAccount")]))
    assert asked[1].startswith("If `Set-ADUser` fails in `Remove-OldUser` (`a.ps1:4`) after `Disable-ADAccount` was done")


def test_many_commands_are_counted():
    asked = questions(checklist(review(), [changing(*(f"Set-X{n}" for n in range(8)))]))
    assert "`Set-X4` and 3 more, and nothing here" in asked[0]


def test_what_could_not_be_parsed_is_to_be_read():
    files = [
        reviewed("a.ps1", coverage=partly(0.9, "partial", "could not be parsed: lines 3-9")),
        reviewed("b.ps1", coverage=partly(0.3, "tokens")),
        reviewed("c.ps1", coverage=partly(0.0, "none", "not text")),
        reviewed("d.ps1", coverage=partly(1.0, "full", "UTF-16 without a byte order mark")),
        reviewed("e.sh", finding("e.sh", "coverage-linter", category="coverage", message="shellcheck is missing.")),
        reviewed("f.ps1"),
    ]
    assert questions(checklist(review(*files))) == [
        "Read `a.ps1`: 10 % of it could not be parsed. (`could not be parsed: lines 3-9`)",
        "Read `b.ps1`: it could not be parsed.",
        "Read `c.ps1`: it was not looked at. (`not text`)",
        "Is `d.ps1` what it seems? (`UTF-16 without a byte order mark`)",
        "Look for yourself in `e.sh`: shellcheck is missing.",
    ]


def test_each_reason_of_an_author_is_judged_once():
    quiet = [finding("a.ps1", line=n, suppressed_by="the lab only") for n in (1, 2, 3)]
    page = checklist(review(reviewed("a.ps1", *quiet, finding("a.ps1", line=9, suppressed_by="another"))))
    assert questions(page) == [
        "Is this reason good: `the lab only`? It silences `ps-whatif-missing` (high) at `a.ps1:1` and 2 more in it.",
        "Is this reason good: `another`? It silences `ps-whatif-missing` (high) at `a.ps1:9`.",
    ]
    assert "None. That is no proof" in page


def test_what_the_rules_are_not_sure_of_is_asked():
    page = checklist(review(reviewed("a.ps1", finding("a.ps1", confidence="low"), finding("a.ps1", line=2))))
    assert questions(page) == ["Is it so, at `a.ps1:12`? Remove-OldUser calls Remove-ADUser and cannot be previewed."]


def test_a_person_signs_and_nothing_is_ticked():
    page = checklist(review(reviewed("a.ps1", finding("a.ps1"))), [changing()])
    assert sum(box.startswith("May ") for box in boxes(page)) == 3
    assert "Reviewer (a person):" in page
    assert "[x]" not in page


def test_an_empty_review_says_so():
    page = checklist(review())
    assert "Nothing was reviewed" in page
    assert "None follows from these files." in page


def test_since_the_last_review():
    before = review(reviewed("a.ps1", finding("a.ps1", line=1)), reviewed("b.ps1", finding("b.ps1")), rules="d" * 64)
    page = checklist(
        review(reviewed("a.ps1", digest="c" * 64)), compared=compare(before, review(reviewed("a.ps1", digest="c" * 64)))
    )
    assert "Since the last review: 0 new, 0 known, 1 fixed." in page
    assert "1 finding of files that were not looked at again" in page
    assert "rules have changed" in page


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_foreign_acts(text: str):
    path = text.replace("\n", " ")[:900]
    found = finding(path, message=text, why=text, fix=text, confidence="low")
    files = [
        reviewed(path, found, finding(path, line=99, suppressed_by=text), coverage=partly(0.5, "partial", text)),
        reviewed(path + "2", finding(path, "coverage-x", category="coverage", message=text)),
    ]
    page = checklist(review(*files), [Changing(path, "powershell", text, 1, (text, text + "2"))])
    assert deeds(page) == set()
    assert commands(page) == []
    expected = ["Review of scripts", "Findings", "High", "Questions to a person", "Going back", "Half-way", "Not looked at"]
    assert headings(page) == [*expected, "Suppressed by the author", "Uncertain", "Decision"]
    assert len(boxes(page)) == 9
    assert "[x]" not in page.replace("\\[x\\]", "").replace("`- [x]", "")
