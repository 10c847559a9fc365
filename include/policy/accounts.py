"""An account in another system as a person of the catalogue."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person
from include.contracts.errors import Denied

AIRFLOW = "airflow"


def person_of_account(catalogue: Catalogue, system: str, account: str) -> Person:
    """The one person whose account this is; Denied for an account that no person has."""
    for person in catalogue.people.values():
        if any(own.system == system and own.id == account for own in person.accounts):
            return person
    raise Denied(
        f"The {system} account {account!r} belongs to no person of the catalogue.",
        next_step=f"add it to the person's accounts in people.yaml: {{system: {system}, id: …}}",
    )
