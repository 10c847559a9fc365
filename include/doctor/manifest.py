"""The writer's tool manifest: without one, or with another tool than this installation's, no change can be planned."""

from __future__ import annotations

from collections.abc import Iterator

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import HoldpointError
from include.doctor.finding import Finding, info, raised
from include.doctor.surroundings import Surroundings
from include.holds.drawn import Tools
from include.holds.trust import TrustRoots

AREA = "tools"
SUBJECT = "tools.json"


def check_manifest(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Each tool of the manifest is here, exactly so."""
    del here
    try:
        manifest = TrustRoots.load(catalogue).tools
    except HoldpointError as problem:
        yield raised(AREA, "HOLDPOINT_TRUST", problem)
        return
    if manifest is None:
        yield info(
            AREA,
            SUBJECT,
            "no signed tool manifest is known here, so no change can be planned",
            "where changes are proposed or released, put tools.json and tools.pub into HOLDPOINT_TRUST; see docs/plans.md",
        )
        return
    known = Tools.of(manifest, manifest.environment)
    for entry in manifest.tools:
        try:
            known.find(entry.name)
        except HoldpointError as problem:
            yield raised(AREA, f"{SUBJECT} ({entry.name})", problem)
