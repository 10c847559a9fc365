"""Documents of a third author, who had not read the rules: the rules keep what they have learned from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.include.changes.second_documents import expected
from tests.include.changes.test_second_documents import verdicts

HERE = Path(__file__).parent
FOLDERS = (HERE / "documents_fourth", HERE / "documents_fifth", HERE / "documents_sixth")
EXPECTED = {folder / name: row for folder in FOLDERS for name, row in expected(folder).items()}


@pytest.mark.parametrize(("folder", "count"), [*zip(FOLDERS, (30, 15, 12), strict=True)])
def test_every_document_has_its_verdicts_and_a_reason(folder: Path, count: int) -> None:
    rows = expected(folder)
    assert len(rows) == count
    assert {path.name for path in folder.iterdir()} - {"README.md", "expected.yaml"} == set(rows)
    for row in rows.values():
        assert set(row) == {"rollback", "validation", "type", "why"}
        assert {row["rollback"], row["validation"]} <= {"present", "empty", "missing"}
        assert row["type"] in {"standard", "normal", "emergency", "unknown"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("verdict", ["rollback", "validation", "type"])
def test_the_third_authors_documents(verdict: str, folder: Path) -> None:
    rows = expected(folder)
    found = {name: verdicts(folder / name)[verdict] for name in rows}
    wrong = {name: f"{found[name]}, not {row[verdict]}" for name, row in rows.items() if found[name] != row[verdict]}
    print(f"{verdict}: {len(rows) - len(wrong)} of {len(rows)} right; wrong: {wrong or 'none'}")
    assert len(wrong) <= len(rows) // 10, wrong


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name)
def test_nothing_is_called_present_that_is_not(path: Path) -> None:
    found = verdicts(path)
    for verdict in ("rollback", "validation"):
        assert found[verdict] != "present" or EXPECTED[path][verdict] == "present"
