"""Is telemetry on, and where does it go? Off unless the environment names an endpoint; asking costs next to nothing.

HOLDPOINT_OTLP_ENDPOINT       a collector of Holdpoint's own, `http(s)://host:4318`; goes before the next two
OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT
                              the standard's: the whole address, or what `/v1/traces` is added to
Spans leave by OTLP over HTTP. Where the standard's variables say that the collector there speaks something else, nothing is sent.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

_PATH = "/v1/traces"
OWN, WHOLE, BASE = "HOLDPOINT_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"
PROTOCOLS = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"
HTTP = "http/protobuf"


def endpoint(environ: Mapping[str, str] = os.environ) -> str | None:
    """The address that spans are posted to; None where telemetry is off."""
    own, whole, base = environ.get(OWN), environ.get(WHOLE), environ.get(BASE)
    if not (own or whole or base) or _disabled(environ):
        return None
    if not own and _protocol(environ) != HTTP:
        return None
    found = (own.rstrip("/") + _PATH) if own else whole or (str(base).rstrip("/") + _PATH)
    return found if found.startswith(("http://", "https://")) else None


def _disabled(environ: Mapping[str, str]) -> bool:
    """The standard's own ways to say no."""
    off = environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return off or environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none"


def _protocol(environ: Mapping[str, str]) -> str:
    return next((said for name in PROTOCOLS if (said := environ.get(name, "").strip().lower())), HTTP)
