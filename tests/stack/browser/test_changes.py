"""A change as people have it made: notes handed in, seen for what they are, prepared by a real run, proposed, released."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from include.asking.submit import Asking, submit
from include.catalogue.loader import load_catalogue
from include.contracts.cab import CabPackage
from include.store import changes, desk, ledger
from include.store.database import Store
from include.store.tables.incident import incident
from lab.demo import Scene
from tests.change_systems import ServiceNow
from tests.holds_kit import store_time
from tests.preparing import soon
from tests.stack.browser.conftest import SignIn, Visitor, until
from tests.stack.browser.test_console import findings
from tests.stack.browser.test_holds import hold_of, observed, outcome, task, tick_all

pytestmark = pytest.mark.stack
VAGUE = "the thing from yesterday"


def package_of(store: Store, change_id: str) -> CabPackage | None:
    """The package, once the review task is there too."""
    with store.read() as conn:
        row = changes.latest(conn, change_id)
        return changes.read(row) if row is not None and desk.by_incident(conn, change_id) is not None else None


def test_the_whole_story(decide_as: SignIn, scene: Scene, live_store: Store, servicenow: ServiceNow) -> None:
    maya = decide_as("maya")
    change_id = handed_in(maya, live_store)
    package = until("the package", lambda: package_of(live_store, change_id))
    filed(servicenow, change_id)
    hold = proposed(maya, live_store, change_id, package)
    run = str(observed(scene, live_store, hold).run_id)
    approved(decide_as("tomas"), live_store, hold)
    until("await_approval's success", lambda: task(scene, run, "await_approval") == "success")
    listed(maya, live_store, change_id, hold)


def handed_in(maya: Visitor, store: Store) -> str:
    """Seen for what it is before anything is kept; the id of what was made of it."""
    page = maya.open("/holdpoint/ask")
    page.get_by_label("Question, or notes").fill(VAGUE)
    page.get_by_role("button", name="Look at it").click()
    looked = page.locator("#looked")
    expect(looked).to_contain_text("unclear")
    expect(looked.get_by_role("radio", name="gets it as a task")).to_be_checked()
    page.get_by_label("Question, or notes").fill(soon(store_time(store)))
    page.get_by_role("button", name="Look at it").click()
    expect(looked.get_by_role("alert")).to_contain_text("A change happens in an environment.")
    page.get_by_label("Environment").select_option("lab")
    page.get_by_role("button", name="Look at it").click()
    expect(looked).to_contain_text("Rule change-imperative")
    expect(looked.get_by_role("radio", name="A change is prepared")).to_be_checked()
    with store.read() as conn:
        assert conn.execute(select(incident.c.id).where(incident.c.kind == "change")).first() is None, "nothing is kept"
    maya.picture("ask", whole=True)
    looked.get_by_role("button", name="Go").click()
    page.wait_for_url("**/holdpoint/changes/chg_*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Restart the order service")
    return str(page.url).rpartition("/")[2]


def filed(servicenow: ServiceNow, change_id: str) -> None:
    """One draft in ServiceNow, in the state New, with what the notes say; nothing that would approve or move it on was sent."""
    mine = until("the draft", lambda: [row for row in servicenow.records if row["correlation_id"] == change_id])
    (row,) = mine
    assert (row["state"], row["approval"], row["type"]) == ("-5", "not requested", "normal")
    assert row["short_description"].startswith("[DRAFT] Restart the order service")
    assert "redeploy release 1.4.2" in row["backout_plan"]
    assert "answers 200" in row["test_plan"]
    assert servicenow.forbidden == []


def proposed(maya: Visitor, store: Store, change_id: str, package: CabPackage) -> str:
    """The package is read, a citation followed, the offered plan shown and signed; the hold's id."""
    page = maya.open(f"/holdpoint/changes/{change_id}")
    maya.picture("change")
    for words in ("The change, in the author", "What the assessment found", "The plan that it offers"):
        expect(page.get_by_role("heading", name=words)).to_be_visible()
    page.locator(f"#{package.headed.why[0]} a").click()
    expect(page.locator("#span")).to_contain_text("the connection pool of shop-orders stays exhausted")
    page.go_back()
    page.get_by_role("button", name="Show the plan").click()
    drafted = page.locator("#drafted")
    for words in ("supervisor:shop-orders", "Only where", "has another process id", "Undo"):
        expect(drafted).to_contain_text(words)
    page.get_by_role("heading", name="The plan that this makes").scroll_into_view_if_needed()
    maya.picture("change-plan")
    page.get_by_role("button", name="Sign and propose it").click()
    expect(page.get_by_text("(independence)")).to_be_visible()
    page.get_by_role("link", name="Restart the order service").click()
    expect(page.get_by_text("Proposed:")).to_be_visible()
    with store.read() as conn:
        (entry,) = ledger.entries(conn, subject=change_id, kind="change.proposed")
    assert entry.payload is not None
    return str(entry.payload["hold"])


