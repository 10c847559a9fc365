"""All of it together: findings with lines and questions, gravest first."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.changes.assess import assess
from include.changes.read import read_notes
from tests.include.changes.documents import document

CATALOGUE = load_catalogue(EXAMPLE, "")


def test_a_document_of_the_shop() -> None:
    found = assess(read_notes(document("20-payments-pool-size.md")), CATALOGUE)
    rules = {finding.rule: finding for finding in found.findings}
    assert (found.rollback.value, found.validation.value, found.type.value) == ("empty", "missing", "normal")
    assert rules["rollback-empty"].line == 37
    assert rules["rollback-empty"].asks.endswith("?")
    assert "quoted and ignored" in rules["instructs-an-assistant"].says
    assert "Approved by CAB" in rules["claims-approval"].says
    assert {row.service for row in found.affected} == {"shop-payments", "shop-orders"}
    assert found.window is not None
    assert found.window.start is not None
    assert found.window.start.isoformat() == "2026-12-01T05:30:00+00:00"


def test_gravest_first() -> None:
    order = [finding.severity.value for finding in assess(read_notes("x"), CATALOGUE).findings]
    assert order == sorted(order, key=["blocker", "warning", "info"].index)
    assert order[0] == "blocker"


def test_every_blocker_and_warning_about_the_document_asks_something() -> None:
    for name in ("13-change-template-export.txt", "26-storage-volume-move.md"):
        for finding in assess(read_notes(document(name)), CATALOGUE).findings:
            assert finding.asks.endswith("?") or finding.rule in ("claims-approval", "instructs-an-assistant")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400))
def test_no_text_crashes_it(text: str) -> None:
    assess(read_notes(f"x{text}"), CATALOGUE)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*document("02-switch-uplink-mop.md").decode().split("\n"), "Window: 06/12/2026 9am", "Rollback:", "h2. Steps"]
        ),
        max_size=40,
    )
)
def test_no_order_of_lines_crashes_it(lines: list[str]) -> None:
    assess(read_notes("x\n" + "\n".join(lines)), CATALOGUE)
