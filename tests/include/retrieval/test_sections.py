from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from include.retrieval.sections import MAX_HEADING, MAX_PASSAGE, passages


def _cut(body: str) -> list[tuple[str, str]]:
    return [(each.heading, each.text) for each in passages(body, "Title")]


def test_text_above_the_first_heading_goes_under_the_title() -> None:
    assert _cut("Summary.\n\n## Checks\n\n1. Look.\n") == [("Title", "Summary."), ("Checks", "1. Look.")]


def test_headings_carry_those_above_them() -> None:
    body = "# Top\n\na\n\n## Checks\n\nb\n\n### Pool\n\nc\n\n## Causes\n\nd\n"
    assert _cut(body) == [("Top", "a"), ("Top / Checks", "b"), ("Top / Checks / Pool", "c"), ("Top / Causes", "d")]


def test_underlined_headings_are_headings() -> None:
    assert _cut("Checks\n------\nlook\n") == [("Checks", "look")]


def test_headings_in_code_quotes_and_lists_are_text() -> None:
    body = "## Real\n\n```\n## not one\n```\n\n> ## nor this\n\n- ## nor that\n"
    assert [heading for heading, _ in _cut(body)] == ["Real"]


def test_sections_without_text_are_left_out_and_empty_headings_do_no_harm() -> None:
    assert _cut("## Empty\n\n## Full\n\ntext\n") == [("Full", "text")]
    assert _cut("##\n\ntext\n") == [("Title", "text")]
    assert _cut("\n \n\t\n") == []


def test_a_long_section_is_cut_between_paragraphs_and_loses_nothing() -> None:
    paragraphs = [f"{number} " + "x" * 900 for number in range(12)]
    cut = passages("## Long\n\n" + "\n\n".join(paragraphs), "Title")
    assert all(len(each.text) <= MAX_PASSAGE and each.heading == "Long" for each in cut)
    assert "\n\n".join(each.text for each in cut) == "\n\n".join(paragraphs)


def test_a_long_heading_is_cut() -> None:
    assert len(_cut("## " + "x" * 1_000 + "\n\ntext")[0][0]) == MAX_HEADING


def test_hostile_markdown_takes_no_time() -> None:
    began = time.monotonic()
    for piece in ("[", "> ", "- ", "*_", "`", "# a\n\n", "![](", "<a ", "|-", "    "):
        passages(piece * (200_000 // len(piece)), "Title")
    assert time.monotonic() - began < 20


@given(st.text(alphabet="#-= \n`>ab\t[]*1.", max_size=300))
def test_no_word_is_lost(body: str) -> None:
    kept = "".join(each.heading + each.text for each in passages(body, "T"))
    for letter in "ab":
        if f"\n{letter}" in f"\n{body}":  # a paragraph's first letter is text, whatever stands around it
            assert letter in kept
