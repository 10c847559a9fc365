"""Airflow's login as a person of the catalogue. A cookie or a token may look, never vote."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import RedirectResponse

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person
from include.policy.accounts import AIRFLOW, person_of_account


def person_of(catalogue: Catalogue, user: Any) -> Person:
    """The person whose Airflow account this is; Denied for an account that no person has."""
    return person_of_account(catalogue, AIRFLOW, str(user.get_name()))


async def signed_in(request: Request) -> Any:
    """Airflow's user behind this request, by header or cookie; else a redirect to the login page."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
    from airflow.api_fastapi.core_api.security import resolve_user_from_token

    header = request.headers.get("authorization", "")
    token = header[7:].strip() if header.lower().startswith("bearer ") else request.cookies.get(COOKIE_NAME_JWT_TOKEN)
    try:
        return await resolve_user_from_token(token)
    except HTTPException:
        return RedirectResponse(get_auth_manager().get_url_login(next_url=str(request.url)))
