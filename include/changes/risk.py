"""Risk of a change: likelihood that it goes wrong × impact if it does, 1 to 5 each. The weights stand here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from include.changes.fold import fold
from include.changes.places import Layout
from include.contracts.change import (
    AffectedSystem,
    Aspect,
    ChangeConflict,
    ChangeRisk,
    ChangeType,
    RiskReason,
    Standing,
    Step,
)
from include.contracts.errors import ConfigError

Level = Literal["low", "medium", "high", "critical"]
Number = TypeVar("Number", int, str)


@dataclass(frozen=True)
class Weights:
    """Points that are added to 1; the sum is cut to 1 … 5. `levels` holds the highest score of each level."""

    likelihood: Mapping[str, int] = field(
        default_factory=lambda: {
            "rollback-missing": 1,
            "rollback-empty": 1,
            "validation-missing": 1,
            "validation-empty": 1,
            "no-test-evidence": 1,
            "emergency": 1,
            "window-conflict": 1,
            "many-steps": 1,
            "standard-change": -1,
        }
    )
    impact: Mapping[str, int] = field(
        default_factory=lambda: {
            "tier-1": 2,
            "tier-2": 1,
            "dependants": 1,
            "several-services": 1,
            "downtime": 1,
            "no-way-back": 1,
            "unknown-systems": 1,
        }
    )
    levels: tuple[tuple[Level, int], ...] = (("low", 4), ("medium", 9), ("high", 16), ("critical", 25))
    many_steps: int = 10

    def with_points(self, points: Mapping[str, int]) -> Weights:
        """The same with other points for some reasons; ConfigError for a reason that there is not."""
        unknown = sorted(set(points) - self.likelihood.keys() - self.impact.keys())
        if unknown:
            known = ", ".join(sorted({*self.likelihood, *self.impact}))
            raise ConfigError(
                f"change_risk_points names {', '.join(unknown)}, which is no reason.", next_step=f"use in settings.yaml: {known}"
            )
        likelihood, impact = (
            {name: points.get(name, usual) for name, usual in of.items()} for of in (self.likelihood, self.impact)
        )
        return replace(self, likelihood=likelihood, impact=impact)


DEFAULT = Weights()

_DOWNTIME = re.compile(
    r"\b(?:downtime|outage|offline|unavailable|interrupt\w*|not reachable|ausfall\w*|unterbr\w+|coupure|indisponib\w*"
    r"|interrupcion|corte|no hay acceso)\b"
)
_NO_DOWNTIME = re.compile(r"\b(?:no|zero|without|keine?n?|ohne|sans|aucune?|sin|kein)\b[^.]{0,30}$")


def rate(
    layout: Layout,
    aspects: Sequence[Aspect],
    kind: ChangeType,
    affected: Sequence[AffectedSystem],
    unmatched: Sequence[AffectedSystem],
    conflicts: Sequence[ChangeConflict],
    steps: Sequence[Step],
    weights: Weights = DEFAULT,
) -> ChangeRisk:
    """The risk with the reason for every point."""
    standing = {each.name: each.standing for each in aspects}
    likelihood = _reasons(_likely(standing, kind, conflicts, steps, weights), weights.likelihood)
    impact = _reasons(_grave(layout, standing, affected, unmatched), weights.impact)
    first, second = (min(5, max(1, 1 + sum(each.points for each in reasons))) for reasons in (likelihood, impact))
    score = first * second
    return ChangeRisk(
        likelihood=first,
        impact=second,
        score=score,
        level=next(level for level, highest in weights.levels if score <= highest),
        likelihood_reasons=likelihood,
        impact_reasons=impact,
    )


def _reasons(found: Iterator[tuple[str, str]], points: Mapping[str, int]) -> tuple[RiskReason, ...]:
    return tuple(
        RiskReason(rule=rule, points=points.get(rule, 0), says=says[:400]) for rule, says in found if points.get(rule, 0)
    )


def _likely(
    standing: Mapping[str, Standing],
    kind: ChangeType,
    conflicts: Sequence[ChangeConflict],
    steps: Sequence[Step],
    weights: Weights,
) -> Iterator[tuple[str, str]]:
    for name in ("rollback", "validation"):
        if standing[name] is not Standing.PRESENT:
            yield f"{name}-{standing[name].value}", f"{name} is {standing[name].value}"
    if standing["evidence"] is not Standing.PRESENT:
        yield "no-test-evidence", "nothing says that it was tested before"
    if kind is ChangeType.EMERGENCY:
        yield "emergency", "an emergency change is prepared in less time"
    if kind is ChangeType.STANDARD:
        yield "standard-change", "a standard change has been done before"
    if conflicts:
        yield "window-conflict", f"it meets {conflicts[0].kind} {conflicts[0].name}"
    changing = sum(step.changes_state for step in steps)
    if changing >= weights.many_steps:
        yield "many-steps", f"{changing} steps change something"


def _grave(
    layout: Layout,
    standing: Mapping[str, Standing],
    affected: Sequence[AffectedSystem],
    unmatched: Sequence[AffectedSystem],
) -> Iterator[tuple[str, str]]:
    highest = min((each.tier for each in affected if each.tier), default=None)
    if highest is not None and highest <= 2:
        names = ", ".join(each.service or each.name for each in affected if each.tier == highest)
        yield f"tier-{highest}", f"tier {highest}: {names}"
    dependants = sorted({each.service for row in affected for each in row.dependants})
    if dependants:
        yield "dependants", f"depended on by {', '.join(dependants)}"
    if len(affected) > 1:
        yield "several-services", f"{len(affected)} services of the catalogue"
    if not affected and unmatched:
        yield "unknown-systems", f"{len(unmatched)} systems that no catalogue knows"
    line = _downtime(layout)
    if line:
        yield "downtime", f"line {line} speaks of an interruption"
    if standing["rollback"] is not Standing.PRESENT:
        yield "no-way-back", "without a way back a failure lasts"


def _downtime(layout: Layout) -> int:
    """The first line about impact that speaks of an interruption and does not deny it; 0 without one."""
    for passage in layout.passages:
        if passage.topics & {"impact", "risk"}:
            folded = fold(passage.text[:2_000])
            for found in _DOWNTIME.finditer(folded):
                if not _NO_DOWNTIME.search(folded[max(0, found.start() - 40) : found.start()]):
                    return passage.line
    return 0
