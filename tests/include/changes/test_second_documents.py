"""Documents of a second author: the rules keep what they have learned from them."""

from __future__ import annotations

import pytest

from include.changes.claims import set_aside
from include.changes.completeness import completeness
from include.changes.kind import change_type
from include.changes.places import lay_out
from include.changes.read import read_notes
from tests.include.changes.second_documents import EXPECTED, FOLDER


def verdicts(name: str) -> dict[str, str]:
    layout = lay_out(set_aside(read_notes((FOLDER / name).read_bytes()))[0])
    found = {each.name: each.standing.value for each in completeness(layout)}
    return {"rollback": found["rollback"], "validation": found["validation"], "type": change_type(layout)[0].value}


def test_every_document_has_its_verdicts_and_a_reason() -> None:
    assert {path.name for path in FOLDER.iterdir()} - {"README.md", "expected.yaml"} == set(EXPECTED)
    for expected in EXPECTED.values():
        assert set(expected) == {"rollback", "validation", "type", "why"}
        assert {expected["rollback"], expected["validation"]} <= {"present", "empty", "missing"}
        assert expected["type"] in {"standard", "normal", "emergency", "unknown"}


@pytest.mark.parametrize("verdict", ["rollback", "validation", "type"])
def test_the_second_documents(verdict: str) -> None:
    found = {name: verdicts(name)[verdict] for name in EXPECTED}
    wrong = {name: f"{found[name]}, not {each[verdict]}" for name, each in EXPECTED.items() if found[name] != each[verdict]}
    print(f"{verdict}: {len(EXPECTED) - len(wrong)} of {len(EXPECTED)} right; wrong: {wrong or 'none'}")
    assert len(wrong) <= len(EXPECTED) // 10, wrong  # the same measure as for the first thirty


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_nothing_is_called_present_that_is_not(name: str) -> None:
    """The worse mistake by far: a reader would not look again."""
    found = verdicts(name)
    for verdict in ("rollback", "validation"):
        assert found[verdict] != "present" or EXPECTED[name][verdict] == "present"
