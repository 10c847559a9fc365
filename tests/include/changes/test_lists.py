"""Items of a numbered list that are headings, and items that are steps."""

from __future__ import annotations

from include.changes.read import read_notes


def kinds(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in read_notes(text).blocks]


def test_items_with_a_list_of_their_own() -> None:
    text = "1. **Steps**\n   1. stop a\n   2. start b\n2. **Way back**\n   1. start a\n3. **Finish**\n   1. mail\n"
    assert [text for kind, text in kinds(text) if kind == "heading"] == ["Steps", "Way back", "Finish"]


def test_items_with_their_text_on_the_next_line() -> None:
    assert kinds("1. BACK OUT\nFlash 14.2\n\n2. QUESTIONS\nto Compute\n") == [
        ("heading", "BACK OUT"),
        ("paragraph", "Flash 14.2"),
        ("heading", "QUESTIONS"),
        ("paragraph", "to Compute"),
    ]


def test_steps_stay_steps() -> None:
    assert {kind for kind, _ in kinds("1. stop a on\n   the first host\n2. start b\n")} == {"item"}
    assert {kind for kind, _ in kinds("1. On host a\n   1. stop x\n2. On host b\n   1. start x\n")} == {"item"}


def test_a_box_is_no_answer_and_swallows_none() -> None:
    blocks = read_notes("- [ ] Rollback plan\n- [x] Run `make deploy`\n").blocks
    assert [(each.kind, each.key) for each in blocks] == [("field", "Rollback plan"), ("item", "")]
