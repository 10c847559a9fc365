from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.contracts.production import ToolEntry
from include.doctor.finding import Level
from include.doctor.manifest import check_manifest
from include.doctor.surroundings import Surroundings
from include.holds.manifest import manifest_of
from tests.holds_kit import Kit, make_kit

(OURS,) = manifest_of("lab").tools


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kit:
    made = make_kit(tmp_path / "a kit")
    monkeypatch.setenv("HOLDPOINT_TRUST", str(made.folder / "trust"))
    return made


def found(catalogue: Any, here: Surroundings) -> list[tuple[Level, str]]:
    return [(finding.level, finding.subject) for finding in check_manifest(catalogue, here)]


def test_without_a_trust_folder_nothing_can_be_planned_and_nothing_is_wrong(catalogue: Any, here: Surroundings):
    assert found(catalogue, here) == [(Level.INFO, "tools.json")]


def test_the_writers_tools_are_ours(catalogue: Any, here: Surroundings, kit: Kit):
    assert found(catalogue, here) == []


@pytest.mark.parametrize(
    "entry", [OURS.model_copy(update={"digest": "0" * 64}), ToolEntry(name="reboot_host", version=1, digest=OURS.digest)]
)
def test_h03_a_tool_that_is_another_is_an_error(catalogue: Any, here: Surroundings, kit: Kit, entry: ToolEntry):
    kit.seal_tools(tools=(entry,))
    assert found(catalogue, here) == [(Level.ERROR, f"tools.json ({entry.name})")]


def test_a_manifest_that_nobody_signed_is_an_error(catalogue: Any, here: Surroundings, kit: Kit):
    (kit.folder / "trust" / "tools.json").write_text("{}")
    assert found(catalogue, here) == [(Level.ERROR, "HOLDPOINT_TRUST")]
