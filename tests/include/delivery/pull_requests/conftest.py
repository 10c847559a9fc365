from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.change_systems import serving
from tests.github_comments import GitHub


@pytest.fixture
def system() -> Iterator[GitHub]:
    own = GitHub()
    with serving(own):
        yield own
