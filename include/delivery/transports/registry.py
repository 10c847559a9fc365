"""Every transport, by the channel kind that uses it."""

from __future__ import annotations

from include.delivery.transports import file, log, smtp, webhook
from include.delivery.transports.base import Transport

TRANSPORTS: dict[str, Transport] = {"file": file.send, "log": log.send, "smtp": smtp.send, "webhook": webhook.send}
