"""The one dependency of every page: who looks, under which catalogue, at which store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from include.catalogue.catalogue import Catalogue
from include.catalogue.loader import load_catalogue
from include.contracts.catalogue import Person
from include.store.database import Store
from plugins.console import identity
from plugins.console.services import ready


@dataclass(frozen=True)
class Visit:
    """One person's request. `account` is the person's in Airflow; `by_token`: a script's, which may look and not write."""

    request: Request
    person: Person
    account: str
    by_token: bool
    catalogue: Catalogue
    store: Store

    @property
    def root(self) -> str:
        return root_of(self.request)

    def full_name(self, person: str) -> str:
        """A person's name for people; the short one where they left the catalogue."""
        known = self.catalogue.people.get(person)
        return known.full_name if known is not None else person


async def visit(request: Request) -> Visit:
    """SignedOut without a login; Denied for an account that no person of the catalogue has."""
    user = await identity.signed_in(request)
    running = await ready()
    catalogue = load_catalogue()
    person = identity.person_of(catalogue, user)
    by_token = identity.bearer(request) is not None
    made = Visit(request, person, identity.account_of(user), by_token, catalogue, running.store)
    request.state.holdpoint_visit = made  # for a page that says what went wrong
    return made


def root_of(request: Request) -> str:
    """Where the console is mounted, `/holdpoint` (behind a path of Airflow's own, that too). No slash at its end."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def visit_of(request: Request) -> Visit | None:
    """The request's visit; None where nobody is known to be signed in."""
    found = getattr(request.state, "holdpoint_visit", None)
    return found if isinstance(found, Visit) else None


Visiting = Annotated[Visit, Depends(visit)]
