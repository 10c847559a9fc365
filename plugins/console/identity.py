"""Airflow's login as a person of the catalogue. A cookie or a token may look, never vote."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person
from include.policy.accounts import AIRFLOW, person_of_account


class SignedOut(Exception):
    """Nobody is signed in to Airflow; `login` is the address of its login page."""

    def __init__(self, login: str) -> None:
        super().__init__("not signed in")
        self.login = login


def person_of(catalogue: Catalogue, user: Any) -> Person:
    """The person whose Airflow account this is; Denied for an account that no person has."""
    return person_of_account(catalogue, AIRFLOW, account_of(user))


def account_of(user: Any) -> str:
    return str(user.get_name())


def bearer(request: Request) -> str | None:
    """The token of an `Authorization: Bearer` header, as scripts send it; None where the cookie is to decide."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


async def signed_in(request: Request) -> Any:
    """Airflow's user behind this request, by header or cookie; SignedOut where there is none."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.core_api.security import get_user

    token = bearer(request)
    said = HTTPAuthorizationCredentials(scheme="Bearer", credentials=token) if token is not None else None
    try:
        return await get_user(request, None, said)
    except HTTPException as error:
        back = str(request.url) if request.method == "GET" else str(request.base_url)
        raise SignedOut(get_auth_manager().get_url_login(next_url=back)) from error
