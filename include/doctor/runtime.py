"""How Python itself was started."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

from include.doctor.finding import Finding, error, warning
from include.doctor.surroundings import Surroundings

AREA = "runtime"


def check_assertions(here: Surroundings) -> Iterator[Finding]:
    """`-O` removes assertions, and libraries that check signatures rely on them."""
    del here
    if sys.flags.optimize or os.environ.get("PYTHONOPTIMIZE"):
        yield error(
            AREA, "python -O", "assertions are switched off, and with them checks we rely on", "unset PYTHONOPTIMIZE, drop -O"
        )


def check_bytecode(here: Surroundings) -> Iterator[Finding]:
    """Compiled bytecode is there, or at least may be written; else every task compiles every import anew."""
    if not (os.environ.get("PYTHONDONTWRITEBYTECODE") or sys.dont_write_bytecode):
        return
    if not all(Path(cache_from_source(str(here.root / file))).exists() for file in here.files):
        yield warning(
            AREA,
            "PYTHONDONTWRITEBYTECODE",
            "set, and our modules are not compiled: every task process compiles them again",
            f"unset it, or run: python -m compileall -q {here.root / 'include'} {here.root / 'plugins'} {here.root / 'dags'}",
        )
