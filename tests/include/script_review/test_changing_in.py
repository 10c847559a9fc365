from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from include.script_review.changing_in import changing_in
from tests.include.script_review.report.kit import partly, review, reviewed

SCRIPT = b"function Remove-Old { Remove-ADUser -Identity $Name }\n"


def file(path: str, data: bytes = SCRIPT, looked: str = "full", **changes: object):
    share = 1.0 if looked == "full" else 0.0
    return reviewed(path, digest=hashlib.sha256(data).hexdigest(), coverage=partly(share, looked), **changes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.ps1", "b.ps1", "a.Tests.ps1"):
        (tmp_path / name).write_bytes(SCRIPT)
    (tmp_path / "c.py").write_text("import os\nos.remove('x')\n")
    return tmp_path


def test_what_was_reviewed_and_says_the_same(folder: Path):
    python = file("c.py", (folder / "c.py").read_bytes(), "text", language="python")
    now = review(file("a.ps1"), file("b.ps1", b"was something else"), file("a.Tests.ps1"), python)
    assert [(each.path, each.function) for each in changing_in([folder], now)] == [("a.ps1", "Remove-Old"), ("c.py", "")]


@pytest.mark.parametrize("looked", ["none", "text"])
def test_what_the_review_could_not_parse_is_not_parsed_here(folder: Path, looked: str):
    assert changing_in([folder], review(file("a.ps1", looked=looked))) == []


def test_nothing_reviewed_nothing_read(tmp_path: Path):
    assert changing_in([tmp_path / "none"], review()) == []
