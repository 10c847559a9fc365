from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import include.doctor.registry as registry
from include.contracts.errors import ConfigError
from include.doctor.finding import Finding, Level, info, warning
from include.doctor.surroundings import Surroundings

FOLDER = Path(registry.__file__).parent


def test_every_check_is_registered():
    modules = [import_module(f"include.doctor.{path.stem}") for path in sorted(FOLDER.glob("*.py"))]
    checks = {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("check_") and function.__module__ == module.__name__
    }
    registered = [*registry.CHECKS, *registry.CATALOGUE_CHECKS]
    assert checks == set(registered)
    assert len(registered) == len(set(registered)) == 28


def test_a_good_tree_has_no_error(here: Surroundings):
    assert [finding for finding in registry.examine(here) if finding.level is Level.ERROR] == []


def test_a_catalogue_that_does_not_load_stops_only_its_own_checks(here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOLDPOINT_CONFIG", "/nowhere")
    findings = registry.examine(here)
    assert findings[0].area == "catalogue"
    assert {"store", "ledger"} <= {finding.area for finding in findings}
    assert "people" not in {finding.area for finding in findings}


def test_errors_come_first_and_a_broken_check_stops_no_other(here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    def remarks(_: Surroundings) -> Iterator[Finding]:
        yield info("a", "first", "p", "n")
        yield warning("a", "second", "p", "n")

    def breaks(_: Surroundings) -> Iterator[Finding]:
        yield warning("b", "before it broke", "p", "n")
        raise ZeroDivisionError

    def complains(_: Surroundings) -> Iterator[Finding]:
        raise ConfigError("It is wrong.", next_step="correct it")

    monkeypatch.setattr(registry, "CHECKS", (remarks, breaks, complains))
    monkeypatch.setattr(registry, "CATALOGUE_CHECKS", ())
    assert [(f.level.value, f.subject, f.problem) for f in registry.examine(here)] == [
        ("error", "breaks", "the check itself failed: ZeroDivisionError"),
        ("error", "complains", "It is wrong."),
        ("warning", "second", "p"),
        ("warning", "before it broke", "p"),
        ("info", "first", "p"),
    ]
