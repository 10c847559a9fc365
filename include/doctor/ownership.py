"""Everything has an owner (H13): tools, workflows, and what the RACI rows still speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import RaciKind
from include.contracts.tools import TOOLS
from include.doctor.finding import Finding, error, warning
from include.doctor.surroundings import Surroundings
from include.policy.ownership import tool_problems

AREA = "ownership"
OTHER_CREDENTIALS = ("holdpoint_store", "holdpoint_airflow")  # the store's own, and reconcile's for Airflow's audit log
_TAGGED = re.compile(r"""\btags=\[[^]]*["']holdpoint["']""")


def check_tools(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Somebody holds each tool's owner role, is accountable for it and for its credential."""
    del here
    for contract in TOOLS.values():
        for problem in tool_problems(catalogue, contract):
            subject, _, text = problem.partition(": ")
            yield error(AREA, subject, text, "add it to the catalogue; ./holdpoint contracts check shows all tools")


def check_workflows(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Each DAG file has a RACI row."""
    for name in _workflows(here):
        if catalogue.accountable(RaciKind.WORKFLOW, name) is None:
            yield error(
                AREA, f"workflow {name}", "nobody is accountable for it", f"add {{kind: workflow, name: {name}, …}} to raci.yaml"
            )


def check_raci_rows(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Each RACI row speaks of something that exists; a row for what is gone hides that nobody looks after its successor."""
    users = {f"the channel {row.name}": row.conn_id for row in catalogue.channels.values()}
    users |= {f"the approval source {row.name}": row.conn_id for row in catalogue.approval_sources.values()}
    users |= {f"the change desk {row.name}": row.conn_id for row in catalogue.change_desks}
    users |= {f"the repository {row.name}": row.conn_id for row in catalogue.repositories.values()}
    known: dict[RaciKind, set[str | None]] = {
        RaciKind.WORKFLOW: set(_workflows(here)),
        RaciKind.TOOL: set(TOOLS),
        RaciKind.CREDENTIAL: {contract.conn_id for contract in TOOLS.values()} | {*users.values(), *OTHER_CREDENTIALS},
    }
    for row in catalogue.raci:
        if row.name != "*" and row.kind in known and row.name not in known[row.kind]:
            yield warning(
                AREA, f"raci.yaml ({row.kind}:{row.name})", f"there is no {row.kind} of that name", "correct or delete the row"
            )
    for user, conn_id in users.items():
        if conn_id and catalogue.accountable(RaciKind.CREDENTIAL, conn_id) is None:
            yield error(
                AREA,
                f"credential {conn_id}",
                f"{user} uses it and nobody is accountable for it",
                f"add {{kind: credential, name: {conn_id}, …}} to raci.yaml",
            )


def _workflows(here: Surroundings) -> list[str]:
    """The names of our DAG files: those with the tag `holdpoint`; a host project's stand beside them."""
    files = sorted((here.root / "dags").glob("*.py"))
    return [path.stem for path in files if _TAGGED.search(path.read_text(encoding="utf-8", errors="replace"))]
