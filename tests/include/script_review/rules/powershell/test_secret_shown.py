from __future__ import annotations

import pytest

from include.script_review.rules.powershell.secret_shown import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    "text",
    [
        "Write-Host $password",
        'Write-Verbose "key: $apiKey"',
        'Write-Log -Message "logon with $($Password)"',
        "$password | Out-File out.txt",
        "Write-Output $password",
        "function Show-It { Write-Host $password }",
        "Add-Content log.txt $clientSecret",
        "Write-Output $cred.GetNetworkCredential().Password",
        "Write-Host ([Runtime.InteropServices.Marshal]::PtrToStringAuto($p)) # password",
        '$plain = $c.GetNetworkCredential().Password; Write-Host "it is $plain"',
        'Write-Host "${env:API_TOKEN} auth_token $accessKey"',
    ],
)
def test_a_secret_is_shown(text: str) -> None:
    assert found(RULE, text) == [(1, "high")]


@pytest.mark.parametrize(
    "text",
    [
        "Write-Host 'password set'",
        'Write-Host "the length is $($password.Length)"',
        "Write-Verbose $credential.UserName",
        "Write-Verbose $credential",
        "Write-Host $passwordPolicy",
        "Write-Host $user # $password",
        "Write-Host '$password'",
        "function New-Password { Write-Output $password }",
        'Write-Host "`$password"',
        "Set-Content $keyPath $text",
        "$x = $password",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
