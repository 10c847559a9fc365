from __future__ import annotations

from tests.holds_kit import kit  # noqa: F401
