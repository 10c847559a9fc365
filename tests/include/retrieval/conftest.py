"""A catalogue with labels, services and grants of a test's own, and runbook files written for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.catalogue.catalogue import Catalogue
from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.catalogue import ClassificationLevel, Grant

TOOL = "query_approved_runbook"
FIELDS: dict[str, Any] = {
    "owner": "maya",
    "approved": {"by": "tomas", "on": "2026-01-05"},
    "services": ["*"],
    "reviewed": "2026-10-05",
    "review_interval_days": 180,
    "classification": "internal",
}


def _catalogue(
    labels: Iterable[str] = ("public", "internal", "security", "restricted"),
    services: Iterable[str] = ("shop-frontend", "shop-orders", "shop-payments"),
    grants: Mapping[str, Iterable[tuple[Iterable[str], Iterable[str]]]] | None = None,
) -> Catalogue:
    """:param grants: principal -> (labels, services) of each of its grants; None for the example's grants"""
    example = load_catalogue(EXAMPLE, "")
    service = example.service("shop-orders")
    tables = {
        **example.tables,
        "classifications": tuple(
            ClassificationLevel(name=name, rank=rank, meaning=name, owner="maya") for rank, name in enumerate(labels)
        ),
        "services": tuple(service.model_copy(update={"name": name}) for name in services),
    }
    if grants is not None:
        tables["grants"] = tuple(
            Grant(
                name=f"grant-{number}",
                owner="maya",
                principals=(principal,),
                tools=(TOOL,),
                services=tuple(where),
                environments=("*",),
                classifications=tuple(what),
                reviewed=date(2026, 10, 5),
                review_interval_days=180,
            )
            for number, (principal, what, where) in enumerate((p, *one) for p, several in grants.items() for one in several)
        )
    return replace(example, tables=tables)


def _page(name: str, body: str = "## Symptoms\n\nIt fails.\n", **fields: Any) -> str:
    """A runbook file's text; a field given as None is left out."""
    meta = {"name": name, "title": f"Title of {name}", **FIELDS, **fields}
    front = yaml.safe_dump({key: value for key, value in meta.items() if value is not None}, allow_unicode=True, sort_keys=False)
    return f"---\n{front}---\n{body}"


@pytest.fixture(scope="session")
def make_catalogue() -> Callable[..., Catalogue]:
    return _catalogue


@pytest.fixture(scope="session")
def page() -> Callable[..., str]:
    return _page


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of runbooks, in a path with a space, that HOLDPOINT_RUNBOOKS names; HOLDPOINT_HOME is beside it."""
    runbooks = tmp_path / "our runbooks %20?x=1"
    runbooks.mkdir()
    monkeypatch.setenv("HOLDPOINT_RUNBOOKS", str(runbooks))
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path / "holdpoint home"))
    monkeypatch.delenv("HOLDPOINT_STORE", raising=False)
    return runbooks


@pytest.fixture
def write(folder: Path, page: Callable[..., str]) -> Callable[..., Path]:
    def write_page(name: str, body: str = "## Symptoms\n\nIt fails.\n", **fields: Any) -> Path:
        path = folder / f"{name}.md"
        path.write_text(page(name, body, **fields), encoding="utf-8")
        return path

    return write_page
