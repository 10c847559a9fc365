from __future__ import annotations

from typing import Any

import pytest

from include.contracts.hold import Hold
from tests.clock import clock  # noqa: F401
from tests.holds_kit import Kit, kit  # noqa: F401
from tests.votes_kit import Ground


@pytest.fixture
def ground(store: Any, kit: Kit) -> Ground:  # noqa: F811
    return Ground(store, kit)


@pytest.fixture
def hold(ground: Ground) -> Hold:
    """Proposed by maya, in the lab, where one approval is enough."""
    return ground.propose()
