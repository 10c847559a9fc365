"""Deciding on a hold as people do it: found in Airflow's navigation, read, signed with a passkey, seen to have an effect."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from include.contracts.hold import Hold
from include.contracts.incident import Incident
from include.contracts.statement import Decision
from include.store import briefs, feedback, holds, ledger, statements
from include.store.database import Store
from lab import fix
from lab.demo import SERVICE, Scene
from tests.lab_people import Signing
from tests.plans_kit import proposed, request
from tests.stack.browser.conftest import SignIn, Visitor, until
from tests.stack.browser.test_console import findings
from tests.voting import voted

pytestmark = pytest.mark.stack
RUNS = "/api/v2/dags/gated_change/dagRuns"


def hold_of(store: Store, hold_id: str) -> Hold:
    with store.read() as conn:
        return holds.get(conn, hold_id)


def said_of(store: Store, hold_id: str) -> int:
    with store.read() as conn:
        return len(statements.of_subject(conn, hold_id))


def task(scene: Scene, run: str, name: str) -> str:
    """The state of the run's task; "" while Airflow does not have it."""
    try:
        found = scene.airflow.get(f"{RUNS}/{run}/taskInstances?limit=100")["task_instances"]
    except OSError:
        return ""
    return str(next((each["state"] for each in found if each["task_id"] == name), ""))


@pytest.fixture
def waiting(scene: Scene, live_store: Store, signing: Signing) -> Hold:
    """A hold that maya proposed, whose targets its run has read again: from then on the page stands still."""
    made, _ = proposed(live_store, signing, request())
    return observed(scene, live_store, made.id)


def observed(scene: Scene, store: Store, hold_id: str) -> Hold:
    run = until("the hold's run", lambda: hold_of(store, hold_id).run_id)
    until("await_approval to wait", lambda: task(scene, run, "await_approval") == "deferred")
    return hold_of(store, hold_id)


def tick_all(place: Any) -> None:
    for box in place.get_by_role("checkbox").all():
        box.check()


def outcome(button: Locator) -> Locator:
    """What the form of this button says."""
    return button.locator("xpath=ancestor::form").locator(".outcome")


def test_the_whole_story(
    sign_in: SignIn, decide_as: SignIn, scene: Scene, live_store: Store, signing: Signing, incident: Incident
) -> None:
    with live_store.read() as conn:
        row = briefs.latest(conn, incident.id)
        assert row is not None
        brief = briefs.read(row)
    evidence = [name for name in brief.retrieved if name.startswith("ev_")][:3]
    desk = fix.Desk(scene.folder, scene.airflow, scene.people)
    hold = fix.propose_restart(desk, scene.estate, SERVICE, incident.id, evidence)
    run = str(observed(scene, live_store, hold).run_id)
    title = hold_of(live_store, hold).title

    refused_on_ones_own(decide_as("maya"), live_store, hold, title)
    approved_by_the_owner(decide_as("tomas"), live_store, hold, title)
    seen_in_airflow(sign_in("tomas"), scene, run)
    traced(sign_in("tomas"), hold)
    corrected(sign_in("tomas"), live_store, incident)


def refused_on_ones_own(maya: Visitor, store: Store, hold: str, title: str) -> None:
    """The page says so before; a vote that is forced out of it is refused by its rule."""
    maya.open("/")
    maya.page.get_by_role("link", name="Holdpoint").first.click()
    frame = maya.page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Waiting for others")).to_be_visible()
    frame.get_by_role("link", name=title).click()
    expect(frame.get_by_text("You may not approve this:")).to_be_visible()
    expect(frame.get_by_text("(independence)")).to_be_visible()
    maya.picture("in-airflow")
    button = frame.get_by_role("button", name="Approve")
    expect(button).to_be_disabled()
    button.evaluate("button => { button.disabled = false }")
    button.click()
    expect(outcome(button)).to_contain_text("Refused by the rule independence")
    assert hold_of(store, hold).state.value == "proposed"


def approved_by_the_owner(tomas: Visitor, store: Store, hold: str, title: str) -> None:
    tomas.open("/")
    tomas.page.get_by_role("link", name="Holdpoint").first.click()
    frame = tomas.page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Waiting for you")).to_be_visible()
    frame.get_by_role("link", name=title).click()
    button = frame.get_by_role("button", name="Approve")
    button.click()
    expect(outcome(button)).to_contain_text("Acknowledge each risk")
    assert said_of(store, hold) == 1
    picture_of_the_page(tomas, hold)
    tick_all(frame)
    button.click()
    expect(frame.locator(".summary .state")).to_have_text("approved")
    expect(frame.get_by_role("listitem").filter(has_text="Tomás Lindqvist approves")).to_be_visible()
    assert hold_of(store, hold).state.value == "approved"