def approved(tomas: Visitor, store: Store, hold: str) -> None:
    page = tomas.open(f"/holdpoint/holds/{hold}")
    tick_all(page)
    button = page.get_by_role("button", name="Approve")
    button.click()
    expect(page.locator(".summary .state")).to_have_text("approved")
    assert hold_of(store, hold).state.value in {"approved", "executing"}


def listed(maya: Visitor, store: Store, change_id: str, hold: str) -> None:
    asking = Asking("maya", "# Move the printers\n\nWindow: next week\nPurpose: more room\nTechnician: Jonas\n", None, "lab")
    other = submit(store, load_catalogue(), asking)
    until("the other package", lambda: package_of(store, other.id))
    page = maya.open("/holdpoint/changes")
    expect(page.get_by_role("link", name="Restart the order service")).to_be_visible()
    expect(page.get_by_role("link", name="Move the printers")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 420})
    maya.picture("changes")
    page.get_by_role("link", name="Restart the order service").click()
    expect(page.get_by_text("Proposed:")).to_be_visible()
    assert page.locator(f"a[href$='/holds/{hold}']").count() == 1


@pytest.fixture(scope="module")
def change(live_store: Store, scene: Scene) -> str:
    """A change request with its package: the story's, or one made for this."""
    with live_store.read() as conn:
        found = conn.scalar(select(incident.c.id).where(incident.c.kind == "change").order_by(incident.c.opened_at).limit(1))
    if found is None:
        found = submit(live_store, load_catalogue(), Asking("maya", soon(store_time(live_store)), None, "lab")).id
    until("the package", lambda: package_of(live_store, str(found)))
    return str(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_leaves_the_origin(
    sign_in: Callable[..., Visitor], live_store: Store, change: str, scheme: str
) -> None:
    maya = sign_in("maya", color_scheme=scheme)
    package: Any = package_of(live_store, change)
    cited = package.facts[0].citations[0]
    for path in (
        "changes",
        f"changes/{change}",
        f"changes/{change}/evidence/{cited.evidence}?start={cited.start}&end={cited.end}",
    ):
        maya.open(f"/holdpoint/{path}")
        for box in maya.page.locator("details").all():
            box.locator("summary").first.click()
        if maya.page.get_by_role("button", name="Show the plan").count():
            maya.page.get_by_role("button", name="Show the plan").click()
            expect(outcome(maya.page.get_by_role("button", name="Show the plan"))).not_to_be_empty()
        assert findings(maya) == [], path
    maya.open("/holdpoint/ask")
    maya.page.get_by_label("Question, or notes").fill(VAGUE)
    maya.page.get_by_role("button", name="Look at it").click()
    expect(maya.page.get_by_role("button", name="Go")).to_be_visible()
    assert findings(maya) == []
    assert maya.elsewhere() == []


def test_a_changes_page_loses_nothing_at_200_percent(sign_in: Callable[..., Visitor], change: str) -> None:
    maya = sign_in("maya", viewport={"width": 640, "height": 450}, device_scale_factor=2)
    maya.open(f"/holdpoint/changes/{change}")
    assert maya.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
