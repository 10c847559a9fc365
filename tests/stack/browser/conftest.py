"""A real browser before a live Airflow: Debian's Chromium, driven by Playwright, on `http://localhost`."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    expect,
    sync_playwright,
)

from include.contracts.incident import Incident
from include.store import briefs, incidents
from include.store.database import Store
from lab import faults
from lab.demo import FAULT, SERVICE, Scene
from tests.change_systems import LOGIN, PASSWORD, ServiceNow, serving
from tests.debian import program
from tests.lab_people import Signing

# Without them Chromium asks its maker's hosts at every start; the tests count what leaves the origin.
ARGUMENTS = (
    "--no-sandbox",  # it runs as root in CI
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEW = {"width": 1280, "height": 900}
# Said aloud by every document, also in a frame: what our policy forbids and the page tried all the same.
WATCH_POLICY = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} on ${location.pathname}`))"""

expect.set_options(timeout=20_000)  # a small machine runs Airflow, the lab and the browser


@dataclass
class Visitor:
    """One signed-in person in a browser of their own, every address that their pages asked for, and what went wrong in them."""

    name: str
    context: BrowserContext
    page: Page
    base: str
    asked: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _device: tuple[CDPSession, str] | None = None

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.base}{path}")
        return self.page

    def picture(self, name: str, *, whole: bool = False) -> None:
        """Keep the window, or the whole page, as a picture for the docs, where HOLDPOINT_TEST_PICTURES names a folder."""
        if folder := os.environ.get("HOLDPOINT_TEST_PICTURES"):
            self.page.wait_for_timeout(500)  # a frame may still draw
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)

    def elsewhere(self) -> list[str]:
        """What was asked of another origin; `data:` and `blob:` ask nobody."""
        own = urlsplit(self.base).netloc
        return [
            url for url in self.asked if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).netloc != own
        ]

    def watch(self) -> None:
        """Note from now on what the pages ask for, send, violate, and fail at."""

        def note(request: Request) -> None:
            self.asked.append(request.url)
            if request.method == "POST":
                self.posted.append(urlsplit(request.url).path)

        def said(message: ConsoleMessage) -> None:
            if "policy violated" in message.text or "Content Security Policy" in message.text:
                self.wrong.append(message.text)

        def failed(error: WebError) -> None:
            if "/holdpoint/" in f"{error.error.stack} {error.page.url if error.page else ''}":
                self.wrong.append(str(error.error))

        self.context.add_init_script(WATCH_POLICY)
        self.context.on("request", note)
        self.context.on("console", said)
        self.context.on("weberror", failed)

    def add_authenticator(self, passkeys: list[Any] = []) -> None:  # noqa: B006 (it is not changed)
        """A virtual platform authenticator with a verified user, for this page, holding these passkeys."""
        session = self.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made: dict[str, Any] = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._device = session, str(made["authenticatorId"])
        for passkey in passkeys:
            session.send("WebAuthn.addCredential", {"authenticatorId": self._device[1], "credential": passkey})
        self.page.bring_to_front()

    def passkeys(self) -> list[Any]:
        """What the authenticator holds."""
        assert self._device is not None
        session, device = self._device
        return list(session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"])

    def refuse(self) -> None:
        """From now on its user is not verified: to the page this is a dialog that was cancelled."""
        assert self._device is not None
        session, device = self._device
        session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})

    def outdate(self) -> None:
        """The browser of the open page is one that knows no passkeys."""
        self.page.evaluate("() => { delete window.PublicKeyCredential }")

    def forget(self) -> None:
        """The authenticator is another one, which does not hold these passkeys."""
        assert self._device is not None
        session, device = self._device
        session.send("WebAuthn.clearCredentials", {"authenticatorId": device})


