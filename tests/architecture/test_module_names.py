"""No module of ours stands where Python would take it for another's, nor another's for ours.

Airflow puts the plugins folder and the DAG folder on `sys.path`, and executes every Python file that it finds in the plugins
folder under its bare stem, into `sys.modules`: a `plugins/hooks/jwt.py` replaced PyJWT.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.layers import TOPS
from tests.architecture.trees import ROOT, Spoiled, copy_tree

PLUGIN_FILE = "holdpoint_plugin.py"
NO_INIT = ("dags", "include", "plugins")
REGISTRIES = {"include/contracts/tools/__init__.py"}  # the one package that has code of its own in it


@cache
def taken() -> frozenset[str]:
    """The top-level names of the standard library and of every distribution in the environment."""
    return frozenset({*sys.stdlib_module_names, *sys.builtin_module_names, *packages_distributions()})


def problems(root: Path) -> list[str]:
    """What stands in the wrong place or under the wrong name, as `path: why`."""
    found = []
    names = taken()
    for top in TOPS:
        if top in names:
            found.append(f"{top}/: a package of the environment has this name and would win")
    for folder in (root / "plugins", root / "dags"):
        for path in sorted(folder.iterdir()):
            where = path.relative_to(root).as_posix()
            if path.suffix == ".py" and path.stem in names:
                found.append(f"{where}: shadows the module {path.stem}")
            if path.is_dir() and path.name in names:
                found.append(f"{where}/: has the name of a package of the environment")
    found += [
        f"{path.relative_to(root).as_posix()}: Airflow would execute it as a plugin"
        for path in sorted((root / "plugins").glob("*.py"))
        if path.name != PLUGIN_FILE
    ]
    for top in NO_INIT:
        inits = (path.relative_to(root).as_posix() for path in sorted((root / top).rglob("__init__.py")))
        found += [
            f"{name}: makes a regular package, which hides a host's folder of that name"
            for name in inits
            if name not in REGISTRIES
        ]
    return found


def test_every_name_is_free():
    assert problems(ROOT) == []


def test_the_environment_is_really_asked():
    assert {"json", "http", "yaml", "jwt", "pandas", "great_expectations", "airflow", "_thread"} <= taken()


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("plugins/jwt.py", "shadows the module jwt"),
        ("plugins/http.py", "shadows the module http"),
        ("plugins/helper.py", "execute it as a plugin"),
        ("plugins/yaml/x.py", "name of a package"),
        ("plugins/__init__.py", "regular package"),
        ("plugins/operators/__init__.py", "regular package"),
        ("include/__init__.py", "regular package"),
        ("include/store/__init__.py", "regular package"),
        ("dags/statistics.py", "shadows the module statistics"),
        ("dags/pandas.py", "shadows the module pandas"),
        ("dags/__init__.py", "regular package"),
    ],
)
def test_a_name_that_is_taken_is_found(tmp_path: Path, file: str, why: str):
    copy = Spoiled(copy_tree(tmp_path, ("dags", "include", "plugins")))
    copy.plant(file, "x = 1")
    found = problems(copy.root)
    assert any(problem.startswith(file.partition("/x.py")[0]) and why in problem for problem in found), found
    copy.restore()


# -- What Airflow itself executes --------------------------------------------------------------------------------------


def test_airflow_executes_one_file_of_ours_and_the_plugins_of_others(laid_over):
    assert laid_over.found["plugin_errors"] == {}
    assert laid_over.bare == {
        "holdpoint_plugin": "holdpoint_plugin.py",
        "host_plugin": "host_plugin.py",
        "acme_plugin": "acme/hooks/acme_plugin.py",
    }
    assert [name.split()[0] for name in laid_over.found["plugins"]] == ["acme", "holdpoint", "host"]


def test_without_the_ignore_file_it_executes_them_all(without_ignore_file):
    stems = {path.stem for folder in ("console", "hooks", "operators") for path in (ROOT / "plugins" / folder).rglob("*.py")}
    assert len(stems & set(without_ignore_file.bare)) > 10
    assert "base" in without_ignore_file.bare


def test_nothing_of_ours_is_loaded_under_two_names(laid_over):
    ours = {path.relative_to(ROOT / "plugins").as_posix() for path in (ROOT / "plugins").rglob("*.py")}
    names = [name for name, file in laid_over.found["modules"].items() if file in ours and file != PLUGIN_FILE]
    assert names
    assert all(name.startswith("plugins.") for name in names)
