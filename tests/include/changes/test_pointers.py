"""A pointer inside the document leads to what stands there, and to nothing else."""

from __future__ import annotations

import pytest

from include.changes.places import lay_out
from include.changes.pointers import referred
from include.changes.read import read_notes


def texts(text: str) -> list[str]:
    layout = lay_out(read_notes(text))
    return [each.text for each in referred(layout, layout.of("rollback"))]


@pytest.mark.parametrize("pointer", ["See Appendix C.", "cf. Appendix C", "Appendix C"])
def test_to_an_appendix(pointer: str) -> None:
    assert texts(f"## Rollback\n\n{pointer}\n\n## Appendix C (commands)\n\nput it back\n\n## Next\n\nother\n") == ["put it back"]


def test_to_a_numbered_chapter() -> None:
    assert texts("## Rollback\n\nSee section 4.2\n\n## 4.2 Commands\n\nput it back\n\n## 4.21 Other\n\nx\n") == ["put it back"]
    assert texts("## Rollback\n\nSee section 4\n\n## 4.2 Commands\n\nput it back\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "## Rollback\n\nSee Appendix C.\n\n## Appendix CD\n\nx\n",
        "## Rollback\n\nSee Appendix C.\n",
        "## Rollback\n\nSee the wiki.\n\n## Appendix C\n\nx\n",
        "## Rollback\n\n\n\n## Appendix C\n\nx\n",
        f"## Rollback\n\n{'word ' * 20}Appendix C\n\n## Appendix C\n\nx\n",
    ],
)
def test_to_nothing(text: str) -> None:
    assert texts(text) == []


def test_a_chapter_that_points_to_itself_is_nothing() -> None:
    assert texts("## Appendix C: Rollback\n\nSee Appendix C.\n") == []
