"""Channel endpoints from Airflow's connections. Imported by `operators/low_impact_write.py` alone."""

from __future__ import annotations

from include.contracts.errors import ConfigError
from include.delivery.endpoints import from_fields
from include.delivery.transports.base import Endpoint


def endpoint(conn_id: str) -> Endpoint:
    """The connection as a channel's endpoint; ConfigError when Airflow has none of that id."""
    from airflow.sdk import BaseHook

    try:
        connection = BaseHook.get_connection(conn_id)
    except Exception:  # the kinds of error differ by process; what matters is that it is not there
        raise ConfigError(f"The connection {conn_id!r} is not defined.", next_step="define it in Airflow") from None
    fields = {key: getattr(connection, key) for key in ("host", "port", "login", "password")}
    return from_fields({**fields, "extra": connection.extra_dejson})
