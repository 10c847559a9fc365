"""All checks, in the order in which their findings are shown; a check that stands in no list fails the completeness test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import HoldpointError
from include.doctor import (
    catalogue,
    change_desks,
    connections,
    layout,
    manifest,
    ownership,
    people,
    plugin_folder,
    repositories,
    reviews,
    runbooks,
    runtime,
    spelling,
    storage,
)
from include.doctor.finding import Finding, Level, error, raised
from include.doctor.surroundings import Surroundings

CHECKS: tuple[Callable[[Surroundings], Iterable[Finding]], ...] = (
    layout.check_search_path,
    layout.check_packages,
    layout.check_second_copy,
    layout.check_collisions,
    plugin_folder.check_plugin_folder,
    plugin_folder.check_host_plugin_folder,
    spelling.check_spelling,
    runtime.check_assertions,
    runtime.check_bytecode,
    storage.check_store,
    storage.check_checkpoints,
    storage.check_heartbeat,
    storage.check_base_url,
)
CATALOGUE_CHECKS: tuple[Callable[[Catalogue, Surroundings], Iterable[Finding]], ...] = (
    ownership.check_tools,
    ownership.check_workflows,
    ownership.check_raci_rows,
    manifest.check_manifest,
    runbooks.check_runbooks,
    connections.check_sources,
    connections.check_channels,
    connections.check_reads,
    change_desks.check_change_desks,
    repositories.check_repositories,
    people.check_on_call,
    people.check_shifts_end,
    people.check_accounts,
    reviews.check_reviews,
    reviews.check_grants_end,
)
_ORDER = {level: number for number, level in enumerate(Level)}


def examine(here: Surroundings) -> tuple[Finding, ...]:
    """Run every check: errors first, then in the order of the checks. A check that breaks is a finding, and stops no other."""
    found: list[Finding] = []
    for check in CHECKS:
        found += _run(check.__name__, lambda check=check: check(here))  # type: ignore[misc]
    loaded, problems = catalogue.loaded()
    found += problems
    if loaded is not None:
        for catalogue_check in CATALOGUE_CHECKS:
            found += _run(catalogue_check.__name__, lambda check=catalogue_check: check(loaded, here))  # type: ignore[misc]
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.level]))


def _run(name: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except HoldpointError as problem:
        yield raised("doctor", name, problem)
    except Exception as broken:  # doctor is asked when things are broken; it must not be one of them
        yield error(
            "doctor", name, f"the check itself failed: {type(broken).__name__}", "run it with Python's -X dev and report it"
        )
