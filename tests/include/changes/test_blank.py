"""What counts as nothing."""

from __future__ import annotations

import pytest

from include.changes import blank


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("--", "nothing"),
        ("x", "nothing"),
        ("?", "nothing"),
        ("TBD", "written"),
        ("to be confirmed with the vendor", "written"),
        ("Noch offen", "written"),
        ("À compléter", "written"),
        ("Pendiente de definir.", "written"),
        ("n/a", "reason"),
        ("None.", "reason"),
        ("Entfällt", "reason"),
        ("Sans objet", "reason"),
        ("No aplica", "reason"),
        ("<your plan>", "placeholder"),
        ("[Enter plan]", "placeholder"),
        ("{rollback}", "placeholder"),
        ("Please describe the plan", "placeholder"),
        ("See above", "pointer"),
        ("Siehe Wiki", "pointer"),
        ("Voir la procédure", "pointer"),
        ("Según el manual", "pointer"),
    ],
)
def test_blank(text: str, why: str) -> None:
    assert why in (blank.blank(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        "n/a, because nothing is written to disk",
        "[x] restore db-1",
        "See the wiki for names, then restore db-1 from tape",
        "Restore db-1",
    ],
)
def test_not_blank(text: str) -> None:
    assert blank.blank(text) is None
