"""Real programs for the tests that need them: what is there is used, what is missing is installed from Debian by root."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

_POLICY = Path("/usr/sbin/policy-rc.d")  # Debian's own way to say that an installation starts no service


def program(name: str, *packages: str) -> str:
    """The path of a program; where it is missing, root installs its packages; else the test is skipped by name."""
    found = shutil.which(name) or (_installed(name, packages) if _may_install() else None)
    if found is None:
        pytest.skip(f"{name} is not installed: apt-get install --no-install-recommends {' '.join(packages)}")
    return found


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


@cache
def _installed(name: str, packages: tuple[str, ...]) -> str | None:
    print(f"installing {' '.join(packages)} from Debian's packages", flush=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    made = not _POLICY.exists()
    if made:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    try:
        for command in (install, ["apt-get", "update", "-qq"], install):
            done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=600)
            if done.returncode == 0 and shutil.which(name):
                break
    finally:
        if made:
            _POLICY.unlink()
    return shutil.which(name)
