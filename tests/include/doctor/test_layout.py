from __future__ import annotations

from pathlib import Path

import pytest

from include.doctor.finding import Level
from include.doctor.layout import check_collisions, check_packages, check_search_path, check_second_copy
from include.doctor.surroundings import Surroundings, python_files
from tests.architecture.trees import Spoiled, copy_tree
from tests.include.doctor.conftest import AT

CHECKS = (check_search_path, check_packages, check_second_copy, check_collisions)


def found(here: Surroundings) -> list[str]:
    """The subjects, relative to the test's folder; all of them errors."""
    findings = [finding for check in CHECKS for finding in check(here)]
    assert all(finding.level is Level.ERROR and finding.next_step for finding in findings)
    return [finding.subject for finding in findings]


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another Airflow project with folders named as ours and nothing of ours in them."""
    root = tmp_path / "another project"
    write(root / "include" / "sql_helper.py", "x = 1")
    write(root / "include" / "store" / "warehouse.py", "x = 1")
    write(root / "plugins" / "operators" / "host_operator.py", "x = 1")
    return root


@pytest.fixture
def beside(here: Surroundings, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """Both on the path, and folders that do not matter."""
    monkeypatch.chdir(tmp_path)
    return Surroundings(root=here.root, at=AT, search_path=(*here.search_path, str(other), "/nowhere", ""))


@pytest.fixture
def over(here: Surroundings, other: Path) -> Surroundings:
    """Ours shall be laid over it."""
    return Surroundings(root=here.root, at=AT, search_path=here.search_path, host=other)


def test_good_layouts_are_silent(here: Surroundings, beside: Surroundings, over: Surroundings):
    assert found(here) == []
    assert found(beside) == []
    assert found(over) == []


def test_the_checks_look_at_all_of_our_files(here: Surroundings):
    assert {Path("include/contracts/errors.py"), Path("plugins/operators/base.py")} <= set(here.files)
    assert Path("plugins/operators") in here.folders
    assert python_files(here.root, ("dags",))


@pytest.mark.parametrize("value", [None, "", "/somewhere/else", "{root}/include:{root}/plugins"])
def test_pythonpath_without_the_root(here: Surroundings, monkeypatch: pytest.MonkeyPatch, value: str | None):
    if value is None:
        monkeypatch.delenv("PYTHONPATH")
    else:
        monkeypatch.setenv("PYTHONPATH", value.format(root=here.root))
    assert found(here) == ["PYTHONPATH"]


@pytest.mark.parametrize("value", ["/somewhere/else:{root}", "{root}/", "{root}/include/..:"])
def test_pythonpath_with_the_root_in_another_spelling(
    here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
):
    monkeypatch.chdir(tmp_path)  # an empty entry is the working folder
    monkeypatch.setenv("PYTHONPATH", value.format(root=here.root))
    assert found(here) == []


def test_a_second_copy_in_the_working_folder(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    copy_tree(tmp_path, ("include",))
    monkeypatch.chdir(tmp_path)
    assert found(Surroundings(root=here.root, at=AT, search_path=("", *here.search_path))) == [str(tmp_path)]


def test_the_working_folder_counts_where_pythonpath_says_so(here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(here.root)
    monkeypatch.setenv("PYTHONPATH", ".")
    assert found(here) == []


@pytest.mark.parametrize("top", ["include", "plugins"])
def test_an_init_file_in_our_own_top_folders(here: Surroundings, spoiled: Spoiled, top: str):
    spoiled.plant(f"{top}/__init__.py", "")
    assert found(here) == [str(here.root / top / "__init__.py")]


@pytest.mark.parametrize("top", ["include", "plugins"])
def test_an_init_file_in_a_hosts_top_folders(beside: Surroundings, over: Surroundings, other: Path, top: str):
    init = write(other / top / "__init__.py")
    assert found(beside) == [str(init)]
    assert found(over) == [str(init)]


def test_an_init_file_further_down_hides_ours_from_another_root_but_merges_in_the_same(
    beside: Surroundings, over: Surroundings, other: Path
):
    init = write(other / "plugins" / "operators" / "__init__.py")
    assert found(beside) == [str(init)]
    assert found(over) == []


def test_an_init_file_that_is_ours_too(beside: Surroundings, other: Path):
    assert Path("include/contracts/tools/__init__.py") in beside.files
    write(other / "include" / "own" / "__init__.py")
    assert found(beside) == []


def test_a_module_that_is_named_like_a_folder_of_ours(beside: Surroundings, over: Surroundings, other: Path):
    rival = write(other / "include" / "store.py")
    assert found(beside) == [str(rival)]
    assert found(over) == [str(rival)]


def test_a_module_beside_our_folder_after_copying(here: Surroundings, spoiled: Spoiled):
    spoiled.plant("include/store.py", "")
    assert found(here) == [str(here.root / "include/store.py")]


def test_a_package_that_is_named_like_a_module_of_ours(over: Surroundings, other: Path):
    rival = write(other / "include" / "cli" / "__init__.py")
    assert found(over) == [str(rival)]


@pytest.mark.parametrize("path", ["include/store/ledger.py", "plugins/operators/base.py", "plugins/holdpoint_plugin.py"])
def test_a_host_module_with_the_path_of_ours(beside: Surroundings, over: Surroundings, other: Path, path: str):
    rival = write(other / path, "x = 1")
    assert found(beside) == [str(rival)]
    assert found(over) == [str(rival)]


def test_a_host_dag_with_the_name_of_ours(beside: Surroundings, over: Surroundings, other: Path):
    rival = write(other / "dags" / "reconcile.py", "x = 1")
    assert found(over) == [str(rival)]
    assert found(beside) == []  # nothing imports a DAG file by its path


def test_the_same_file_is_no_collision(over: Surroundings, other: Path):
    write(other / "include/store/ledger.py", (over.root / "include/store/ledger.py").read_text(encoding="utf-8"))
    assert found(over) == []


def test_many_collisions_are_counted_not_listed(over: Surroundings, other: Path):
    for file in over.files[:50]:
        if file.name != "__init__.py":
            write(other / file, "x = 1")
    subjects = found(over)
    assert len(subjects) == 21
    assert subjects[-1] == str(other)


def test_two_copies_of_ours_on_the_path(here: Surroundings, other: Path):
    copy_tree(other, ("include",))
    write(other / "include" / "store" / "ledger.py", "older = True")
    both = Surroundings(root=here.root, at=AT, search_path=(*here.search_path, str(other)))
    assert found(both) == [str(other)]


def test_a_link_to_our_own_root_is_no_second_copy(here: Surroundings, tmp_path: Path):
    link = tmp_path / "link"
    link.symlink_to(here.root, target_is_directory=True)
    assert found(Surroundings(root=here.root, at=AT, search_path=(str(link), str(here.root)), host=link)) == []


def test_a_host_that_has_an_older_copy_of_ours(over: Surroundings, other: Path):
    copy_tree(other, ("include",))
    write(other / "include" / "store" / "ledger.py", "older = True")
    assert found(over) == [str(other / "include/store/ledger.py")]
