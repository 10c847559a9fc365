"""Ways back and outcomes in words that no place announces: a feared condition, an order, a line of configuration, an equation."""

from __future__ import annotations

import pytest

from include.changes.questions import asks_for
from tests.include.changes.test_completeness import standing


@pytest.mark.parametrize(
    "text",
    [
        "If the upgrade has to be abandoned",
        "4. If step 3 fails",
        "and when it goes wrong?",
        "Should the migration fail",
        "Falls die Umstellung scheitert",
        "Si la bascule échoue",
        "Si el arranque falla",
        "Se l'aggiornamento fallisce",
    ],
)
def test_a_fear_asks_for_the_way_back(text: str) -> None:
    assert asks_for(text) == "rollback"


@pytest.mark.parametrize(
    "text",
    [
        "If the upgrade fails, call the desk.",
        "If the service fails, users see an error page",
        "If users want the old client",
        "When is the failure demo",
        "Known problems",
        "If anything is needed",
    ],
)
def test_other_conditions_do_not(text: str) -> None:
    assert asks_for(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Up\n\n```sql\nCREATE INDEX ix_a ON a (b);\n```\n\n## Down\n\n```sql\nDROP INDEX ix_a;\n```\n", "present"),
        ("## Server down\n\nRestart app-1 with `systemctl`.\n", "missing"),
        ("## If the upgrade has to be abandoned\n\nThe snapshots of db-1 are restored.\n", "present"),
        ("## If the upgrade has to be abandoned\n\nTBD\n", "empty"),
        ("[10:07] bo: and when it goes wrong?\n[10:08] al: i set the flag to 0% in the console\n", "present"),
        ("[10:07] bo: and when it goes wrong?\n[10:08] al: it will not\n", "missing"),
        ("If the new one does not come up I just set both records to the old addresses again, then all is back.\n", "present"),
        ("If the counts differ: truncate crm_v2.contact, leave the application on schema crm.\n", "present"),
        ("If the counts differ, tell sales at 10:00.\n", "missing"),
    ],
)
def test_what_stands_behind_it(text: str, expected: str) -> None:
    assert standing(text, "rollback") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Si des visuels périmés apparaissent, nous republions la version 41.\n", "present"),
        ("Si des erreurs apparaissent, nous restons en contact au 4411.\n", "missing"),
        ("If users appear unhappy, remain on the bridge 4411.\n", "missing"),
        ("If errors appear in dev, we leave the flag on.\n", "missing"),
        ("[1:02] al: and if they drop off?\n[1:03] bo: i take the profile off, they hop back on the old one\n", "present"),
        ("BACK-OUT\n  ip access-list standard SNMP-RO\n   permit 10.0.0.0 0.255.255.255\n", "present"),
    ],
)
def test_the_way_back_in_other_words(text: str, expected: str) -> None:
    assert standing(text, "rollback") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. stop app-1\n2. balance of account 1200 equals the closing report\n", "present"),
        ("1. app-1 anhalten\n2. Saldo 1200 stimmt mit dem Abschluss überein\n", "present"),
        ("The new price equals the old one plus 3 EUR.\n", "missing"),
        ("1. if the sum equals the old one, go on\n2. stop app-1\n", "missing"),
        ("POST-WORK\n  From the poller: snmpget of sysUpTime answers on all four.\n", "present"),
        ("## Watching\n\np99 under 30 ms\n", "present"),
        ("## Watching\n\nMarek\n", "missing"),
        ('## Description\n\nAfterwards the list "Stuck" must be empty.\n', "present"),
        ('## Reason\n\nAfterwards the list "Stuck" must be empty.\n', "missing"),
        ("## Quality assurance\n\nNet total differs from the forecast by less than 0.5 %.\n", "present"),
    ],
)
def test_the_outcome_in_other_words(text: str, expected: str) -> None:
    assert standing(text, "validation") == expected