def picture_of_the_page(tomas: Visitor, hold: str) -> None:
    """The same page, whole, outside Airflow's frame."""
    other = Visitor(tomas.name, tomas.context, tomas.context.new_page(), tomas.base)
    other.open(f"/holdpoint/holds/{hold}")
    other.picture("hold", whole=True)
    other.page.close()


def seen_in_airflow(tomas: Visitor, scene: Scene, run: str) -> None:
    until("await_approval's success", lambda: task(scene, run, "await_approval") == "success")
    page = tomas.open(f"/dags/gated_change/runs/{run}")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="await_approval"))
    expect(row.get_by_text("Success")).to_be_visible()
    tomas.picture("await-approval")


def traced(tomas: Visitor, hold: str) -> None:
    page = tomas.open(f"/holdpoint/holds/{hold}")
    page.get_by_role("link", name="Trace").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(hold)
    for kind in ("hold.proposed", "vote.refused", "vote.cast", "hold.approved"):
        expect(page.get_by_text(kind, exact=True).first).to_be_visible()
    expect(page.get_by_role("paragraph").filter(has_text="Each entry on this").get_by_text("verified")).to_be_visible()
    tomas.picture("trace")


def corrected(tomas: Visitor, store: Store, incident: Incident) -> None:
    page = tomas.open(f"/holdpoint/incidents/{incident.id}")
    page.get_by_text("Correct a fact or a hypothesis").click()
    page.get_by_label("What is right").fill("The port was right;\nthe address was not.")
    page.get_by_role("button", name="Keep the correction").click()
    expect(page.locator("#said")).to_contain_text("The port was right;")
    tomas.picture("incident")
    with store.read() as conn:
        (kept,) = feedback.of_incident(conn, incident.id)
        assert kept.text == "The port was right;\nthe address was not."
        assert [entry for entry in ledger.entries(conn, subject=incident.id) if entry.kind.startswith("feedback")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_leaves_the_origin(decide_as: SignIn, waiting: Hold, scheme: str) -> None:
    """On the pages with content; what violates the policy is asked for at the end of every test (`sign_in`)."""
    tomas = decide_as("tomas", color_scheme=scheme)
    for path in ("holds", f"holds/{waiting.id}", f"holds/{waiting.id}/edit", f"trace?what={waiting.id}", "keys"):
        answer = tomas.page.goto(f"{tomas.base}/holdpoint/{path}")
        assert answer is not None
        assert answer.status == 200, path
        for box in tomas.page.locator("details").all():
            box.locator("summary").first.click()
        assert findings(tomas) == [], path
    assert tomas.elsewhere() == []


def test_a_rejection_says_why_and_ends_it(decide_as: SignIn, live_store: Store, waiting: Hold) -> None:
    tomas = decide_as("tomas")
    page = tomas.open(f"/holdpoint/holds/{waiting.id}")
    button = page.get_by_role("button", name="Reject")
    button.click()
    expect(outcome(button)).to_contain_text("A rejection says why.")
    assert said_of(live_store, waiting.id) == 1
    page.get_by_label("Reason").fill("Not before the sale ends.\nAsk again on Monday; <b>é</b>.")
    button.click()
    expect(page.locator(".summary .state")).to_have_text("rejected")
    expect(page.get_by_text("Ask again on Monday; <b>é</b>.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    assert hold_of(live_store, waiting.id).state.value == "rejected"


def test_an_edit_is_another_plan_that_its_editor_may_not_approve(decide_as: SignIn, live_store: Store, waiting: Hold) -> None:
    page = decide_as("tomas").open(f"/holdpoint/holds/{waiting.id}")
    page.get_by_text("Edit or withdraw it").click()
    page.get_by_role("link", name="Edit the plan").click()
    box = page.get_by_label("What is asked for")
    box.fill('{"title": "No more"}')
    page.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_text("This is no request for a plan")).to_be_visible()
    page.reload()
    wanted = json.loads(box.input_value()) | {"title": "Restart it, but at noon"}
    box.fill(json.dumps(wanted))
    page.get_by_role("button", name="Show the plan").click()
    drafted = page.locator("#drafted")
    for words in ("Restart it, but at noon", "supervisor:shop-orders", "Only where", "has another process id", "Undo", "cut off"):
        expect(drafted).to_contain_text(words)
    page.get_by_role("button", name="Sign and propose it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Restart it, but at noon")
    expect(page.get_by_text("(independence)")).to_be_visible()
    page.get_by_role("link", name=waiting.id).click()
    expect(page.get_by_text("Somebody edited this plan.")).to_be_visible()
    assert hold_of(live_store, waiting.id).state.value == "superseded"


def test_a_hold_and_a_vote_are_taken_back(decide_as: SignIn, live_store: Store, waiting: Hold) -> None:
    page = decide_as("tomas").open(f"/holdpoint/holds/{waiting.id}")
    tick_all(page)
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".summary .state")).to_have_text("approved")
    page.get_by_label("Take it back, because").fill("I looked at the wrong graph.")
    page.get_by_role("button", name="Sign and take it back").click()
    expect(page.get_by_text("taken back", exact=True)).to_be_visible()
    expect(page.locator(".summary .state")).to_have_text("proposed")
    page.get_by_text("Edit or withdraw it").click()
    page.get_by_label("Withdraw the whole hold, because").fill("It mended itself.")
    page.get_by_role("button", name="Sign and withdraw").click()
    expect(page.locator(".summary .state")).to_have_text("revoked")
    assert hold_of(live_store, waiting.id).state.value == "revoked"


