"""Everything has an owner (H13): what has none is a problem, said with the file and the field to fill in."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import RaciKind
from include.contracts.tool import ToolContract


def tool_problems(catalogue: Catalogue, contract: ToolContract) -> list[str]:
    """What is missing for a tool to be used: somebody in its owner's role, an accountable person, an owned credential."""
    found = []
    if not any(contract.owner in person.roles for person in catalogue.people.values()):
        found.append(f"tool {contract.name}: owner: nobody in people.yaml has the role {contract.owner!r}")
    if catalogue.accountable(RaciKind.TOOL, contract.name) is None:
        found.append(f"tool {contract.name}: raci.yaml has no row {{kind: tool, name: {contract.name}}}")
    if contract.conn_id and catalogue.accountable(RaciKind.CREDENTIAL, contract.conn_id) is None:
        found.append(f"tool {contract.name}: raci.yaml has no row {{kind: credential, name: {contract.conn_id}}}")
    if contract.label not in catalogue.classifications:
        found.append(f"tool {contract.name}: label: {contract.label!r} is not in classifications.yaml")
    return found
