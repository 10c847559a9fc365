"""The console in process, over a real store: only Airflow's login and its trigger are stood in for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import anyio
import httpx
import pytest
from fastapi import FastAPI, Request

from include.store.database import Store
from plugins.console import identity, settings
from plugins.console.app import build_app, mounts
from plugins.console.services import Services
from plugins.console.web import form_token, sending

COOKIE = "_token"


@dataclass
class User:
    """Airflow's user, as far as we ask."""

    name: str

    def get_name(self) -> str:
        return self.name


async def _signed_in(request: Request) -> User:
    """Airflow's own login is tried live; here a cookie or a token is a name."""
    name = identity.bearer(request) or request.cookies.get(COOKIE)
    if not name:
        raise identity.SignedOut("/auth/login?next=" + request.url.path)
    return User(name)


@dataclass
class Browser:
    """One person's browser: it says where its requests come from, as browsers do, and follows nothing by itself."""

    app: Any
    account: str | None
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._send("GET", path, headers={"Accept": "text/html"} | headers)

    def json(self, path: str) -> Any:
        """The same page as JSON."""
        answer = self._send("GET", path, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, values: dict[str, Any] | None = None, *, token: str | None = "", **headers: str) -> httpx.Response:
        """Send a form as a page of ours does.

        :param token: default the signed-in account's; None for none
        """
        fields = dict(values or {})
        if token is not None:
            fields["token"] = token or form_token.make(str(self.account))
        said = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        return self._send("POST", path, headers=said | headers, content=urlencode(fields, doseq=True))

    def _send(self, method: str, path: str, *, headers: dict[str, str], content: str | bytes = b"") -> httpx.Response:
        cookies = {COOKIE: self.account} if self.account is not None else {}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver", cookies=cookies) as client:
                return await client.request(method, path, headers=self.headers | headers, content=content)

        return anyio.run(send)


def query_of(location: str) -> dict[str, list[str]]:
    return parse_qs(location.partition("?")[2])


def mounted() -> FastAPI:
    """Our applications below `/holdpoint`, as Airflow mounts them."""
    airflow = FastAPI()
    for path, app in mounts():
        airflow.mount(path, app)
    return airflow


@pytest.fixture
def running(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The console's services over the test's store, with Airflow's trigger stood in for."""
    own = Services(store)
    monkeypatch.setattr(own.dispatcher, "_start_run", lambda *_: True)
    monkeypatch.setattr(own.dispatcher, "_find_run", lambda *_: None)
    monkeypatch.setattr("plugins.console.services.services", lambda: own)
    build_app.cache_clear()
    yield own
    own.stop()


@pytest.fixture
def console(running: Services, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """An application with the console below `/holdpoint`, as Airflow mounts it."""
    known = {("api", "secret_key"): "a secret of this test", ("api", "base_url"): "https://ops.example.com/"}
    for module in (settings, form_token, sending):
        monkeypatch.setattr(module, "setting", lambda section, key: known.get((section, key), ""))
    monkeypatch.setattr(identity, "signed_in", _signed_in)
    form_token._key.cache_clear()
    return mounted()


@pytest.fixture
def browser(console: FastAPI) -> Callable[..., Browser]:
    """`browser("maya")`: a browser signed in to Airflow as that account; `browser(None)`: as nobody."""

    def opened(account: str | None = "maya", **headers: str) -> Browser:
        return Browser(console, account, headers)

    return opened
