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
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError, ErrorType

    # Only where it is not defined: on any other error the default file would take alerts that nobody else ever looks at.
    try:
        connection = BaseHook.get_connection(CONN_ID)
    except AirflowNotFoundException:
        return None
    except AirflowRuntimeError as error:
        if error.error.error is not ErrorType.CONNECTION_NOT_FOUND:
            raise
        return None
    return str(connection.extra_dejson.get("url") or connection.get_uri())
