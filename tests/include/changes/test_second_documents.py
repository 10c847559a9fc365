"""Documents of a second author: the rules keep what they have learned from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.changes.claims import set_aside
from include.changes.completeness import completeness
from include.changes.kind import change_type
from include.changes.places import lay_out
from include.changes.read import read_notes
from tests.include.changes.second_documents import EXPECTED, FOLDERS, expected


def verdicts(path: Path) -> dict[str, str]:
    layout = lay_out(set_aside(read_notes(path.read_bytes()))[0])
    found = {each.name: each.standing.value for each in completeness(layout)}
    return {"rollback": found["rollback"], "validation": found["validation"], "type": change_type(layout)[0].value}


@pytest.mark.parametrize(("folder", "count"), [*zip(FOLDERS, (40, 20), strict=True)])
def test_every_document_has_its_verdicts_and_a_reason(folder: Path, count: int) -> None:
    rows = expected(folder)
    assert len(rows) == count
    assert {path.name for path in folder.iterdir()} - {"README.md", "expected.yaml"} == set(rows)
    for row in rows.values():
        assert set(row) == {"rollback", "validation", "type", "why"}
        assert {row["rollback"], row["validation"]} <= {"present", "empty", "missing"}
        assert row["type"] in {"standard", "normal", "emergency", "unknown"}


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("verdict", ["rollback", "validation", "type"])
def test_the_second_authors_documents(verdict: str, folder: Path) -> None:
    rows = expected(folder)
    found = {name: verdicts(folder / name)[verdict] for name in rows}
    wrong = {name: f"{found[name]}, not {row[verdict]}" for name, row in rows.items() if found[name] != row[verdict]}
    print(f"{verdict}: {len(rows) - len(wrong)} of {len(rows)} right; wrong: {wrong or 'none'}")
    assert len(wrong) <= len(rows) // 10, wrong  # the same measure as for the first thirty


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name)
def test_nothing_is_called_present_that_is_not(path: Path) -> None:
    """The worse mistake by far: a reader would not look again."""
    found = verdicts(path)
    for verdict in ("rollback", "validation"):
        assert found[verdict] != "present" or EXPECTED[path][verdict] == "present"
