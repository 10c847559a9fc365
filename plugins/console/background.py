"""Starts and ends the API server's background work with the server itself.

A mounted app's own lifespan is never run, and a thread started at import would die in a fork; the root application's lifespan
is the one moment that is right in every process model.
"""

from __future__ import annotations

import gc

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BackgroundMiddleware:
    """Watches the lifespan messages pass; touches nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return

        async def watched(message: Message) -> None:
            from plugins.console.services import services
            from plugins.console.worker import log

            try:
                if message["type"] == "lifespan.startup.complete":
                    services().start_or_keep_trying()
                    _keep_what_is_loaded()
                elif message["type"] in {"lifespan.shutdown.complete", "lifespan.shutdown.failed"}:
                    services().stop()
            except Exception as error:  # our trouble must not end the server, which is also everybody's Airflow
                log.error("Holdpoint's background work: %s", type(error).__name__)
            await send(message)

        await self.app(scope, receive, watched)


def _keep_what_is_loaded() -> None:
    """Take what the server has loaded out of the garbage collector's sight: it stays to the end anyway.

    Those are 700,000 objects in Airflow 3.3. Each full collection walks all of them, and nothing else of the server moves
    meanwhile: half a second without an answer to an alert or a task's heartbeat, several times in a storm.
    """
    gc.collect()
    gc.freeze()
