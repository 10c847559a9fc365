"""What words ask for, before anything is read or kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.asking.preview import MAX_BYTES, R_NOTES, Way, preview
from include.contracts.errors import BadInput
from include.contracts.incident import Intent, Risk
from tests.preparing import NOTES

DOCUMENTS = Path(__file__).parents[1] / "changes" / "documents"


@pytest.mark.parametrize(
    ("text", "intent", "way"),
    [
        ("Why is checkout slow?", Intent.DIAGNOSE, Way.BRIEF),
        ("Who failed to log in to payments? There were failed logons.", Intent.SECURITY, Way.BRIEF),
        ("Please restart shop-orders", Intent.CHANGE, Way.CHANGE),
        (NOTES, Intent.CHANGE, Way.CHANGE),
        ("the thing from yesterday", Intent.UNCLEAR, Way.PERSON),
        ("🔥", Intent.UNCLEAR, Way.PERSON),
        ("<script>alert(1)</script>", Intent.UNCLEAR, Way.PERSON),
    ],
)
def test_each_intent_has_its_way_and_says_why(text: str, intent: Intent, way: Way) -> None:
    found = preview(text)
    assert (found.classification.intent, found.way) == (intent, way)
    assert found.classification.reasons
    assert found.ways == tuple(Way)


def test_what_is_built_as_change_notes_is_one_whatever_its_verbs(tmp_path: Path) -> None:
    found = preview((DOCUMENTS / "08-vpn-concentrador.md").read_text())
    assert (found.way, found.classification.risk, found.classification.reasons[0]) == (Way.CHANGE, Risk.HIGH, R_NOTES)


def test_one_heading_makes_no_change_of_a_question() -> None:
    assert preview("# Window\n\nWhen is the next one?").way is Way.BRIEF


def test_long_notes_can_only_be_a_change() -> None:
    assert preview(NOTES + "\nmore of it" * 1_000).ways == (Way.CHANGE,)


BAD = {
    "empty": "",
    "blank": " \n \t ",
    "mark": "\ufeff",
    "pdf": "%PDF-1.7 %âãÏÓ",
    "pdf below": "\n %PDF-1.4",
    "long": "why? " * 1_000,
    "huge": "x" * (MAX_BYTES + 1),
    "in bytes": "ü" * MAX_BYTES,
    "5 MB": "x" * 5_000_000,
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_is_no_text_to_work_on_is_refused_with_a_way_on(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        preview(text)
    assert caught.value.next_step


@pytest.mark.parametrize("text", ["\x00\x01", "\ud800 why?", "\u202e?why", "why\u200b?"])
def test_invisible_characters_hide_nothing_and_break_nothing(text: str) -> None:
    assert preview(text).classification.reasons
