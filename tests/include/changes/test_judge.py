"""What counts as nothing, and what a single sentence says."""

from __future__ import annotations

import pytest

from include.changes import judge


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
    assert why in (judge.blank(text) or "")


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
    assert judge.blank(text) is None


def test_a_language_that_is_not_known_gets_the_benefit_of_the_doubt() -> None:
    polish = "Przywrócić poprzednią bazę danych serwera głównego oraz uruchomić ponownie wszystkie usługi magazynu"
    assert not judge.known_language(polish)
    assert judge.gives_way_back(polish)


@pytest.mark.parametrize(
    ("step", "expected"),
    [("Announce the start", True), ("Stop nginx", False), ("Löschen der Datei", False), ("Exportar la lista", True)],
)
def test_steps_that_change_nothing(step: str, expected: bool) -> None:
    assert judge.is_passive(step) is expected
