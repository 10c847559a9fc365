from __future__ import annotations

import pytest

from include.script_review.changing import Changing
from include.script_review.report.reverse import reverses, without_reverse


def of(*commands: str, path: str = "a.ps1", function: str = "f") -> Changing:
    return Changing(path, "powershell", function, 1, commands)


@pytest.mark.parametrize(
    ("command", "reverse"),
    [
        ("Remove-ADUser", {"add-aduser", "new-aduser"}),
        ("Stop-Service", {"start-service"}),
        ("systemctl stop", {"systemctl start"}),
        ("Set-Item", set()),
        ("Clear-Disk", set()),
        ("rm", set()),
        ("", set()),
        ("-", set()),
    ],
)
def test_reverses(command: str, reverse: set[str]):
    assert reverses(command) == reverse


def test_a_change_whose_reverse_is_in_the_file_needs_no_question():
    assert list(without_reverse([of("Stop-Service"), of("start-SERVICE", function="g")])) == []


def test_the_reverse_in_another_file_does_not_count():
    found = list(without_reverse([of("Stop-Service"), of("Start-Service", path="b.ps1")]))
    assert [each.path for each, _ in found] == ["a.ps1", "b.ps1"]


def test_only_what_has_no_reverse_is_named_and_each_once():
    (found,) = without_reverse([of("Stop-Service", "Remove-Item", "Start-Service", "Remove-Item")])
    assert found[1] == ("Remove-Item",)
