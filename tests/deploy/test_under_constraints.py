from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.deploy.compose import REPOSITORY

SCRIPT = REPOSITORY / "deploy" / "under_constraints.py"


@pytest.fixture(scope="module")
def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("under_constraints", SCRIPT)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_the_hosts_pin_stands_and_ours_fills_the_rest(module: ModuleType) -> None:
    overlay = "# a comment\npandas==3.1.1\nrfc8785==0.1.4   # via us\n"
    assert module.under(overlay, "pandas==2.3.3\nother==1\n") == ["pandas", "rfc8785==0.1.4"]


@pytest.mark.parametrize("host", ["ruamel.yaml==0.18.1", "Ruamel_YAML==0.18.1", "ruamel-yaml == 0.18.1 ; python_version>'3'"])
def test_names_are_compared_as_pip_compares_them(host: str, module: ModuleType) -> None:
    assert module.under("ruamel-yaml==0.19.1", host) == ["ruamel-yaml"]


def test_extras_stay(module: ModuleType) -> None:
    assert module.under("psycopg[binary]==3.3.9", "") == ["psycopg[binary]==3.3.9"]
    assert module.under("psycopg[binary]==3.3.9", "psycopg==3.2") == ["psycopg[binary]"]


def test_a_name_that_only_begins_alike_is_another_package(module: ModuleType) -> None:
    assert module.under("pandas==3.1.1", "pandas-stubs==2.3") == ["pandas==3.1.1"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


def test_it_reads_our_overlay(tmp_path: Path) -> None:
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("pytest==8.0.0\n")
    done = run(str(REPOSITORY / "requirements-overlay.txt"), str(constraints))
    assert done.returncode == 0, done.stderr
    assert "pytest" in done.stdout.splitlines()
    assert any(line.startswith("great-expectations==") for line in done.stdout.splitlines())


def test_garbage_is_an_error_and_prints_no_requirements(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("<html>not found</html>\n")
    for arguments in ([str(empty), str(empty)], [str(tmp_path / "missing"), str(empty)], []):
        done = run(*arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr
