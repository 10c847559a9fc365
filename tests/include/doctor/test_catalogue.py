from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from include.catalogue.loader import EXAMPLE
from include.doctor.catalogue import loaded
from include.doctor.finding import Level


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "config"
    shutil.copytree(EXAMPLE, copy)
    monkeypatch.setenv("HOLDPOINT_CONFIG", str(copy))
    return copy


def test_the_example_loads():
    catalogue, findings = loaded()
    assert catalogue is not None
    assert findings == ()


def test_each_problem_is_a_finding_of_its_own(folder: Path):
    text = (folder / "services.yaml").read_text(encoding="utf-8")
    (folder / "services.yaml").write_text(
        text.replace("tier: 1", "tier: 9").replace("owner: tomas", "owner: nobody"), encoding="utf-8"
    )
    catalogue, findings = loaded()
    assert catalogue is None
    assert {finding.level for finding in findings} == {Level.ERROR}
    assert [finding.subject for finding in findings] == [f"services.yaml row {row} (shop-{name})" for row, name in enumerate(
        ("frontend", "orders", "payments"), 1)]  # fmt: skip
    assert all("tier" in finding.problem and finding.next_step for finding in findings)


def test_a_dangling_reference(folder: Path):
    text = (folder / "services.yaml").read_text(encoding="utf-8")
    (folder / "services.yaml").write_text(text.replace("owner: tomas", "owner: nobody"), encoding="utf-8")
    ((finding,),) = (loaded()[1],)
    assert finding.subject == "services.yaml (shop-orders)"
    assert "'nobody'" in finding.problem


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[", b"- {name: x", b"a: 1", b"- &a [*a]"])
def test_garbage_is_a_finding(folder: Path, content: bytes):
    (folder / "grants.yaml").write_bytes(content)
    catalogue, findings = loaded()
    assert catalogue is None
    assert any("grants.yaml" in finding.subject + finding.problem for finding in findings)


def test_a_folder_that_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOLDPOINT_CONFIG", "/nowhere/at all")
    catalogue, (finding,) = loaded()
    assert catalogue is None
    assert "/nowhere/at all" in finding.problem
