"""The lab's fix: what is proposed is what the supervisor says, and a vote that was not refused is a fault of ours."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from include.contracts.errors import Denied
from lab import fix, repositories


def _done(status: int, stderr: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess([], status, "", stderr)


def test_a_vote_that_was_taken_is_no_refusal() -> None:
    assert fix.require_refused(_done(4, "holdpoint: Refused by the rule independence\n")).endswith("independence")
    for status in (0, 1, 2):
        with pytest.raises(Denied):
            fix.require_refused(_done(status))


def test_the_configuration_of_before_is_found(tmp_path: Path) -> None:
    repository = tmp_path / "shop-orders"
    repositories.create_history(repository, "shop-orders", {"port": 1})
    before = repositories.deployed(repository)
    repositories.deploy(repository, before | {"payments_url": "http://127.0.0.1:9"}, message="Break it", author=repositories.INES)
    assert repositories.previous(repository) == before
