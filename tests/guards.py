"""Guards switched off, to show that an attack is held by exactly this rule: `with off(template_rules.endorsed): …`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from include.holds.rules import Check


@contextmanager
def off(*guards: Check) -> Iterator[None]:
    """These rules allow everything, wherever they are asked."""
    with ExitStack() as stack:
        for guard in guards:
            stack.enter_context(_allowing(guard))
        yield


@contextmanager
def _allowing(guard: Check) -> Iterator[None]:
    with patch.dict(guard.__dict__, {"allows": lambda case: True}):
        yield
