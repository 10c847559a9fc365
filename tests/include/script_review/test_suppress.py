from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.script_review.source import Source
from include.script_review.suppress import WITHOUT_REASON, Suppression, Suppressions, comments

RULE = "ps-empty-catch"


def lines(text: str, rule: str = RULE) -> list[int]:
    """On which lines a finding of the rule may stand."""
    source = Source("a.ps1", "powershell", text)
    said = Suppressions(comments(source))
    return [at + 1 for at, start in enumerate(source.starts) if said.reason(rule, (), start) is not None]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a # holdpoint: ignore ps-empty-catch why\nb", [1]),
        ("# holdpoint: ignore ps-empty-catch why\na\nb", [1, 2]),
        ("  #holdpoint:ignore ps-empty-catch why\n\n\n a\nb", [1, 2, 3, 4]),
        ("# holdpoint: ignore ps-empty-catch why\n# holdpoint: ignore ps-write-host why\na\nb", [1, 2, 3]),
        ("x\n# HOLDPOINT: ignore-file ps-empty-catch why\ny", [1, 2, 3]),
        ("<# holdpoint: ignore ps-empty-catch why #>\na\nb", [1, 2]),
        ("// holdpoint: ignore ps-empty-catch why\na\nb", [1, 2]),
        ("a\r\n# holdpoint: ignore ps-empty-catch why\r\nb\r\nc", [2, 3]),
        ("a\n# holdpoint: ignore ps-empty-catch why", [2]),
        ("# holdpoint: ignore ps-empty-catch\na", []),
        ("# holdpoint: ignore\na", []),
        ("# holdpoint: ignore ps-write-host why\na", []),
        ("holdpoint: ignore ps-empty-catch why\na", []),
        ("", []),
    ],
)
def test_where_it_holds(text: str, kept: list[int]) -> None:
    assert lines(text) == kept


def test_a_far_line_is_not_meant() -> None:
    assert lines("# holdpoint: ignore ps-empty-catch why" + "\n" * 100 + "a")[-1] < 40


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# holdpoint: ignore ps-a  known \t since  May ", "known since May"),
        ("<# holdpoint: ignore ps-a known #>", "known"),
        ("<!-- holdpoint: ignore ps-a known -->", "known"),
        ("# holdpoint: ignore ps-a ye\u202es", "ye\\u{202E}s"),
        ("# holdpoint: ignore ps-a " + "x" * 900, "x" * 300),
    ],
)
def test_the_reason_is_one_clean_line(text: str, reason: str) -> None:
    (one,) = comments(Source("a", "text", text))
    assert one.reason == reason


def test_what_suppresses_nothing_is_told() -> None:
    text = "# holdpoint: ignore ps-a\n# holdpoint: ignore\n# holdpoint: ignore ps-a why\n"
    assert [hit.message for hit in WITHOUT_REASON.check(Source("a", "text", text))] == [
        "A suppression of ps-a gives no reason, so it suppresses nothing.",
        "A suppression names no rule, so it suppresses nothing.",
    ]


def test_the_name_another_linter_gives_the_rule_counts() -> None:
    said = Suppressions([Suppression("PSAvoidX", 0, 10, "known", (0, 1))])
    assert said.reason("ps-x", ("PSAvoidX",), 9) == "known"
    assert said.reason("ps-x", ("PSAvoidX",), 10) is None
    assert said.reason("ps-x", (), 5) is None


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.sampled_from("ab")), max_size=8)


@given(SPANS, st.integers(0, 45), st.sampled_from("ab"))
def test_as_a_plain_search_finds_it(spans: list[tuple[int, int, str]], at: int, rule: str) -> None:
    found = [Suppression(rule, start, start + size, f"{start} {size}", (0, 0)) for start, size, rule in spans]
    reason = Suppressions(found).reason(rule, (), at)
    covering = [one for one in found if one.covers(rule, (), at)]
    assert (reason is None) == (not covering)
    assert reason is None or any(one.reason == reason and one.start == max(each.start for each in covering) for one in covering)


def test_many_take_no_square_time() -> None:
    text = "# holdpoint: ignore ps-empty-catch why\nx\n" * 10_000
    began = process_time()
    assert len(lines(text)) == 20_000
    assert process_time() - began < 10
