"""What people write under the two headings that decide, one line each: enough to act on, or not.

`phrases/<aspect>_<standing>.txt`. A line to add costs nothing; one that fails belongs there before the rule that makes it pass.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.include.changes.test_completeness import standing

FILES = sorted(Path(__file__).with_name("phrases").glob("*.txt"))
NAMES = {"rollback": "Rollback", "validation": "Post-implementation validation"}


@pytest.mark.parametrize("form", ["## {name}\n\n{line}\n", "{name} plan: {line}\n", "<html><h2>{name}</h2><p>{line}</p></html>"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_phrases(path: Path, form: str) -> None:
    aspect, _, expected = path.stem.partition("_")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 40
    wrong = [line for line in lines if standing(form.format(name=NAMES[aspect], line=line), aspect) != expected]
    assert not wrong
