from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.script_review.units import MAX_MEMBERS, is_test, units


def test_a_module_is_one_unit_and_loose_scripts_are_one_a_folder() -> None:
    found = {
        one.root: one.members for one in units(["m/A.psm1", "m/Public/b.ps1", "m/Private/c.ps1", "x/d.ps1", "x/y/e.ps1", "f.ps1"])
    }
    assert found == {
        "": ("f.ps1",),
        "m": ("m/A.psm1", "m/Private/c.ps1", "m/Public/b.ps1"),
        "x": ("x/d.ps1",),
        "x/y": ("x/y/e.ps1",),
    }


def test_tests_inside_beside_and_by_name() -> None:
    paths = [
        "m/A.psd1",
        "m/a.ps1",
        "m/tests/a.Tests.ps1",
        "t/far.Tests.ps1",
        "o/far.ps1",
        "o/far.sh",
        "o/test/x.bats",
        "t/test_o.py",
    ]
    found = {one.root: one for one in units(paths)}
    assert found["m"].tests == ("m/tests/a.Tests.ps1",)
    assert found["o"].tests == ("o/test/x.bats", "t/far.Tests.ps1")
    assert found["o"].paths == ("o/far.ps1", "o/far.sh", "o/test/x.bats", "t/far.Tests.ps1")


def test_a_large_folder_is_looked_at_in_parts() -> None:
    found = units(f"{at:04}.ps1" for at in range(MAX_MEMBERS * 2 + 1))
    assert [len(one.members) for one in found] == [MAX_MEMBERS, MAX_MEMBERS, 1]


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("a/B.Tests.PS1", True),
        ("x.bats", True),
        ("test_x.py", True),
        ("x_test.py", True),
        ("test_x.ps1", False),
        ("tests.ps1", False),
    ],
)
def test_what_holds_tests(path: str, test: bool) -> None:
    assert is_test(path) is test


PATHS = st.lists(st.text("ab/.TestsPpm1_\n", max_size=12), max_size=12)


@given(PATHS)
def test_every_path_is_a_member_of_exactly_one(paths: list[str]) -> None:
    members = [path for one in units(paths) for path in one.members]
    assert sorted(members) == sorted(set(paths))
