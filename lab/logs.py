"""JSON log lines: one object a line, so that a reader needs no pattern for the frame, only for the message.

    {"at": "2026-03-01T09:15:02.123Z", "level": "info|warning|error", "service": …, "message": …, "trace": …, further fields}

`trace` is the 32 hex digits of the W3C trace id, or "" on lines that belong to no request. Files rotate at 10 MB, two are kept.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

_MAX_BYTES = 10_000_000
_KEPT = 2


def utc_text(seconds: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC, with milliseconds and a `Z`."""
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _JsonLines(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": utc_text(record.created),
            "level": record.levelname.lower(),
            "service": self._service,
            "message": record.getMessage(),
            "trace": "",
            **getattr(record, "fields", {}),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


class JsonLog:
    """The log of one process.

    `log.error("payment failed", trace=…, upstream="shop-payments")`: the message is constant text, what varies is a field.
    """

    def __init__(self, service: str, path: Path) -> None:
        handler = RotatingFileHandler(path, maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8")
        handler.setFormatter(_JsonLines(service))
        self._logger = logging.Logger(service, logging.INFO)  # its own, so that no root configuration doubles lines
        self._logger.addHandler(handler)

    def info(self, message: str, **fields: object) -> None:
        self._logger.info("%s", message, extra={"fields": fields})

    def warning(self, message: str, **fields: object) -> None:
        self._logger.warning("%s", message, extra={"fields": fields})

    def error(self, message: str, **fields: object) -> None:
        self._logger.error("%s", message, extra={"fields": fields})
