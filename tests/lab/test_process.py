"""A process of the lab never outlives its supervisor, not even one that was gone before it looked."""

from __future__ import annotations

import os
import subprocess
import sys
import time

PROGRAM = """
from lab.process import prepare, wait_for_stop
prepare()
wait_for_stop()
"""


def test_a_process_whose_supervisor_is_gone_already_ends() -> None:
    started = subprocess.Popen([sys.executable, "-c", PROGRAM], env={**os.environ, "SUPERVISOR_ENABLED": "1"})
    try:  # our parent is pytest, which is no supervisor
        assert started.wait(timeout=30) in (0, -15)
    finally:
        started.kill()


def test_without_a_supervisor_it_waits_for_its_signal() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SUPERVISOR_ENABLED"}
    started = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)
    try:
        time.sleep(1.5)
        assert started.poll() is None
    finally:
        started.terminate()
        started.wait(timeout=30)
