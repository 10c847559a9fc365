"""The console as a person sees it: found in Airflow's navigation, readable, reachable by keyboard, asking nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from plugins.console.pages.registry import SECTIONS
from tests.stack.browser.conftest import Visitor

pytestmark = pytest.mark.stack

SERIOUS = frozenset({"serious", "critical"})


def findings(visitor: Visitor) -> list[str]:
    """axe-core's serious findings on the page that is open, each with the first element it is about."""
    found = Axe().run(visitor.page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in SERIOUS]


def test_the_console_is_an_item_of_airflows_navigation(sign_in: Callable[..., Visitor]) -> None:
    maya = sign_in("maya")
    maya.open("/")
    maya.page.get_by_role("link", name="Holdpoint").first.click()
    frame = maya.page.frame_locator("iframe")
    expect(frame.get_by_role("navigation", name="Holdpoint")).to_be_visible()
    expect(frame.get_by_text("Maya Okafor")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("section", [section.name for section in SECTIONS])
def test_axe_has_no_serious_finding_and_nothing_leaves_the_origin(
    sign_in: Callable[..., Visitor], section: str, scheme: str
) -> None:
    maya = sign_in("maya", color_scheme=scheme)
    maya.asked.clear()
    maya.open(f"/holdpoint/{section}")
    expect(maya.page.get_by_role("heading", level=1)).to_be_visible()
    assert findings(maya) == []
    assert maya.elsewhere() == []


@pytest.mark.parametrize("section", [section.name for section in SECTIONS])
def test_at_200_percent_nothing_is_cut_off_sideways(sign_in: Callable[..., Visitor], section: str) -> None:
    maya = sign_in("maya", viewport={"width": 640, "height": 450}, device_scale_factor=2)
    maya.open(f"/holdpoint/{section}")
    assert maya.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_first_key_leads_past_the_menu(sign_in: Callable[..., Visitor]) -> None:
    maya = sign_in("maya")
    maya.open("/holdpoint/incidents")
    maya.page.keyboard.press("Tab")
    expect(maya.page.get_by_role("link", name="Skip to the page")).to_be_focused()


def test_who_is_no_person_of_the_catalogue_sees_nothing(sign_in: Callable[..., Visitor]) -> None:
    stranger = sign_in("stranger")
    answer = stranger.page.goto(f"{stranger.base}/holdpoint/incidents")
    assert answer is not None
    assert answer.status == 403
    expect(stranger.page.get_by_role("navigation", name="Holdpoint")).to_have_count(0)
