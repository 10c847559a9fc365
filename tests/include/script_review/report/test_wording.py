from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contracts.base import clean_text
from include.script_review.changing import Changing
from include.script_review.report.checklist import checklist
from include.script_review.report.comment import comment
from include.script_review.report.wording import counted, in_words, looked_in_words, place, quoted, told, worst_first
from tests.include.script_review.report.attacks import ATTACKS, commands, deeds, headings
from tests.include.script_review.report.kit import finding, partly, review, reviewed

# Whatever means something in Markdown, to bots or to people's clients, and words between.
BITS = st.sampled_from(
    [*"`*_[]()<>!#|~$&\\{}@/:.-+=\"' \t\n1ax", "```", "](", "<!--", "-->", "http://", "www.", "\n\n", "- [x] ", "/merge", "@all"]
)
HOSTILE = st.one_of(
    st.lists(BITS, min_size=1, max_size=40).map("".join), st.text(min_size=1, max_size=60), st.sampled_from(ATTACKS)
)
TEXTS = HOSTILE.map(clean_text).filter(lambda text: text.strip() and len(text) <= 900)


@given(TEXTS, TEXTS)
def test_no_text_acts_on_any_page(text: str, other: str):
    path = " ".join(text.split()) or "x"
    found = finding(path, message=text, why=other, fix=other, confidence="low")
    now = review(reviewed(path, found, finding(path, line=99, suppressed_by=other), coverage=partly(0.5, "partial", text)))
    for page in (checklist(now, [Changing(path, "powershell", text, 1, (text, other))]), comment(now, subject=text)):
        shown = page.removeprefix(page.split("\n", 1)[0])
        assert deeds(shown) == set(), shown
        assert not {"x", "a"} & set(headings(shown)), shown
        assert commands(shown) == [], shown


def test_what_is_cut_shows_that_it_was():
    assert quoted("x" * 400) == f"`{'x' * 300} …`"
    assert told("x" * 400).endswith("x …")
    assert place(finding("d/" * 300 + "a.ps1", line=7)).endswith("a.ps1:7`")


@pytest.mark.parametrize("text", ["/merge/" + "x" * 300, "x" * 293 + " /merge/y"])
def test_what_is_cut_is_inert_behind_the_cut(text: str):
    assert commands(f"{quoted(text)} {told(text)} {quoted(text, 6)} {told(text, 6)}") == []


def test_counts_in_words():
    assert (counted(1, "file"), counted(2, "file"), counted(0, "box", "boxes")) == ("1 file", "2 files", "0 boxes")
    now = review(reviewed("a.ps1", finding("a.ps1"), finding("a.ps1", line=2, severity="critical")), reviewed("b.ps1"))
    assert in_words(now.summary) == "2 findings (1 critical, 1 high) in 2 files."
    assert looked_in_words(now.summary) == "Looked at: 2 parsed. Nothing was run."
    assert looked_in_words(review().summary) == "Nothing was run."


def test_worst_first_then_by_place():
    found = [finding("b.ps1"), finding("a.ps1", line=20), finding("a.ps1"), finding("z.ps1", severity="critical")]
    assert [(one.path, one.line) for one in worst_first(found)] == [("z.ps1", 12), ("a.ps1", 12), ("a.ps1", 20), ("b.ps1", 12)]