SignIn = Callable[..., Visitor]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = program("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def servicenow() -> Iterator[ServiceNow]:
    """Where the live Airflow files draft changes: the vendor's documented payloads over a loopback socket."""
    own = ServiceNow()
    with serving(own):
        yield own


DESK = """- name: servicenow
  owner: tomas
  kind: servicenow
  services: ["*"]
  environments: ["*"]
  clears: [public, internal]
  conn_id: holdpoint_servicenow
"""


@pytest.fixture(scope="package")
def scene(tmp_path_factory: pytest.TempPathFactory, servicenow: ServiceNow) -> Iterator[Scene]:
    """The lab and a live Airflow, ended whatever happens."""
    made = Scene.build(tmp_path_factory.mktemp("browser") / "with a space")
    (made.people.folder / "config" / "change_desks.yaml").write_text(DESK)
    account = {"conn_type": "http", "host": servicenow.url, "login": LOGIN, "password": PASSWORD}
    made.airflow.extra = {**made.airflow.extra, "AIRFLOW_CONN_HOLDPOINT_SERVICENOW": json.dumps(account)}
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="package")
def live_store(scene: Scene) -> Iterator[Store]:
    """The store that the live console shows."""
    opened = Store.open(scene.store_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="package")
def signing(scene: Scene) -> Signing:
    return Signing(scene.people, scene.airflow.url)


@pytest.fixture(scope="package")
def incident(scene: Scene, live_store: Store) -> Incident:
    """A real fault's incident, with the brief that a real run has drafted."""
    faults.switch_on(scene.estate, FAULT)

    def briefed() -> Incident | None:
        with live_store.read() as conn:
            for row in incidents.listed(conn, 50):
                if row["service"] == SERVICE and briefs.latest(conn, row["id"]) is not None:
                    return incidents.get(conn, row["id"])
        return None

    found = until("a brief", briefed)
    assert isinstance(found, Incident)
    return found


@pytest.fixture
def sign_in(chromium: Browser, scene: Scene) -> Iterator[SignIn]:
    """Sign somebody in through Airflow's own login page; options are those of a browser context (`color_scheme` …)."""
    opened: list[Visitor] = []

    def enter(name: str, **options: Any) -> Visitor:
        context = chromium.new_context(**{"viewport": VIEW, **options})
        visitor = Visitor(name, context, context.new_page(), scene.airflow.url)
        opened.append(visitor)
        visitor.watch()
        page = visitor.open("/auth/login")
        page.locator("input[name=username]").fill(name)
        page.locator("input[name=password]").fill(scene.airflow.passwords[name])
        page.locator("button[type=submit]").click()
        page.wait_for_url(lambda url: "/auth/login" not in url)
        return visitor

    yield enter
    for visitor in opened:
        visitor.context.close()
    assert [problem for visitor in opened for problem in visitor.wrong] == []


@pytest.fixture(scope="package")
def passkeys() -> dict[str, list[Any]]:
    """By person, what their authenticator held when it was last put away."""
    return {}


@pytest.fixture
def decide_as(sign_in: SignIn, passkeys: dict[str, list[Any]], live_store: Store, signing: Signing) -> SignIn:
    """Sign somebody in who has a passkey that counts: registered in the console once, witnessed by the key steward's SSH key."""

    def enter(name: str, **options: Any) -> Visitor:
        visitor = sign_in(name, **options)
        visitor.add_authenticator(passkeys.get(name, []))
        if name not in passkeys:
            register(visitor)
            signing.witness(live_store, name)
            passkeys[name] = visitor.passkeys()
        return visitor

    return enter


def register(visitor: Visitor) -> None:
    """Register a passkey on the page of keys."""
    page = visitor.open("/holdpoint/keys")
    page.get_by_role("button", name="Register and sign").click()
    expect(page.get_by_text("Read this number out to a key steward")).to_be_visible()


def until(what: str, found: Callable[[], Any], timeout_s: float = 240.0) -> Any:
    """What is found, once it is something."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {timeout_s:.0f} s")
