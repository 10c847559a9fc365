from __future__ import annotations

from tests.clock import clock  # noqa: F401
from tests.holds_kit import kit  # noqa: F401
