"""A repository of the catalogue, opened: the token that reads it comes from the Airflow connection that its row names."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import ConfigError
from include.contracts.repository import Repository as Row
from include.script_review.repository.fetch import Credentials
from include.script_review.repository.remote import RemoteRepository
from include.script_review.repository.remote import open_repository as open_where
from include.script_review.repository.repository import Repository

ANY_USER = "x-access-token"  # GitHub takes any name beside a token


def open_repository(catalogue: Catalogue, name: str) -> Repository | RemoteRepository:
    """The repository of that name; nothing is fetched before a commit is asked for.

    :raises NotFound: the catalogue has no such row, or the folder does not exist
    """
    row = catalogue.repository(name)
    return open_where(row.where, branch=row.branch, credentials=_credentials(row))


def _credentials(row: Row) -> Callable[[str], Credentials | None]:
    def ask(url: str) -> Credentials | None:
        """Read when something is fetched, and shown to the host that the connection names, if it names one."""
        return None if row.conn_id is None else _of_connection(row.conn_id, url)

    return ask


def _of_connection(conn_id: str, url: str) -> Credentials:
    from airflow.sdk import BaseHook

    try:
        connection = BaseHook.get_connection(conn_id)
    except Exception:  # the kinds of error differ by process; what matters is that it is not there
        raise ConfigError(
            f"The connection {conn_id} does not exist.", next_step="add it in Airflow, with the token as its password"
        ) from None
    if not connection.password:
        raise ConfigError(f"The connection {conn_id} has no token.", next_step="set the token as its password")
    host = (connection.host or "").removeprefix("https://").strip("/").lower()
    if host.removeprefix("api.") not in ("", (urlsplit(url).hostname or "").lower()):
        raise ConfigError(
            f"The connection {conn_id} is for another host than the repository.", next_step="correct it or repositories.yaml"
        )
    return Credentials(connection.login or ANY_USER, connection.password)