ALL_BUT_THE_NOTICE = """() => {
    const copy = document.querySelector("main").cloneNode(true);
    copy.querySelector("#watch").remove();
    return [copy.innerHTML, window.scrollY, document.querySelector("#decide").getBoundingClientRect().top];
}"""


def test_the_open_page_says_that_it_is_old_and_never_changes_by_itself(
    decide_as: SignIn, live_store: Store, signing: Signing, waiting: Hold
) -> None:
    tomas = decide_as("tomas")
    page = tomas.open(f"/holdpoint/holds/{waiting.id}")
    page.get_by_label("Reason").fill("I am still thinking.")
    before = page.evaluate(ALL_BUT_THE_NOTICE)
    for _ in range(2):
        asked(page)
        expect(page.locator("#watch")).to_be_empty()
    voted(live_store, signing, waiting.id, "priya", Decision.REJECT)
    expect(page.locator("#watch")).to_contain_text("Somebody has decided since you opened this page.")
    assert page.evaluate(ALL_BUT_THE_NOTICE) == before
    expect(page.get_by_label("Reason")).to_have_value("I am still thinking.")
    count = len(tomas.asked)
    page.wait_for_timeout(6_000)
    assert len(tomas.asked) == count, "it has said so, and asks no more"
    page.get_by_role("link", name="Reload the page").click()
    expect(page.locator(".summary .state")).to_have_text("rejected")


def asked(page: Page) -> None:
    """The page has asked whether it is still right, and was answered."""
    with page.expect_response(lambda response: "/changed?" in response.url) as answer:
        pass
    assert answer.value.status == 200


def test_it_can_be_approved_by_keyboard_alone(decide_as: SignIn, live_store: Store, waiting: Hold) -> None:
    page = decide_as("tomas").open("/holdpoint/holds")
    key = page.keyboard
    tab_to(page, page.locator(f"a[href$='{waiting.id}']"))
    key.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(waiting.title)
    for box in page.get_by_role("checkbox").all():
        tab_to(page, box)
        key.press("Space")
        expect(box).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Approve"))
    key.press("Enter")
    expect(page.locator(".summary .state")).to_have_text("approved")
    assert hold_of(live_store, waiting.id).state.value == "approved"


def tab_to(page: Page, place: Locator) -> None:
    """Tab until it has the focus, which can be seen on it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if place.evaluate("each => each === document.activeElement"):
            outline = place.evaluate("each => getComputedStyle(each).outlineStyle + getComputedStyle(each).outlineWidth")
            assert outline == "solid3px"
            return
    raise AssertionError(f"the keyboard does not lead to {place}")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("cancelled", "nothing was signed, and nothing was sent"),
        ("another device", "nothing was signed, and nothing was sent"),
        ("an old browser", "This browser knows no passkeys."),
    ],
)
def test_no_passkey_no_vote(decide_as: SignIn, live_store: Store, waiting: Hold, how: str, words: str) -> None:
    tomas = decide_as("tomas")
    page = tomas.open(f"/holdpoint/holds/{waiting.id}")
    tick_all(page)
    {"cancelled": tomas.refuse, "another device": tomas.forget, "an old browser": tomas.outdate}[how]()
    button = page.get_by_role("button", name="Approve")
    button.click()
    expect(outcome(button)).to_contain_text(words)
    expect(outcome(button)).to_have_attribute("role", "alert")
    expect(button).to_be_enabled()
    expect(button).to_be_focused()
    assert [path for path in tomas.posted if path.endswith("/vote")] == []
    assert (hold_of(live_store, waiting.id).state.value, said_of(live_store, waiting.id)) == ("proposed", 1)
