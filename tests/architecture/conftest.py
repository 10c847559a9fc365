from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.airflow_process import probe
from tests.architecture.host_project import lay_over, make_host, vendor


@dataclass(frozen=True)
class Loaded:
    """A host project with ours in it; `ours` is our root; `found` is what a real Airflow made of it."""

    host: Path
    ours: Path
    found: dict[str, Any]

    @property
    def bare(self) -> dict[str, str]:
        """What Airflow's plugin loader executed under a bare name, and from which file."""
        return {name: file for name, file in self.found["modules_after_plugins"].items() if "." not in name}


def load(host: Path, ours: Path) -> Loaded:
    home = host.parent / "airflow home"
    home.mkdir()
    dags = [host / "dags"] if ours == host else [host / "dags", ours / "dags"]
    roots = [host] if ours == host else [host, ours]
    found = probe("load_project", *dags, home=home, pythonpath=roots, AIRFLOW__CORE__PLUGINS_FOLDER=str(host / "plugins"))
    return Loaded(host, ours, found)


@pytest.fixture(scope="session")
def laid_over(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """Ours copied into the host's folders."""
    host = lay_over(make_host(tmp_path_factory.mktemp("overlay") / "their project"))
    return load(host, host)


@pytest.fixture(scope="session")
def vendored(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """Ours beside the host, in a folder of its own."""
    host = make_host(tmp_path_factory.mktemp("vendored") / "their project")
    return load(host, vendor(host))


@pytest.fixture(scope="session")
def without_ignore_file(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """Ours copied, but for the file that a careless copy loses."""
    host = lay_over(make_host(tmp_path_factory.mktemp("careless") / "their project"))
    (host / "plugins" / ".airflowignore").unlink()
    return load(host, host)
