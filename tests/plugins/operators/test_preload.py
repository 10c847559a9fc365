"""What is imported beforehand is a favour, never a condition."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_h10_a_broken_catalogue_does_not_take_the_plugin_and_its_intake_along(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text("- {name: [")
    code = "from plugins.holdpoint_plugin import HoldpointPlugin; print(HoldpointPlugin().fastapi_apps[-1]['url_prefix'])"
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AIRFLOW_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    env |= {"HOLDPOINT_PRELOAD": "1", "HOLDPOINT_CONFIG": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("/holdpoint"), done.stderr[-2000:]
