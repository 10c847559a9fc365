"""Principals as people type them."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from include.catalogue.catalogue import Catalogue
from include.contracts.base import Principal
from include.contracts.errors import BadInput


def principal_named(catalogue: Catalogue, name: str) -> str:
    """A person of the catalogue, or a workflow's name in its form; what it may do, only grants say.

    :raises NotFound: no such person
    :raises BadInput: no name that a workflow could have
    """
    if not name.endswith("@service"):
        return catalogue.person(name).name
    try:
        return str(TypeAdapter(Principal).validate_python(name))
    except ValidationError:
        next_step = "name a person of the catalogue, or a workflow such as incident_triage@service"
        raise BadInput(f"{name[:100]!r} is not a principal.", next_step=next_step) from None
