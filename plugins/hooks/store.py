"""Where Holdpoint's store is: the environment first, else the Airflow connection `holdpoint_store`."""

from __future__ import annotations

import os

CONN_ID = "holdpoint_store"


def store_url() -> str | None:
    """HOLDPOINT_STORE, else the connection's URI, else None: the default file.

    The connection's URI is SQLAlchemy's, kept in the connection's `extra` as `{"url": …}` where it does not fit Airflow's form.
    """
    if url := os.environ.get("HOLDPOINT_STORE"):
        return url
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowRuntimeError

    try:
        connection = BaseHook.get_connection(CONN_ID)
    except (AirflowRuntimeError, Exception):  # not defined: the default file; the kinds of error differ by process
        return None
    return str(connection.extra_dejson.get("url") or connection.get_uri())
