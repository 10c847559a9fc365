from __future__ import annotations

import pytest

from include.script_review.rules.powershell.secret_on_command_line import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    "text",
    [
        "net user bob $p /add",
        "net.exe user bob $plain",
        "net use Z: \\\\srv\\share $p /user:corp\\bob",
        "net use \\\\srv\\share $p /user:bob",
        "net use Z: \\\\srv\\share $p",
        "schtasks /create /tn a /ru bob /rp $p",
        "cmdkey /add:srv /user:bob /pass:$p",
        "psexec \\\\srv -u bob -p $p cmd",
        "sqlcmd -S srv -U sa -P $p",
        "docker login -u bob -p $p",
        "Start-Process net -ArgumentList 'user bob', $p",
        'cmd /c "cmdkey /add:srv /user:bob /pass:$p"',
        "& $tool --password $password",
    ],
)
def test_a_secret_is_given(text: str) -> None:
    assert found(RULE, text) == [(1, "high")]


@pytest.mark.parametrize(
    "text",
    [
        "net user bob",
        "net user bob /delete",
        "net user bob *",
        "net use Z: \\\\srv\\share",
        "net use \\\\srv\\share /persistent:yes",
        "net use \\\\srv\\share * /user:bob",
        "net use Z: \\\\srv\\share 2>$null",
        "net use Z: /delete",
        "schtasks /create /tn a /ru bob /rp *",
        "cmdkey /list",
        "sqlcmd -S srv -E",
        "docker login -u bob --password-stdin",
        "& $tool --password-file $path",
        "Set-ADAccountPassword bob -NewPassword $p",
        "# net user bob x /add",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
