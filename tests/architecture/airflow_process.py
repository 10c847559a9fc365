"""Start a probe with a real Airflow: its own home, an SQLite that is never made, an environment with nothing of ours in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROBES = Path(__file__).with_name("probes")


def probe(name: str, *arguments: str | Path, home: Path, pythonpath: list[Path], **environ: str) -> Any:
    """Run `probes/<name>.py` to its end and return what it printed."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AIRFLOW_HOME": str(home),
        "PYTHONPATH": os.pathsep.join(map(str, pythonpath)),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRIES": "77",  # what a DAG leaves to the default shows
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        **environ,
    }
    done = subprocess.run(
        [sys.executable, "-P", str(PROBES / f"{name}.py"), *map(str, arguments)],
        env=env,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])
