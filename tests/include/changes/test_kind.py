"""A change's type is what the text says of itself."""

from __future__ import annotations

import pytest

from include.changes.kind import change_type
from include.changes.places import lay_out
from include.changes.read import read_notes

CASES = [
    ("Type: Normal\n", "normal"),
    ("Change type: standard (pre-approved)\n", "standard"),
    ("**Type:** Emergency\n", "emergency"),
    ("| Field | Value |\n|---|---|\n| Change type | Normal |\n", "normal"),
    ("Änderungsart: Normale Änderung\n", "normal"),
    ("Art der Änderung: Notfalländerung\n", "emergency"),
    ("Type de changement : normal\n", "normal"),
    ("Type de changement : urgent\n", "emergency"),
    ("Tipo de cambio: estándar\n", "standard"),
    ("Tipo de cambio: emergencia\n", "emergency"),
    ("# Standard change SC-1: rotate a log\n", "standard"),
    ("# Emergency change: revoke a key\n", "emergency"),
    ("I am treating this as an emergency change.\n", "emergency"),
    ("Record: CH-1, normal change\n", "normal"),
    ("Type: Normal / Standard / Emergency\n", "unknown"),
    ("Type: <normal, standard or emergency>\n", "unknown"),
    ("Type: Firmware\n", "unknown"),
    ("This is kind of urgent.\n", "unknown"),
    ("This is not an emergency change.\n", "unknown"),
    ("Priority: Emergency\n", "unknown"),
    ("Emergency contact: 5150\n", "unknown"),
    ("Follow the standard procedure.\n", "unknown"),
    ("Normal operation resumes at 9.\n", "unknown"),
    ("Type: Normal\n\nThe last emergency change failed.\n", "normal"),
    ("Category: normal change, medium risk\n", "normal"),
    ("<html><table><tr><td>Change type</td><td>Standard</td></tr></table></html>", "standard"),
    ("h2. Data\n\n|Change type|Emergency|\n", "emergency"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_type(text: str, expected: str) -> None:
    assert change_type(lay_out(read_notes(text)))[0].value == expected


def test_a_salutation_is_no_heading_of_approvals() -> None:
    layout = lay_out(read_notes("Hello CAB,\n\nnormal change please, Sunday.\n"))
    assert change_type(layout)[0].value == "normal"
