"""What a hold's page leaves out for who may not read it, and what it says of a hold that is not whole: a page, no decision."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.alerts.intake import commit
from include.contracts.evidence import Evidence, text_digest
from include.contracts.hold import Hold, Observation
from include.holds.digest import digest_of, read_plan
from include.store import ledger, observations, reads
from tests.briefing import post
from tests.deciding import enrolled, passkey, send, signed, wanted
from tests.plans_kit import request, step
from tests.plugins.console.conftest import Browser
from tests.votes_kit import Ground, unguarded

Open = Callable[..., Browser]
SCRIPT = "<script>alert(1)</script>"


def incident(ground: Ground, service: str = "shop-orders") -> str:
    with ground.store.begin() as conn:
        (answer,) = commit(conn, ground.kit.catalogue, [post(ground.kit.catalogue, service=service)])
    return str(answer.outcomes[0].incident_id)


def evidence(ground: Ground, of: str, number: int, *, label: str = "internal", place: str = "logs of the shop") -> str:
    item = Evidence(
        id=f"ev_01jd3c4k7w8m9e2f5a6b7c8d9{number}",
        tool="query_logs",
        params={"service": "shop-orders"},
        principal="incident_triage@service",
        label=label,
        place=place,
        collected_at=ground.now,
        text="pool exhausted",
        digest=text_digest("pool exhausted"),
        output={},
    )
    with ground.store.begin() as conn:
        reads.add_subject(conn, item, incident_id=of)
    return item.id


# -- H12 ---------------------------------------------------------------------------------------------------------------


def test_h12_evidence_above_ones_grants_shows_neither_place_nor_age(browser: Open, ground: Ground) -> None:
    about = incident(ground)
    open_, secret = evidence(ground, about, 1), evidence(ground, about, 2, label="security", place="the guards' log")
    hold = ground.propose(request(incident=about, evidence=(open_, secret)))
    for who, sees in (("tomas", True), ("jonas", False)):
        page = browser(who).json(f"/holdpoint/holds/{hold.id}")
        found = {each["id"]: each for each in page["evidence"]}
        assert found[open_]["place"] == "logs of the shop"
        assert found[open_]["collected_at"]
        assert (found[secret]["place"], bool(found[secret]["collected_at"])) == ("the guards' log" if sees else None, sees)
        text = html.unescape(browser(who).get(f"/holdpoint/holds/{hold.id}").text)
        assert ("the guards' log" in text, f"/evidence/{secret}" in text, secret in text) == (sees, sees, True)
    with ground.store.begin() as conn:
        conn.exec_driver_sql("DELETE FROM evidence")
    gone, hidden = (browser("jonas").json(f"/holdpoint/holds/{hold.id}")["evidence"][number] for number in (0, 1))
    assert gone | {"id": ""} == hidden | {"id": ""}, "what is gone and what is hidden look alike"


def test_h12_an_incident_that_one_may_not_read_is_an_id(browser: Open, ground: Ground) -> None:
    about = incident(ground, "shop-payments")
    hold = ground.propose(request(incident=about, evidence=(evidence(ground, about, 1),)))
    ground.edit("grants", **{"desk-reads": {"services": ["shop-orders"]}})
    page, text = browser("jonas").json(f"/holdpoint/holds/{hold.id}"), browser("jonas").get(f"/holdpoint/holds/{hold.id}").text
    assert (page["incident"], page["evidence"][0]["place"]) == (None, None)
    assert about in text
    for words in ("Error rate", f"/incidents/{about}", "logs of the shop"):
        assert words not in text
        assert words in browser("tomas").get(f"/holdpoint/holds/{hold.id}").text


def test_h11_script_in_whatever_a_hand_may_put_into_the_store_stays_text(browser: Open, ground: Ground) -> None:
    """Callouts, steps, undo, expectations, a read's problem, an evidence's place, a title: what no form would let through."""
    about = incident(ground)
    source = evidence(ground, about, 1, place=f"logs {SCRIPT}")
    hold = ground.propose(request(incident=about, evidence=(source,)))
    passkey(ground, "tomas")
    ground.reject(ground.propose(request(title="Another")), "priya", reason=f"No {SCRIPT}")
    with ground.store.begin() as conn:
        ledger.lock(conn)
        spoiled = Observation(
            step=1, observed_at=ground.now, observed_by="gated_change@service", fields={}, problem=f"failed: {SCRIPT}"
        )
        observations.add(conn, hold.id, spoiled)
    spoil(ground, hold)
    for who in ("tomas", "maya"):
        text = browser(who).get(f"/holdpoint/holds/{hold.id}").text
        assert SCRIPT not in text
        assert "<img" not in text
        assert text.count("&lt;script&gt;") >= 8
    assert SCRIPT not in browser("tomas").get("/holdpoint/holds").text


def spoil(ground: Ground, hold: Hold) -> None:
    """Script in every text of the stored plan, and digests that fit it again."""
    said = json.loads(ground.plan(hold).model_dump_json())
    said |= {"title": f"Restart {SCRIPT}", "reason": f"Because {SCRIPT}", "risk_reasons": [f"risky {SCRIPT}"]}
    for each in said["callouts"]:
        each["says"] = f"beware {SCRIPT}"
    for each in said["steps"]:
        each["says"] = f"do {SCRIPT}"
        each["undo"]["says"] = f"undo {SCRIPT}"
        each["params"] = {"process": SCRIPT}
        each["expectations"][0]["says"] = f"see {SCRIPT}"
        each["guard"][0]["value"] = SCRIPT
    body = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = digest_of(read_plan(body))
    ground.sql("UPDATE plan SET body = :body, digest = :digest WHERE id = :id", body=body, digest=digest, id=hold.plan_id)
    ground.sql(
        "UPDATE hold SET plan_digest = :digest, title = :title WHERE id = :id", digest=digest, title=said["title"], id=hold.id
    )


def test_script_in_a_name_and_beside_a_key_stays_text(browser: Open, ground: Ground) -> None:
    ground.kit.edit_people(lambda rows: rows["priya"].update(full_name=f"Priya {SCRIPT}"))
    enrolled(ground, "priya")
    hold = ground.propose(person="priya")
    for path in ("/holdpoint/keys", f"/holdpoint/holds/{hold.id}"):
        text = browser("ines").get(path).text
        assert SCRIPT not in text
        assert "Priya &lt;script&gt;" in text


# -- Holds that are not whole ------------------------------------------------------------------------------------------


def undecidable(browser: Open, ground: Ground, hold: Hold, mine: dict[str, Any], *words: str) -> None:
    """The page stands and says so; it offers no approval; the vote that was signed before is refused and nothing moves."""
    tomas, kept = browser("tomas"), ground.count("statement")
    answer = tomas.get(f"/holdpoint/holds/{hold.id}")
    text = html.unescape(answer.text)
    assert answer.status_code == 200
    assert [said for said in words if said not in text] == []
    assert 'value="approve">' not in text
    assert send(tomas, f"/holdpoint/holds/{hold.id}/vote", mine).status_code in {403, 409}
    assert tomas.get("/holdpoint/holds").status_code == 200
    assert tomas.get(f"/holdpoint/holds/{hold.id}/changed?revision=0&votes=1").status_code == 200
    assert (ground.count("statement"), ground.hold(hold).state.value) == (kept, "proposed")


def test_h10_a_plan_whose_bytes_were_changed_cannot_be_decided(browser: Open, ground: Ground, hold: Hold) -> None:
    mine = signed(browser("tomas"), passkey(ground, "tomas"), hold)
    for body in ("replace(body, 'restart_service', 'destroy_service')", "'{}'", "'not json'", "replace(body, '4217', '4218')"):
        ground.sql(f"UPDATE plan SET body = {body}")
        undecidable(browser, ground, hold, mine, "Nothing can be decided here", "is not the one that was proposed")
        for path, sent in (("draft", {"request": "{}"}), ("edit", None)):
            at = f"/holdpoint/holds/{hold.id}/{path}"
            answer = browser("tomas").get(at) if sent is None else send(browser("tomas"), at, sent)
            assert answer.status_code in {403, 422}


def test_h10_without_a_tool_manifest_nothing_is_approved(
    browser: Open, ground: Ground, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = passkey(ground, "tomas")
    mine = signed(browser("tomas"), device, hold)
    monkeypatch.delenv("HOLDPOINT_TRUST")
    undecidable(browser, ground, hold, mine, "You may not approve this", "no signed tool manifest", "(derived)")
    no = signed(browser("tomas"), device, hold, decision="reject", reason="Not while we cannot check it.", callouts=[])
    assert send(browser("tomas"), f"/holdpoint/holds/{hold.id}/vote", no).json()["state"] == "rejected", "to stop takes less"


def test_h10_a_service_that_left_the_catalogue(browser: Open, ground: Ground) -> None:
    """Whoever had a hand in the plan still reads that; to all others the hold is not there, as nobody says who may read of it."""
    folder = ground.kit.folder / "config"
    before = {name: (folder / name).read_text() for name in ("services.yaml", "grants.yaml")}
    add_service(folder, "shop-search")
    ground.kit.reload()
    hold = ground.propose(request(step("shop-search")), person="maya")
    device = passkey(ground, "tomas")
    mine = signed(browser("tomas"), device, hold)
    view = wanted(browser("tomas"), hold)["view"]
    for name, text in before.items():
        (folder / name).write_text(text)
    ground.kit.reload()
    answer = browser("maya").get(f"/holdpoint/holds/{hold.id}")
    assert (answer.status_code, "Nothing can be decided here" in answer.text, "data-sign" in answer.text) == (200, True, False)
    assert "shop-search" in answer.text
    assert browser("maya").get("/holdpoint/holds").status_code == 200
    assert browser("tomas").get(f"/holdpoint/holds/{hold.id}").status_code == 404
    assert browser("maya").get(f"/holdpoint/holds/{hold.id}/changed?revision=0&votes=1&view={view}").status_code == 200
    refused = send(browser("tomas"), f"/holdpoint/holds/{hold.id}/vote", mine)
    assert refused.status_code in {403, 404}
    assert ground.hold(hold).state.value == "proposed"


def add_service(folder: Path, name: str) -> None:
    services, grants = (yaml.safe_load((folder / file).read_text()) for file in ("services.yaml", "grants.yaml"))
    like = next(row for row in services if row["name"] == "shop-frontend")
    made = json.loads(json.dumps(like)) | {"name": name, "depends_on": []}  # YAML would make aliases of what is shared
    made["systems"] = {"supervisor": {"processes": [name]}}
    next(row for row in grants if row["name"] == "on-call-restarts")["services"].append(name)
    (folder / "services.yaml").write_text(yaml.safe_dump([*services, made], allow_unicode=True))
    (folder / "grants.yaml").write_text(yaml.safe_dump(grants, allow_unicode=True))


@pytest.mark.parametrize(
    "change", ["body = 'no statement'", "signature = 'no signature at all'", "person = 'priya'", "digest = 'abc'"]
)
def test_h10_a_changed_row_is_said_and_takes_no_page_down(browser: Open, ground: Ground, hold: Hold, change: str) -> None:
    other = ground.propose(request(title="Another, which is whole"))
    mine = signed(browser("tomas"), passkey(ground, "tomas"), hold)
    with ground.store.begin() as conn:
        unguarded(conn)
    ground.sql(f"UPDATE statement SET {change} WHERE subject = :hold", hold=hold.id)
    rule = "(signature)" if change.startswith("signature") else "(complete_record)"
    undecidable(browser, ground, hold, mine, "You may not approve this", rule)
    listed = browser("tomas").json("/holdpoint/holds")
    assert other.id in {row["hold"]["id"] for row in listed["mine"]}


def test_h10_a_record_of_keys_that_is_not_whole_takes_no_hold_down(browser: Open, ground: Ground, hold: Hold) -> None:
    mine = signed(browser("tomas"), passkey(ground, "tomas"), hold)
    with ground.store.begin() as conn:
        unguarded(conn)
    ground.sql("DELETE FROM statement WHERE type = 'holdpoint.witness.v1'")
    undecidable(browser, ground, hold, mine, "You may not approve this", "(complete_record)")
    answer = browser("tomas").get("/holdpoint/keys")
    assert (answer.status_code, "rule complete_record" in answer.text) == (403, True)


def test_h10_a_signature_that_anybody_could_make_counts_nowhere(browser: Open, ground: Ground, hold: Hold) -> None:
    """A row put in with its entry, but no signature of the person's: listed as a vote that does not count."""
    ground.put_row(hold, ground.vote(hold, "tomas", by="priya"), entered=True)
    page = browser("priya").json(f"/holdpoint/holds/{hold.id}")
    (cast,) = page["cast"]
    assert (cast["name"], "(signature)" in cast["discounted"], page["missing"]) == ("Tomás Lindqvist", True, 1)
    assert "does not count" in browser("priya").get(f"/holdpoint/holds/{hold.id}").text
