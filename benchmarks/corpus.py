"""Real scripts to measure with: those inside a package of the index, unpacked into `var/` and never imported or run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PACKAGE = "ansible==12.3.0"  # its collections for Windows are some two hundred PowerShell modules
HOME = Path(__file__).parents[1] / "var/bench/packages"


def scripts(*endings: str) -> list[Path]:
    """The files with these endings, sorted; fetched once."""
    if not HOME.is_dir():
        print(f"fetching {PACKAGE} for its scripts", flush=True)
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", str(HOME), PACKAGE]
        subprocess.run(command, check=True)
    found = sorted(path for path in HOME.rglob("*") if path.suffix in endings and path.is_file())
    if not found:
        raise SystemExit(f"no scripts in {HOME}: remove the folder to have it fetched again")
    return found
