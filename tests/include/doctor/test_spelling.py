from __future__ import annotations

from pathlib import Path

import pytest

from include.doctor.spelling import check_spelling
from include.doctor.surroundings import Surroundings
from tests.architecture.trees import Spoiled
from tests.include.doctor.conftest import AT


def found(here: Surroundings) -> set[str]:
    return {finding.subject for finding in check_spelling(here)}


def test_ours_is_silent(here: Surroundings):
    assert found(here) == set()


@pytest.mark.parametrize(
    "code",
    [
        "from operators.base import HoldpointOperator",
        "from operators import base",
        "import operators.base as b",
        "def f():\n    from hooks.read.logs import LogsHook",
        "from contracts.errors import Denied",
        "from store import ledger",
    ],
)
@pytest.mark.parametrize("file", ["dags/theirs.py", "plugins/theirs.py", "include/theirs.py"])
def test_a_module_of_ours_without_its_top_folder(here: Surroundings, spoiled: Spoiled, code: str, file: str):
    spoiled.plant(file, code)
    line = code.count("\n") + 1
    assert found(here) == {f"{here.root / file}:{line}"}


@pytest.mark.parametrize(
    "code",
    [
        "from operators.host_operator import HostOperator",
        "import operator",
        "from store_of_mine import ledger",
        "# from operators.base import x",
        "def f(:\nfrom operators.base import x",
        "from hooks import something_of_theirs",
    ],
)
def test_what_is_the_hosts_own_is_silent(here: Surroundings, spoiled: Spoiled, code: str):
    spoiled.plant("plugins/operators/host_operator.py", "x = 1")
    spoiled.plant("dags/theirs.py", code)
    assert found(here) == set()


def test_a_file_of_the_host_under_two_names(here: Surroundings, spoiled: Spoiled):
    spoiled.plant("plugins/operators/host_operator.py", "x = 1")
    spoiled.plant("dags/theirs.py", "from operators.host_operator import HostOperator")
    spoiled.plant("dags/theirs_too.py", "from plugins.operators.host_operator import HostOperator")
    assert found(here) == {f"{here.root / 'dags/theirs.py'}:1"}


def test_in_a_host_project_before_it_is_laid_over(here: Surroundings, tmp_path: Path):
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "theirs.py").write_text("import operators.base\n", encoding="utf-8")
    assert found(Surroundings(root=here.root, at=AT, search_path=(), host=tmp_path)) == {f"{tmp_path / 'dags/theirs.py'}:1"}
