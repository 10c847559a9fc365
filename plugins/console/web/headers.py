"""The headers that every answer of ours carries. Airflow itself sends neither a policy nor a frame rule."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,  # nothing inline: what slipped through the escaping still would not run
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",  # Airflow's cookie goes along to us from any site's page
    "Cache-Control": "no-store",
}


def secure(headers: MutableHeaders) -> None:
    """Add them; only a file that is the same for everybody says otherwise of its own caching."""
    for name, value in HEADERS.items():
        if name != "Cache-Control" or name not in headers:
            headers[name] = value


class SecurityHeaders:
    """Pure ASGI. What the server answers to an error that nobody caught passes by outside: `problems.py` adds them there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, watched if scope["type"] == "http" else send)
