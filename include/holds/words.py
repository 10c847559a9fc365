"""A page as lines of text, for the command line: the same words as the console's, whole."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import JsonValue

from include.contracts.hold import Difference, View, ViewStep
from include.holds.view import at_words


def page_in_words(view: View) -> Iterator[str]:
    """Line by line; nothing is cut off, nothing ages."""
    yield view.title
    yield f"  {view.hold} in {view.environment}, {view.risk.value} risk"
    yield from (f"  - {reason}" for reason in view.risk_reasons)
    yield from _standing(view)
    yield "Why"
    yield from (f"  {line}" for line in view.reason.split("\n"))
    if view.plan.incident is not None:
        yield f"  {view.plan.incident}{''.join(f' {name}' for name in view.plan.evidence)}"
    for step in view.steps:
        yield from _step(view, step)
    yield "To acknowledge, each by itself"
    yield from [f"  [{callout.id}] {callout.says}" for callout in view.callouts] or ["  nothing"]
    yield "Who decides"
    yield from (f"  {line}" for line in view.deciders)
    yield "Until when"
    yield from (f"  {line}" for line in view.clocks)
    yield "What is signed"
    yield f"  plan {view.plan_digest}"


def _standing(view: View) -> Iterator[str]:
    """What it is beside an ordinary change."""
    if view.template is not None:
        shown = view.template
        yield f"STANDARD CHANGE by the template {shown.id}: {shown.title}"
        yield f"  digest {shown.digest}, of {shown.owner}, until {at_words(shown.expires)}"
        yield f"  signed by {', '.join(shown.signers) or 'nobody'}; where it fits exactly, nobody needs to vote"
    if view.emergency is not None:
        found = view.emergency
        yield f"EMERGENCY, declared by {found.person} at {at_words(found.at)} because of {found.incident}"
        yield f"  one approval is enough, and it may be executed until {at_words(found.until)}"
        yield from (f"  {line}" for line in found.reason.split("\n"))
        yield f"  declaration {found.declaration}"


def _step(view: View, step: ViewStep) -> Iterator[str]:
    yield f"Step {step.number}: {step.says}"
    yield f"  target  {step.target}, of {step.service}, which {step.owner} owns"
    yield from (f"  guard   {_guard(view, each)}" for each in view.differences if each.step == step.number)
    yield f"  undo    {step.undo}"
    yield from (f"  verify  {expected.says}, within {expected.within_s} s" for expected in step.expectations)


def _guard(view: View, each: Difference) -> str:
    step = view.plan.steps[each.step - 1]
    (after,) = (guard.after_step for guard in step.guard if guard.field == each.field)
    if after is not None:
        return f"{each.field} as step {after} leaves it"
    planned = f"{each.field} {_value(each.planned)}"
    if each.problem is not None:
        return f"{planned}; could not be read again: {each.problem}"
    if each.changed is None:
        return f"{planned}, as observed {at_words(step.observed_at)} by {step.observed_by}"
    return f"{planned}, still so" if not each.changed else f"{planned}, CHANGED: now {_value(each.now)}"


def _value(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
