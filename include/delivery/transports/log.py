"""The process's log: always there, and the last resort. Only ids go in, because logs are read by everybody (H12)."""

from __future__ import annotations

import logging

from include.delivery.transports.base import Endpoint, Letter

log = logging.getLogger("holdpoint.page")


def send(letter: Letter, endpoint: Endpoint | None) -> None:
    del endpoint
    log.warning("page for %s: %s", letter.recipient, letter.mark)
