"""Laid over somebody's Airflow project, both still load; and doctor refuses the layouts in which they could not.

The ways of laying it over are those of docs/install.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from include.doctor import layout, plugin_folder, spelling
from include.doctor.finding import Level
from include.doctor.surroundings import Surroundings
from tests.architecture.host_project import DAG_IDS, FILES, PLUGINS, lay_over, make_host, vendor
from tests.architecture.trees import ROOT, copy_tree

OUR_DAGS = {path.stem for path in (ROOT / "dags").glob("*.py")}
CHECKS = (
    layout.check_search_path,
    layout.check_packages,
    layout.check_second_copy,
    layout.check_collisions,
    plugin_folder.check_plugin_folder,
    plugin_folder.check_host_plugin_folder,
    spelling.check_spelling,
)


def refused(here: Surroundings) -> list[str]:
    """The subjects of doctor's errors."""
    return [finding.subject for check in CHECKS for finding in check(here) if finding.level is Level.ERROR]


# -- What works --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["laid_over", "vendored"])
def test_both_load(way: str, request: pytest.FixtureRequest):
    loaded = request.getfixturevalue(way)
    assert loaded.found["dag_errors"] == {}
    assert loaded.found["plugin_errors"] == {}
    assert set(loaded.found["dags"]) == DAG_IDS | OUR_DAGS
    assert loaded.found["dags"]["host_report"] == ["HostOperator"]
    assert {name.split()[0] for name in loaded.found["plugins"]} == PLUGINS | {"holdpoint"}


def test_the_consoles_pages_travel_with_its_code(laid_over):
    for folder in ("templates", "static"):
        ours = {path.name for path in (ROOT / "plugins/console" / folder).iterdir()}
        assert ours == {path.name for path in (laid_over.host / "plugins/console" / folder).iterdir()}
        assert len(ours) > 3


def test_beside_the_host_nothing_of_ours_is_executed_under_a_bare_name(vendored):
    assert set(vendored.bare) == {Path(name).stem for name in FILES if name.startswith("plugins/")}


def test_doctor_accepts_what_was_copied(laid_over, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", str(laid_over.host))
    assert refused(Surroundings(root=laid_over.host, search_path=(str(laid_over.host),))) == []


def test_doctor_accepts_what_lies_beside(vendored, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(vendored.host), str(vendored.ours)]))
    monkeypatch.setenv("AIRFLOW__CORE__PLUGINS_FOLDER", str(vendored.host / "plugins"))
    here = Surroundings(root=vendored.ours, search_path=(str(vendored.host), str(vendored.ours)))
    assert refused(here) == []
    assert list(plugin_folder.check_plugin_folder(here)) == []


def test_doctor_accepts_the_host_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert refused(Surroundings(root=ROOT, search_path=(), host=make_host(tmp_path / "their project"))) == []


# -- What cannot work: Python shows that it cannot, and doctor says so beforehand --------------------------------------


def python(code: str, path: list[Path]) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, path))}
    return subprocess.run([sys.executable, "-P", "-c", code], env=env, capture_output=True, text=True, check=False)


def write(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


BESIDE: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a regular package include": (
        lambda host: write(host / "include/__init__.py"),
        "import include.contracts.errors",
        "include/__init__.py",
    ),
    "a regular package plugins": (
        lambda host: write(host / "plugins/__init__.py"),
        "import plugins.hooks.store",
        "plugins/__init__.py",
    ),
    "a regular package further down": (
        lambda host: write(host / "plugins/hooks/__init__.py"),
        "import plugins.hooks.store",
        "plugins/hooks/__init__.py",
    ),
    "a module named like a folder of ours": (
        lambda host: write((host / "include/store").rename(host / "include/moved").with_name("store.py")),
        "import include.store.ids",
        "include/store.py",
    ),
    "a module with the path of ours": (
        lambda host: write(host / "include/contracts/base.py", "x = 1"),
        "from include.contracts.base import Contract",
        "include/contracts/base.py",
    ),
    "a second copy of ours": (
        lambda host: write(copy_tree(host, ("include",)) / "include/store/ids.py", "old = 1"),
        "from include.store.ids import new_id",
        "",
    ),
}


@pytest.mark.parametrize(("spoil", "imports", "subject"), BESIDE.values(), ids=BESIDE)
def test_beside_a_host_that_hides_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None], imports: str, subject: str
):
    host = make_host(tmp_path / "their project")
    ours = vendor(host)
    assert python(imports, [host, ours]).returncode == 0
    spoil(host)
    assert "Error" in python(imports, [host, ours]).stderr
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(host), str(ours)]))
    assert str(host / subject) in refused(Surroundings(root=ours, search_path=(str(host), str(ours))))


def test_without_the_root_on_pythonpath(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    host = lay_over(make_host(tmp_path / "their project"))
    assert "ModuleNotFoundError" in python("import include.contracts.errors", [host / "dags", host / "plugins"]).stderr
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(host / "dags"), str(host / "plugins")]))
    assert refused(Surroundings(root=host, search_path=())) == ["PYTHONPATH"]


def test_imported_without_the_top_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    host = lay_over(make_host(tmp_path / "their project"))
    twice = "import hooks.store, plugins.hooks.store\nassert hooks.store is plugins.hooks.store"
    assert "AssertionError" in python(twice, [host, host / "plugins"]).stderr
    write(host / "dags/theirs.py", "from hooks.store import store_url\n")
    monkeypatch.setenv("PYTHONPATH", str(host))
    assert refused(Surroundings(root=host, search_path=())) == [f"{host / 'dags/theirs.py'}:1"]


def test_without_our_ignore_file(without_ignore_file, monkeypatch: pytest.MonkeyPatch):
    host = without_ignore_file.host
    monkeypatch.setenv("PYTHONPATH", str(host))
    assert refused(Surroundings(root=host, search_path=())) == [str(host / "plugins/.airflowignore")]


def test_a_host_whose_files_a_copy_would_overwrite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    host = make_host(tmp_path / "their project")
    write(host / "dags/reconcile.py", "x = 1")
    write(host / "include/cli.py", "x = 1")
    write(host / "plugins/.airflowignore", "drafts/\n")
    write(host / "include/__init__.py")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    expected = ["dags/reconcile.py", "include/__init__.py", "include/cli.py", "plugins/.airflowignore"]
    assert sorted(refused(Surroundings(root=ROOT, search_path=(), host=host))) == [str(host / name) for name in expected]
