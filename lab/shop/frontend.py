"""The shop's front end: POST /checkout, which places an order."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from lab.layout import FRONTEND, ORDERS
from lab.shop.app import App, main
from lab.shop.config import ServiceConfig, address, number
from lab.shop.trace import Trace


@dataclass(frozen=True)
class FrontendConfig(ServiceConfig):
    orders_url: str = address()
    orders_timeout_ms: int = number(10, 60_000)


class Frontend(App[FrontendConfig]):
    """The shop's front end."""

    name = FRONTEND
    config_class = FrontendConfig

    def work(self, order: dict[str, Any], trace: Trace) -> dict[str, Any]:
        config = self.config
        placed = self.call(ORDERS, config.orders_url, {"amount_cents": order["amount_cents"]}, trace, config.orders_timeout_ms)
        return {"order": placed["order"], "trace": trace.id}


if __name__ == "__main__":
    sys.exit(main(Frontend))
