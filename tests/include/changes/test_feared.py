"""A condition that nothing follows asks for the way back, as a heading or a question; a sentence with its own answer does not."""

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
