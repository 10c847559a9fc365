from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Confidence
from include.script_review.finding import found_by
from include.script_review.powershell.broken import MAX_LINES, by_lines
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit
from tests.include.script_review.powershell.kit import script
from tests.include.script_review.rules_kit import rule


def removals(model: Script) -> Iterator[Hit]:
    for one in model.named("remove-item"):
        yield Hit(one.start, one.end, "gone")


def apply(rules, model):  # type: ignore[no-untyped-def]
    return [found_by(one, hit) for one in rules for hit in one.check(model)]


RISKY = rule("ps-risky", category=Category.RISKY_OPERATION, check=removals)
OTHER = rule("ps-other", category=Category.THIN_TESTS, check=removals)


def test_lines_that_could_not_be_parsed_are_looked_at_one_by_one() -> None:
    text = "Remove-Item ok\n} ) ]\nRemove-Item höre\nfunction {{ (\n"
    model = script(text)
    assert model.errors
    found = list(by_lines(model, [RISKY, OTHER], apply))
    assert {one.rule for one in found} == {"ps-risky"}
    assert {one.confidence for one in found} == {Confidence.LOW}
    said = {model.source.data[one.start : one.end].decode() for one in found}
    assert said <= {"Remove-Item ok", "Remove-Item höre"}
    assert "Remove-Item höre" in said or not any(start <= text.index("Remove-Item h") < end for start, end in model.errors)


def test_a_sound_file_is_not_looked_at_again() -> None:
    assert list(by_lines(script("Remove-Item x"), [RISKY], apply)) == []


def test_only_so_many_lines() -> None:
    model = script("@'\n" + "Remove-Item x\n" * (MAX_LINES + 50))
    assert len(list(by_lines(model, [RISKY], apply))) <= MAX_LINES
