"""A finding's history on its branch, and dismissals: nothing counts before the owner has agreed."""

from __future__ import annotations

import pytest

from include.contracts.errors import Conflict, NotFound
from include.store import script_findings as findings
from include.store.database import Store
from include.store.verify import verify
from tests.script_kit import finding

pytestmark = pytest.mark.both_databases
ONE, TWO = finding("a.ps1"), finding("b.ps1")


def test_a_finding_is_new_then_known_then_fixed_then_new_again(store: Store) -> None:
    with store.begin() as conn:
        findings.keep_seen(conn, "shop", "rev_1", [ONE, TWO])
        findings.keep_seen(conn, "shop", "rev_2", [ONE])
        findings.keep_fixed(conn, "shop", "rev_2", [TWO.fingerprint])
        found = findings.history(conn, "shop")
        assert (found[ONE.fingerprint].first, found[ONE.fingerprint].fixed) == ("rev_1", None)
        assert (found[TWO.fingerprint].first, found[TWO.fingerprint].fixed) == ("rev_1", "rev_2")
        findings.keep_fixed(conn, "shop", "rev_3", [TWO.fingerprint])
        assert findings.history(conn, "shop")[TWO.fingerprint].fixed == "rev_2", "it was fixed once"
        findings.keep_seen(conn, "shop", "rev_3", [TWO])
        back = findings.history(conn, "shop")[TWO.fingerprint]
        assert (back.first, back.fixed) == ("rev_3", None)
        assert findings.history(conn, "another") == {}


def test_said_fixed_and_seen_by_the_same_review_it_is_as_old_as_before(store: Store) -> None:
    """A batch that failed at first: its file's findings were never fixed."""
    with store.begin() as conn:
        findings.keep_seen(conn, "shop", "rev_1", [ONE])
        findings.keep_fixed(conn, "shop", "rev_2", [ONE.fingerprint])
        findings.keep_seen(conn, "shop", "rev_2", [ONE])
        again = findings.history(conn, "shop")[ONE.fingerprint]
    assert (again.first, again.fixed) == ("rev_1", None)


def test_a_dismissal_counts_once_the_owner_has_agreed(store: Store) -> None:
    with store.begin() as conn:
        given = {"repository": "shop", "rule": ONE.rule, "person": "maya", "review_id": "rev_1"}
        found, created = findings.dismiss(conn, **given, fingerprint=ONE.fingerprint, reason="It is a constant.")
        again, twice = findings.dismiss(conn, **given, fingerprint=ONE.fingerprint, reason="Still.")
        whole, _ = findings.dismiss(conn, **given, fingerprint=None, reason="Never right here.")
        assert (created, again, twice) == (True, found, False)
        assert whole != found
        assert not findings.dismissal(conn, found).counts
        assert findings.dismissals(conn, "shop", agreed=True) == []
        assert findings.agree(conn, found, person="tomas", review_id="rev_1").counts
        assert [each.id for each in findings.dismissals(conn, "shop", agreed=True)] == [found]
        assert [each.id for each in findings.dismissals(conn, "shop", agreed=False)] == [whole]
        with pytest.raises(Conflict, match="tomas"):
            findings.agree(conn, found, person="maya", review_id="rev_1")
        with pytest.raises(NotFound):
            findings.agree(conn, "dsm_none", person="maya", review_id="rev_1")
    assert verify(store).ok


def test_h09_a_secret_in_a_reason_is_not_kept(store: Store) -> None:
    secret = "AKIA" + "Z7Q2M4X8N6B3V5C1"
    with store.begin() as conn:
        found, _ = findings.dismiss(
            conn,
            repository="shop",
            rule="r-a",
            fingerprint=None,
            person="maya",
            reason=f"{secret} is a test key",
            review_id="rev_1",
        )
        assert secret not in findings.dismissal(conn, found).reason
