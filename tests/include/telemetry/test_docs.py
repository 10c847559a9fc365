"""docs/telemetry.md says what the code says: its tables are compared, cell by cell."""

from __future__ import annotations

import re
from pathlib import Path

from include.store.running_counts import PIECE
from include.telemetry import export
from include.telemetry.attributes import ATTRIBUTES, ERROR, OPERATION, WORKFLOW
from include.telemetry.metrics import METRICS
from include.telemetry.stages import STAGES
from include.telemetry.switch import BASE, OWN, PROTOCOLS, WHOLE

TEXT = (Path(__file__).parents[3] / "docs/telemetry.md").read_text(encoding="utf-8")


def table(first: str) -> list[list[str]]:
    """The rows of the table whose first column has that title."""
    found = re.search(rf"(?m)^\| {first} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", TEXT)
    assert found, first
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in found[1].splitlines()]


def test_the_attributes() -> None:
    expected = [[f"`{each.name}`", str(each.shape), each.means] for each in (OPERATION, WORKFLOW, ERROR, *ATTRIBUTES.values())]
    assert table("Attribute") == expected


def test_the_metrics() -> None:
    expected = [[f"`{m.name}`", str(m.kind), ", ".join(f"`{label}`" for label in m.labels), m.means] for m in METRICS]
    assert table("Metric") == expected


def test_the_spans() -> None:
    said = {row[0].strip("`").partition(" ")[0] for row in table("Span")}
    assert said == {stage.operation for stage in STAGES}
    assert {row[0].strip("`").partition(" ")[2] for row in table("Span")} - {"", "<tool>"} == {
        stage.workflow for stage in STAGES if stage.operation == "invoke_workflow"
    }


def test_the_variables_and_the_figures() -> None:
    for name in (OWN, WHOLE, BASE, *PROTOCOLS):
        assert f"`{name}" in TEXT
    assert f"a queue of {export.QUEUE}" in TEXT
    assert f"every {export.EVERY_MS / 1000:g} s" in TEXT
    assert f"a post has {export.POST_S:g} s" in TEXT
    assert export.GRACE_S == 0.5
    assert "half a second" in TEXT
    assert f"{PIECE:,} entries" in TEXT
