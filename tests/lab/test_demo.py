"""The demonstration's own order: one at a time, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contracts.errors import Conflict
from lab import demo
from lab.people import People


def test_a_second_one_does_not_delete_the_first_ones_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    folder = tmp_path / "var" / "demo"
    kept = folder / "airflow" / "airflow.db"
    kept.parent.mkdir(parents=True)
    kept.write_text("in use")
    with demo._alone(folder), pytest.raises(Conflict):
        demo.demo()
    assert kept.exists()


def test_what_is_left_is_ended_though_airflow_could_not_be(tmp_path: Path) -> None:
    ended = []

    class Fails:
        def stop(self, grace_s: float) -> None:
            raise ArithmeticError

    class Estate:
        def stop(self) -> None:
            ended.append("estate")

    with pytest.raises(ArithmeticError):
        demo.Scene(tmp_path, Estate(), Fails(), People(tmp_path)).stop()  # type: ignore[arg-type]
    assert ended == ["estate"]
