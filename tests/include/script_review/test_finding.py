from __future__ import annotations

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.finding import Found, findings, found_by, one_line
from include.script_review.rule import Hit
from include.script_review.source import Source
from include.script_review.suppress import Suppression, Suppressions
from tests.include.script_review.rules_kit import rule

NOBODY = Suppressions(())
TEXT = "höre $a\nRemove-Item €x\n"


def at(start: int, end: int, name: str = "ps-a", **changes: object) -> Found:
    return found_by(rule(name, **changes), Hit(start, end, "gone"))


def test_places_are_lines_and_columns_in_characters() -> None:
    source = Source("a.ps1", "powershell", TEXT)
    start = source.data.index("€".encode())
    (one,) = findings(source, [at(start, start + 4)], NOBODY)
    assert (one.line, one.column, one.end.line, one.end.column) == (2, 13, 2, 15)


def test_in_the_order_of_the_text_each_place_and_rule_once() -> None:
    source = Source("a.ps1", "powershell", TEXT)
    found = findings(source, [at(9, 12), at(0, 2), at(9, 12), at(9, 12, "ps-b")], NOBODY)
    assert [(one.line, one.rule) for one in found] == [(1, "ps-a"), (2, "ps-a"), (2, "ps-b")]


def test_what_a_hit_leaves_open_is_as_the_rule_says() -> None:
    assert found_by(rule(), Hit(0, 1, "x")).severity is Severity.HIGH
    said = found_by(rule(), Hit(0, 1, "x", Severity.LOW, Confidence.LOW))
    assert (said.severity, said.confidence) == (Severity.LOW, Confidence.LOW)


def test_an_end_before_its_start_is_none() -> None:
    (one,) = findings(Source("a.ps1", "powershell", TEXT), [at(12, 3)], NOBODY)
    assert (one.end.line, one.end.column) == (one.line, one.column)


def test_equal_lines_have_fingerprints_of_their_own_and_moved_ones_keep_theirs() -> None:
    twice = findings(Source("a.ps1", "powershell", "rm x\nrm x\n"), [at(0, 4), at(5, 9)], NOBODY)
    moved = findings(Source("a.ps1", "powershell", "\n\n  rm x\n"), [at(4, 8)], NOBODY)
    assert len({one.fingerprint for one in twice}) == 2
    assert moved[0].fingerprint == twice[0].fingerprint


def test_a_secret_is_in_no_fingerprint() -> None:
    first, second = (
        findings(Source("a.ps1", "powershell", f"$p = '{word}'"), [at(6, 11, category=Category.SECRET_EXPOSURE)], NOBODY)[0]
        for word in ("alpha", "gamma")
    )
    assert first.fingerprint == second.fingerprint


def test_no_fingerprint_tells_how_long_a_secret_is() -> None:
    prints = set()
    for word in ("abc", "abcdefghij", "ab" * 40):
        text = f"$p = '{word}'; $q = '{word}'\n"
        spans = [(text.index(word), text.index(word) + len(word)), (text.rindex(word), text.rindex(word) + len(word))]
        hits = [at(*span, category=Category.SECRET_EXPOSURE) for span in spans]
        prints.add(tuple(one.fingerprint for one in findings(Source("a.ps1", "powershell", text), hits, NOBODY)))
    assert len(prints) == 1


def test_who_says_that_it_may_stand() -> None:
    said = Suppressions([Suppression("ps-a", 0, 5, "known", (0, 1))])
    found = findings(Source("a.ps1", "powershell", TEXT), [at(0, 2), at(9, 12)], said)
    assert [one.suppressed_by for one in found] == ["known", None]


def test_one_line_for_a_person() -> None:
    assert one_line("a\n\tb\u202e c") == "a b\\u{202E} c"
    assert len(one_line("x" * 5_000)) == 1_000


def test_a_row_of_json_and_back() -> None:
    one = at(1, 2)
    assert Found.of(list(one)[:9])._replace(shares=one.shares) == one
