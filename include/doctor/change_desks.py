"""Where draft change requests go: is the connection there, and is it shown that the account behind it cannot approve?"""

from __future__ import annotations

import os
from collections.abc import Iterator

from include.catalogue.catalogue import Catalogue
from include.contracts.change_desk import ChangeDesk
from include.contracts.errors import ConfigError, Denied, HoldpointError
from include.delivery.change_drafts.filing import require_no_power
from include.delivery.change_drafts.registry import SYSTEMS
from include.delivery.endpoints import from_environment
from include.doctor.finding import Finding, Level, info, raised, warning
from include.doctor.surroundings import Surroundings

AREA = "change desks"


def check_change_desks(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Each desk outside is asked what its account may do; a read, nothing is written there."""
    for desk in catalogue.change_desks:
        if desk.kind in SYSTEMS:
            yield from _desk(desk, here)


def _desk(desk: ChangeDesk, here: Surroundings) -> Iterator[Finding]:
    subject = f"change_desks.yaml ({desk.name})"
    try:
        endpoint = from_environment(str(desk.conn_id))
    except ConfigError as problem:
        wrong = os.environ.get(f"AIRFLOW_CONN_{str(desk.conn_id).upper()}")
        if wrong:
            yield raised(AREA, subject, problem)
        else:
            told = f"not probed: {problem.message}"
            yield warning(AREA, subject, told, f"{problem.next_step}, here too; Airflow may have it, and each filing probes it")
        return
    try:
        probe = SYSTEMS[desk.kind](desk, endpoint).probe()
        require_no_power(desk, probe, here.today)
    except Denied as problem:
        yield raised(AREA, subject, problem)
    except HoldpointError as problem:
        yield Finding(Level.ERROR, AREA, subject, f"not probed: {problem.message}", problem.next_step)
    else:
        if probe.state == "not_probed" and desk.accept_unprobed is not None:
            by = desk.accept_unprobed
            told = f"not probed: {probe.reason}; accepted by {by.accepted_by}: {by.reason}"
            yield warning(AREA, subject, told, "let the account read its own roles or permissions, then delete accept_unprobed")
        for power, why in desk.tolerates.items():
            yield info(AREA, subject, f"its account may have {power}: {why}", "give it less, then delete the row of tolerates")
