"""Everything has an owner (H13): what has none is a problem, said with the file and the field to fill in."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import RaciKind
from include.contracts.production import ProductionContract
from include.contracts.tool import ToolClass, ToolContract
from include.contracts.tools import TOOLS


def tool_problems(catalogue: Catalogue, contract: ToolContract) -> list[str]:
    """What a tool lacks to be used: somebody in its owner's role, an accountable person, an owned credential, a read-back."""
    found = []
    if not any(contract.owner in person.roles for person in catalogue.people.values()):
        found.append(f"tool {contract.name}: owner: nobody in people.yaml has the role {contract.owner!r}")
    if catalogue.accountable(RaciKind.TOOL, contract.name) is None:
        found.append(f"tool {contract.name}: raci.yaml has no row {{kind: tool, name: {contract.name}}}")
    if contract.conn_id and catalogue.accountable(RaciKind.CREDENTIAL, contract.conn_id) is None:
        found.append(f"tool {contract.name}: raci.yaml has no row {{kind: credential, name: {contract.conn_id}}}")
    if contract.label not in catalogue.classifications:
        found.append(f"tool {contract.name}: label: {contract.label!r} is not in classifications.yaml")
    if isinstance(contract, ProductionContract) and not _reads(contract.read_back):
        found.append(f"tool {contract.name}: read_back: {contract.read_back!r} is no read tool, so nobody could verify it")
    return found


def _reads(name: str) -> bool:
    return name in TOOLS and TOOLS[name].tool_class is ToolClass.READ
