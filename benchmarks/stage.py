"""A lab and an Airflow for benchmarks, with further DAGs and a further plugin beside ours."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lab.airflow import ROOT
from lab.demo import Scene


@contextmanager
def stage(extra: Mapping[str, str] | None = None) -> Iterator[Scene]:
    """Everything running; ended at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        for room in ("dags", "plugins"):
            (folder / room).mkdir()
            for source in [*(ROOT / room).glob("*.py"), *(ROOT / "benchmarks" / room).glob("*.py")]:
                shutil.copy(source, folder / room / source.name)
        scene = Scene.build(folder / "scene")
        scene.airflow.extra = {
            **scene.airflow.extra,
            "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder / "plugins"),
            "BENCH_BARE_DB": str(folder / "bare.db"),
            **(extra or {}),
        }
        try:
            scene.start()
            yield scene
        finally:
            scene.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
