"""The incidents' pages in a real browser: citations, feedback by keyboard, another site's form, narrow windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect

from include.alerts.question import ask
from include.catalogue.loader import EXAMPLE, load_catalogue
from include.store import feedback
from include.store.database import Store
from lab.demo import Scene
from tests.briefing import RUN, Stages
from tests.stack.browser.conftest import Visitor
from tests.stack.browser.test_console import findings

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def briefed(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    """An incident in the running Airflow's store, with a brief, a ticket and words that would be script."""
    store = Store.open(scene.store_url)
    catalogue = load_catalogue(EXAMPLE, "lab")
    about = {"service": "shop-orders", "environment": "lab", "run": RUN}
    asked = ask(store, catalogue, principal="maya", question="why is <script>alert(1)</script> slow?", **about)
    stages = Stages(store, catalogue, asked.incident_id)
    stages.collect(stages.begin()["get_service_status"])
    stages.draft()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOLDPOINT_PAGES", str(tmp_path_factory.mktemp("pages") / "pages.jsonl"))
        stages.escalate()
    yield stages
    store.dispose()


def _said(stages: Stages) -> list[str]:
    with stages.store.read() as conn:
        return [each.text for each in feedback.of_incident(conn, stages.incident_id)]


def _watched(visitor: Visitor) -> list[str]:
    """What the browser complains about from now on: script that fails, and whatever the policy refuses."""
    heard: list[str] = []
    visitor.page.on("console", lambda said: heard.append(said.text) if said.type in {"error", "warning"} else None)
    visitor.page.on("pageerror", lambda error: heard.append(str(error)))
    visitor.page.on("dialog", lambda dialog: heard.append(f"dialog {dialog.message}"))
    return heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_the_policy_nothing_to_refuse(
    sign_in: Callable[..., Visitor], briefed: Stages, scheme: str
) -> None:
    maya = sign_in("maya", color_scheme=scheme)
    heard = _watched(maya)
    at = f"/holdpoint/incidents/{briefed.incident_id}"
    for path in ("/holdpoint/incidents", at, f"{at}/evidence/{briefed.brief().retrieved[-1]}?start=0&end=6"):
        maya.open(path)
        for box in maya.page.locator("details").all():
            box.locator("summary").click()
        assert findings(maya) == []
    assert heard == []
    assert maya.elsewhere() == []


@pytest.mark.parametrize("width", [320, 640])
def test_a_narrow_window_loses_nothing_sideways(sign_in: Callable[..., Visitor], briefed: Stages, width: int) -> None:
    maya = sign_in("maya", viewport={"width": width, "height": 640})
    at = f"/holdpoint/incidents/{briefed.incident_id}"
    for path in ("/holdpoint/incidents", at, f"{at}/evidence/{briefed.brief().retrieved[-1]}"):
        maya.open(path)
        assert maya.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


def test_a_citation_opens_the_evidence_at_its_words(sign_in: Callable[..., Visitor], briefed: Stages) -> None:
    maya = sign_in("maya")
    maya.open("/")
    maya.page.get_by_role("link", name="Holdpoint").first.click()
    frame = maya.page.frame_locator("iframe")
    frame.get_by_role("link", name="Incidents").first.click()
    frame.get_by_role("link", name="why is <script>").first.click()
    fact = briefed.brief().facts[-1]
    frame.locator(f"#{fact.id} .cites a").first.click()
    marked = frame.locator("mark#span")
    expect(marked).to_be_in_viewport()
    expect(marked).to_have_text(fact.citations[0].quote)


def test_a_correction_by_keyboard_is_refused_with_the_words_kept_then_taken(
    sign_in: Callable[..., Visitor], briefed: Stages
) -> None:
    maya = sign_in("maya")
    heard = _watched(maya)
    page = maya.open(f"/holdpoint/incidents/{briefed.incident_id}")
    page.get_by_text("Correct a fact or a hypothesis").focus()
    page.keyboard.press("Enter")
    page.get_by_label("What is wrong").focus()
    page.keyboard.press("Tab")
    page.keyboard.insert_text("It began \u202eearlier.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("invisible or control character")
    field = page.get_by_label("What is right")
    expect(field).to_have_value("It began \u202eearlier.")
    assert _said(briefed) == []
    field.fill("It began earlier.")
    page.get_by_role("button", name="Keep the correction").click()
    said = page.locator("#said")
    expect(said).to_contain_text("It began earlier.")
    expect(said.get_by_text("Maya Okafor").first).to_be_visible()
    assert _said(briefed) == ["It began earlier."]
    assert [each for each in heard if "422" not in each] == []


class _Elsewhere(BaseHTTPRequestHandler):
    """Another site, on another port: a page that sends a form to the console as soon as it is opened."""

    target = ""

    def do_GET(self) -> None:
        fields = "".join(
            f'<input name="{name}" value="{value}">'
            for name, value in {"version": "1", "digest": "0" * 64, "text": "x", "token": "9999999999.x"}.items()
        )
        body = f'<form method="post" action="{self.target}">{fields}</form><script>document.forms[0].submit()</script>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


def test_another_sites_form_is_refused_though_the_cookie_goes_along(
    sign_in: Callable[..., Visitor], briefed: Stages, scene: Scene, tmp_path: Path
) -> None:
    maya = sign_in("maya")
    at = f"{scene.airflow.url}/holdpoint/incidents/{briefed.incident_id}"
    page = type("Page", (_Elsewhere,), {"target": f"{at}/feedback/summary"})
    with ThreadingHTTPServer(("127.0.0.1", 0), page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with maya.page.expect_response(lambda answer: answer.request.method == "POST") as caught:
            maya.page.goto(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    assert "_token=" in caught.value.request.all_headers().get("cookie", ""), "what is refused is a signed-in person's request"
    assert caught.value.status == 403
    expect(maya.page.get_by_role("alert")).to_contain_text("not come from a page of Holdpoint")
