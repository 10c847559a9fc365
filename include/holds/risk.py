"""How risky a plan is: what its tools are at the least, raised for what makes it worse; each reason in words."""

from __future__ import annotations

from collections.abc import Sequence

from include.contracts.plan import LAB, Risk
from include.holds.drawn import Drawn

MANY_STEPS = 5
_LEVELS = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)


def assess(drawn: Sequence[Drawn], environment: str) -> tuple[Risk, tuple[str, ...]]:
    """The risk, and why. Each thing that makes it worse raises it by one level."""
    least = max((each.contract.risk for each in drawn), key=_LEVELS.index)
    tools = sorted({each.contract.name for each in drawn if each.contract.risk is least})
    worse = _worse(drawn, environment)
    level = _LEVELS[min(_LEVELS.index(least) + len(worse), len(_LEVELS) - 1)]
    return level, (*(f"{tool} is of {least.value} risk at the least" for tool in tools), *worse)


def _worse(drawn: Sequence[Drawn], environment: str) -> list[str]:
    services = {each.service.name: each.service for each in drawn}
    first = sorted(name for name, service in services.items() if service.tier == 1)
    found = []
    if first and environment != LAB:
        found.append(f"{first[0]}{f' and {len(first) - 1} more' if first[1:] else ''}: tier 1 in {environment}")
    if len(services) > 1:
        found.append(f"It touches {len(services)} services")
    if len(drawn) > MANY_STEPS:
        found.append(f"It has more than {MANY_STEPS} steps")
    blind = [each.step.number for each in drawn if all(expected.already_true for expected in each.step.expectations)]
    if blind:
        found.append(f"All that is expected of step {blind[0]} is so already: nothing would show that it worked")
    return found
