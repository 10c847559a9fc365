from __future__ import annotations

import pytest

from include.script_review.powershell.records import is_record, keeps_records, kept, records
from tests.include.script_review.powershell.kit import command, script


@pytest.mark.parametrize(
    "text",
    [
        "Write-Verbose x",
        "Add-Content a b",
        "Start-Transcript",
        "Write-Log x",
        "Write-CustomLog x",
        "Add-LogEntry x",
        "Log x",
    ],
)
def test_a_record(text: str) -> None:
    assert is_record(command(text))


@pytest.mark.parametrize("text", ["Write-Host x", "Get-Log", "Clear-EventLog x", "Read-Log", "Write-Catalogue x"])
def test_none(text: str) -> None:
    assert not is_record(command(text))


@pytest.mark.parametrize("text", ["Remove-Item x -Verbose", "reg delete x > log.txt", "sc.exe stop x 2> err.txt"])
def test_a_command_that_says_what_it_does(text: str) -> None:
    assert records(script(text).commands)


@pytest.mark.parametrize("text", ["Remove-Item x -Verbose:$false", "reg delete x > $null", "reg delete x 2>&1", "Remove-Item x"])
def test_a_command_that_does_not(text: str) -> None:
    assert not records(script(text).commands)


def test_a_record_by_what_is_called_or_by_a_transcript() -> None:
    text = "function A { B; Remove-Item x }\nfunction B { C }\nfunction C { Write-Verbose y }\nfunction D { Remove-Item x }"
    assert [kept(one) for one in script(text).functions] == [True, True, True, False]
    assert kept(script(f"Start-Transcript\n{text}").functions[3])


def test_helpers_that_write_the_log() -> None:
    model = script("function Write-Log { }\nfunction Clear-Log { }\nfunction Write-Host2 { }")
    assert [keeps_records(one) for one in model.functions] == [True, False, False]


def test_a_long_name_takes_no_square_time() -> None:
    assert not is_record(command("write" + "-log" * 20_000 + "x"))
