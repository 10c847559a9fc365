"""Channel endpoints outside Airflow: from the same environment variables that Airflow reads its connections from."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from include.contracts.errors import ConfigError
from include.delivery.transports.base import Endpoint

Endpoints = Callable[[str], Endpoint]


def from_environment(conn_id: str) -> Endpoint:
    """The connection in `AIRFLOW_CONN_<ID>`, as JSON or as a URI; ConfigError when it is not there or not readable."""
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    text = os.environ.get(variable)
    if not text:
        raise ConfigError(f"The connection {conn_id!r} is not defined here.", next_step=f"set {variable}")
    try:
        return from_fields(json.loads(text)) if text.lstrip().startswith("{") else _from_uri(text)
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigError(f"{variable} is not a connection.", next_step="use Airflow's JSON form") from error


def from_fields(fields: dict[str, object]) -> Endpoint:
    """Airflow's connection fields: conn_type, host, port, login, password, schema, extra."""
    extra = fields.get("extra") or {}
    if isinstance(extra, str):
        extra = json.loads(extra)
    if not isinstance(extra, dict):
        raise ValueError("extra is not an object")
    texts = {str(key): str(value) for key, value in extra.items()}
    port = fields.get("port")
    host = str(fields.get("host") or "")
    url = texts.get("url") or (host if "://" in host else "")
    return Endpoint(
        host=host,
        port=int(str(port)) if port else None,
        login=str(fields.get("login") or ""),
        password=str(fields.get("password") or ""),
        url=url,
        extra=texts,
    )


def _from_uri(text: str) -> Endpoint:
    parts = urlsplit(text)
    url = text if parts.scheme in {"http", "https"} else ""
    return Endpoint(
        host=parts.hostname or "",
        port=parts.port,
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        url=url,
    )
