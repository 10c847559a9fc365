"""What doctor looks at: this installation's folders, the interpreter's path, and a host project when one is named."""

from __future__ import annotations

import configparser
import os
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from include.store.location import REPOSITORY

TOPS = ("include", "plugins")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """`root` holds our `dags/`, `include/` and `plugins/`; `host` is an Airflow project that they shall be laid over."""

    root: Path = REPOSITORY
    host: Path | None = None
    at: datetime = field(default_factory=_now)
    search_path: tuple[str, ...] = field(default_factory=lambda: tuple(sys.path))

    @property
    def today(self) -> date:
        return self.at.date()

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """All Python files below our `include/` and `plugins/`, relative to the root, sorted."""
        return python_files(self.root, TOPS)

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """The folders those files stand in, relative to the root: packages, each of them, without an `__init__.py`."""
        return tuple(sorted({parent for file in self.files for parent in file.parents if parent != Path()}))

    @cached_property
    def other_roots(self) -> tuple[Path, ...]:
        """The other folders that modules are looked for in and that have an `include` or a `plugins` of their own."""
        entries = dict.fromkeys(Path(entry or ".").resolve() for entry in (*self.search_path, *python_path()))
        return tuple(path for path in entries if path != self.root.resolve() and any((path / top).is_dir() for top in TOPS))

    @cached_property
    def plugin_folders(self) -> tuple[Path, ...]:
        """Our `plugins/`, and the folder that Airflow loads plugins from where that is another."""
        home = os.environ.get("AIRFLOW_HOME")
        named = airflow_setting("core", "plugins_folder") or (f"{home}/plugins" if home else None)
        airflow = Path(named).expanduser() if named else None
        folders = [self.root / "plugins", *([airflow] if airflow and airflow.is_dir() else [])]
        return tuple({folder.resolve(): folder for folder in folders}.values())


def python_files(root: Path, tops: tuple[str, ...]) -> tuple[Path, ...]:
    """Python files below these folders of `root`, relative to it, sorted; nothing compiled, nothing hidden."""
    found = (path.relative_to(root) for top in tops for path in (root / top).rglob("*.py"))
    return tuple(sorted(path for path in found if not any(part.startswith((".", "__pycache__")) for part in path.parts)))


def python_path() -> tuple[str, ...]:
    """The entries of PYTHONPATH; empty when it is not set."""
    return tuple(os.environ.get("PYTHONPATH", "").split(os.pathsep)) if os.environ.get("PYTHONPATH") else ()


def airflow_setting(section: str, key: str) -> str | None:
    """A setting of Airflow's, from its environment variable, else from `airflow.cfg`; None when neither has it.

    Read without Airflow, so that doctor works where Airflow does not.
    """
    if value := os.environ.get(f"AIRFLOW__{section}__{key}".upper()):
        return value
    home = os.environ.get("AIRFLOW_HOME")
    file = os.environ.get("AIRFLOW_CONFIG") or (f"{home}/airflow.cfg" if home else None)
    if not file:
        return None
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(Path(file).expanduser(), encoding="utf-8")
        return parser.get(section, key, fallback=None)
    except (configparser.Error, UnicodeDecodeError, OSError):
        return None
