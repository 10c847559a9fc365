from __future__ import annotations

import pytest

from include.script_review.rules.powershell.unproven_server import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    "text",
    [
        "[System.Net.ServicePointManager]::ServerCertificateValidationCallback = {$true}",
        "[Net.ServicePointManager]::ServerCertificateValidationCallback = { return $true }",
        "[Net.ServicePointManager]::ServerCertificateValidationCallback = { param($a, $b) $true }",
        "irm $u -SkipCertificateCheck",
        "[Net.ServicePointManager]::ServerCertificateValidationCallback = { param($a, $b) return $true }",
        "[Net.ServicePointManager]::ServerCertificateValidationCallback = [TrustAll]::Make()",
        "New-PSSessionOption -SkipCACheck",
        "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Ssl3",
        "[Net.ServicePointManager]::SecurityProtocol = 'Tls'",
    ],
)
def test_the_server_is_not_proven(text: str) -> None:
    assert found(RULE, text) == [(1, "medium")]


@pytest.mark.parametrize(
    "text",
    [
        "[Net.ServicePointManager]::ServerCertificateValidationCallback = $null",
        "# ServerCertificateValidationCallback = { $true }",
        "irm $u -SkipCertificateCheck:$false",
        "[Net.ServicePointManager]::ServerCertificateValidationCallback = { param($a, $b) $b.Verify() }",
        "[Net.ServicePointManager]::ServerCertificateValidationCallback = [Pinned]::Make()",
        "[Net.ServicePointManager]::SecurityProtocol = 'Tls12'",
        "[Net.ServicePointManager]::SecurityProtocol = 'Tls, Tls11, Tls12'",
        "[Net.ServicePointManager]::SecurityProtocol -bor 3072",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
