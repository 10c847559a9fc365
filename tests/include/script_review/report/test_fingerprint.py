from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.script_review.report.fingerprint import fingerprints

ONE, OTHER = ("ps-a", "Remove-Item $x"), ("ps-a", "Remove-Item $y")
ANY = st.lists(st.tuples(st.sampled_from(["ps-a", "ps-b"]), st.text(max_size=20)), max_size=12)


def test_lines_that_move_or_are_indented_anew_keep_theirs():
    assert fingerprints("a.ps1", [OTHER, ONE])[1] == fingerprints("a.ps1", [ONE])[0]
    assert fingerprints("a.ps1", [("ps-a", "\t\tRemove-Item   $x\r\n")]) == fingerprints("a.ps1", [ONE])


@pytest.mark.parametrize(
    ("path", "finding"),
    [("b.ps1", ONE), ("a.ps1", ("ps-b", ONE[1])), ("a.ps1", OTHER), ("a.ps1", ("ps-a", "remove-item $x"))],
)
def test_another_path_rule_or_text_has_another(path: str, finding: tuple[str, str]):
    assert fingerprints(path, [finding]) != fingerprints("a.ps1", [ONE])


def test_equal_lines_are_told_apart_by_how_many_came_before():
    first, second, third = fingerprints("a.ps1", [ONE, ONE, ONE])
    assert len({first, second, third}) == 3
    assert fingerprints("a.ps1", [OTHER, ONE, ONE])[1:] == [first, second]


def test_no_text_runs_into_its_neighbour():
    assert fingerprints("a", [('b","c', "d")]) != fingerprints("a", [("b", 'c","d')])
    assert fingerprints("a\x00b", [("c", "d")]) != fingerprints("a", [("b\x00c", "d")])


def test_half_a_surrogate_pair_is_text_too():
    assert len(fingerprints("\udcff.ps1", [("ps-a", "\ud800")])[0]) == 64


@given(ANY)
def test_within_a_file_no_two_are_the_same(found: list[tuple[str, str]]):
    made = fingerprints("a.ps1", found)
    assert len(set(made)) == len(found)
    assert made == fingerprints("a.ps1", found)


def test_what_is_written_today_is_known_tomorrow():
    """Kept reviews hold these: who changes the form makes every known finding a new one."""
    assert fingerprints("ops/clean.ps1", [ONE])[0].startswith("70207384bd55e5f1")
