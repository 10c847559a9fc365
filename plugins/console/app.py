"""The web side, mounted at /holdpoint/ in Airflow's API server: alerts and webhooks in, and the console for people.

Airflow puts no authentication before a plugin's routes: every route here checks for itself.
"""

from functools import cache

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp

from plugins.console.intake import Intake
from plugins.console.metrics import metrics
from plugins.console.pages.registry import SECTIONS
from plugins.console.web.files import Files
from plugins.console.web.headers import SecurityHeaders
from plugins.console.web.problems import answer_problems
from plugins.console.web.visit import root_of
from plugins.console.webhooks import Webhooks


def mounts() -> tuple[tuple[str, ASGIApp], ...]:
    """Our applications by the path that each is mounted at; the narrower path first, as the first that fits is taken."""
    return ("/holdpoint/alerts", Intake()), ("/holdpoint/webhooks", Webhooks()), ("/holdpoint", build_app())


@cache
def build_app() -> FastAPI:
    """The console; the API server mounts it once."""
    app = FastAPI(title="Holdpoint", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.add_middleware(SecurityHeaders)
    app.get("/health")(health)
    app.get("/metrics")(metrics)
    app.get("/")(home)
    for section in SECTIONS:
        for pages in section.pages:
            app.include_router(pages.router, prefix=f"/{section.name}")
    app.mount("/static", Files())
    answer_problems(app)
    return app


def home(request: Request) -> RedirectResponse:
    """The first page of the menu. Who may see it is decided there."""
    return RedirectResponse(f"{root_of(request)}/{SECTIONS[0].name}", status_code=303)


def health() -> dict[str, str]:
    """Alive, and nothing else: this route is open."""
    return {"status": "ok"}
