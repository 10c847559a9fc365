"""Fleet, Owners and Audit as people see them: readable in light and dark, by keyboard, and with nothing cut off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from include.contracts.incident import Incident
from include.fleet.registry import QUESTIONS
from tests.stack.browser.conftest import Visitor
from tests.stack.browser.test_console import findings

pytestmark = pytest.mark.stack
SignIn = Callable[..., Visitor]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_no_serious_finding_on_any_question(sign_in: SignIn, incident: Incident, scheme: str) -> None:
    maya = sign_in("maya", color_scheme=scheme)
    maya.asked.clear()
    for question in QUESTIONS:
        maya.open(f"/holdpoint/fleet/{question}")
        expect(maya.page.get_by_role("heading", level=1)).to_have_text("Fleet")
        assert findings(maya) == [], question
        if scheme == "light":
            maya.picture(f"fleet-{question}")
    assert maya.elsewhere() == []


def test_a_real_briefing_is_drawn_and_stands_in_the_table(sign_in: SignIn, incident: Incident) -> None:
    maya = sign_in("maya")
    page = maya.open("/holdpoint/fleet/tools")
    chart = page.get_by_role("img", name="Tool calls, by tool")
    expect(chart).to_be_visible()
    expect(page.get_by_role("region", name="Tools").get_by_role("row", name="query_logs")).to_be_visible()
    fills = chart.locator("rect.series").evaluate_all("all => all.map(each => getComputedStyle(each).fill)")
    assert fills
    assert all(fill not in ("none", "rgb(0, 0, 0)") for fill in fills)
    page.get_by_role("navigation", name="Questions").get_by_role("link", name="sources").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Which sources were retrieved, and which were used?")


def test_at_320_pixels_the_page_itself_never_scrolls_sideways(sign_in: SignIn, incident: Incident) -> None:
    maya = sign_in("maya", viewport={"width": 320, "height": 640})
    for path in ("fleet/tools", "fleet/failures", "owners", "audit"):
        maya.open(f"/holdpoint/{path}")
        assert maya.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


def test_an_incident_is_said_to_be_the_agents_and_reviewed(sign_in: SignIn, incident: Incident) -> None:
    maya = sign_in("maya")
    page = maya.open(f"/holdpoint/incidents/{incident.id}")
    page.get_by_role("link", name="The agent has caused this incident").click()
    expect(page.get_by_label("Incident", exact=True)).to_have_value(incident.id)
    page.get_by_label("Why you say so").fill("It read the wrong log.")
    page.get_by_role("button", name="Say so").click()
    expect(page.get_by_text("review open")).to_be_visible()
    assert findings(maya) == []
    page.get_by_label("What was found, and what follows").fill("The catalogue named the wrong file.")
    page.get_by_role("button", name="End the review").click()
    expect(page.get_by_text("review by maya")).to_be_visible()
