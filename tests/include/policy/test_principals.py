"""Who may be named as a principal."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import BadInput, NotFound
from include.policy.principals import principal_named


@pytest.mark.parametrize("name", ["maya", "incident_triage@service", "no-grant.at_all9@service"])
def test_a_person_or_a_name_that_a_workflow_could_have(catalogue: Any, name: str) -> None:
    assert principal_named(catalogue, name) == name


@pytest.mark.parametrize("name", ["@service", "A@service", "a b@service", "a@b@service", "ä@service", "x" * 64 + "@service"])
def test_no_workflow_has_such_a_name(catalogue: Any, name: str) -> None:
    with pytest.raises(BadInput, match="is not a principal"):
        principal_named(catalogue, name)


@pytest.mark.parametrize("name", ["", "stranger", "Maya", "maya ", "maya@service\n", "incident_triage"])
def test_nobody_is_guessed(catalogue: Any, name: str) -> None:
    with pytest.raises(NotFound):
        principal_named(catalogue, name)
