from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.doctor.finding import Level
from include.doctor.ownership import check_raci_rows
from include.doctor.repositories import check_repositories
from include.doctor.surroundings import Surroundings
from tests.git_kit import Made

WHERE = "where: lab/repos/shop-orders"
HOOK = "review: both\n  github: acme/scripts\n  webhook_env: HOLDPOINT_SECRET_TRIED"


def test_a_folder_that_is_not_there_is_a_warning(
    catalogue: Any, here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path))
    (finding,) = check_repositories(catalogue, here)
    assert (finding.level, finding.subject) == (Level.WARNING, "repositories.yaml (shop-orders)")
    assert "lab/repos/shop-orders does not exist" in finding.problem
    made = Made(tmp_path / "lab" / "repos" / "shop-orders")
    (finding,) = check_repositories(catalogue, here)
    assert "no commit at 'refs/heads/main'" in finding.problem
    made.commit({"a.ps1": b"1"})
    assert list(check_repositories(catalogue, here)) == []


def test_a_webhook_without_its_secret_is_named(
    edited: Callable[..., Any], here: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    remote = ("repositories.yaml", WHERE, "where: https://github.com/acme/scripts.git")
    assert list(check_repositories(edited(remote), here)) == []
    hooked = edited(remote, ("repositories.yaml", "review: nightly", HOOK))
    (finding,) = check_repositories(hooked, here)
    assert "set HOLDPOINT_SECRET_TRIED" in finding.next_step
    monkeypatch.setenv("HOLDPOINT_SECRET_TRIED", "a secret")
    assert list(check_repositories(hooked, here)) == []


def test_h13_the_token_that_reads_it_needs_somebody_accountable(edited: Callable[..., Any], here: Surroundings):
    before = list(check_raci_rows(edited(), here))
    row = ("repositories.yaml", "review: nightly", "review: nightly\n  conn_id: a_token_of_its_own")
    found = [finding for finding in check_raci_rows(edited(row), here) if finding not in before]
    nobody = any(finding.subject == "credential a_token_of_its_own" for finding in found)
    covered = edited().accountable("credential", "a_token_of_its_own") is not None
    assert nobody is not covered
