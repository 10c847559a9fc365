"""What is found, in words: each rule's severity and the question that it asks the author."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from include.changes.claims import Claim
from include.changes.window import Window
from include.contracts.change import AffectedSystem, Aspect, ChangeConflict, Finding, Severity, Standing, Step

BLOCKER, WARNING, INFO = Severity.BLOCKER, Severity.WARNING, Severity.INFO

# aspect -> how grave it is if it is not there, and what to ask.
ASPECTS: dict[str, tuple[Severity, str]] = {
    "rollback": (BLOCKER, "What exactly do you do, on which system, to get back, and when do you decide it?"),
    "validation": (BLOCKER, "What will you look at afterwards, and what must it show?"),
    "type": (WARNING, "Is this a standard, a normal or an emergency change?"),
    "purpose": (WARNING, "Why is this change made?"),
    "scope": (WARNING, "What exactly changes, and what does not?"),
    "affected": (BLOCKER, "Which systems and services does it touch?"),
    "steps": (BLOCKER, "Which steps are carried out, in which order?"),
    "prechecks": (INFO, "What has to be true before you begin?"),
    "window": (WARNING, "When does it begin and end, in which time zone?"),
    "impact": (WARNING, "What will users notice, and for how long?"),
    "communication": (INFO, "Who is told, and when?"),
    "evidence": (WARNING, "Where was it tested before, and with what result?"),
    "trigger": (INFO, "Which value of which metric makes you go back?"),
    "technician": (WARNING, "Who carries it out?"),
    "reviewer": (WARNING, "Who has read it, other than the author?"),
}

WINDOW: dict[str, tuple[str, str]] = {
    "window-no-zone": ("no time zone", "Which time zone is meant?"),
    "window-local-time": ("a local time, without its zone", "Which time zone is meant?"),
    "window-ambiguous-zone": (
        "a time zone that can mean several, or several zones",
        "Which time zone is meant, as Region/City or UTC offset?",
    ),
    "window-summer-time": ("winter time is named in summer, or the reverse", "Which clock is meant, as UTC offset?"),
    "window-ambiguous-date": ("day and month may be exchanged", "Which day is meant, as YYYY-MM-DD?"),
    "window-no-year": ("a date without its year", "Which day is meant, as YYYY-MM-DD?"),
    "window-no-such-date": ("a date that does not exist", "Which day is meant, as YYYY-MM-DD?"),
    "window-several": ("several windows in one", "When does the first begin and the last end, as dates with times?"),
    "window-no-date": ("no date", "On which day, as YYYY-MM-DD?"),
    "window-no-time": ("no time of day", "From when to when?"),
    "window-no-end": ("no end", "When does it end at the latest?"),
    "window-reversed": ("it ends before it begins", "From when to when?"),
    "window-too-long": ("longer than a year", "From when to when?"),
    "window-gap": ("a time that the clock skips on that day", "Which time is meant, as UTC?"),
    "window-overlap": ("a time that the clock shows twice on that day", "Which time is meant, as UTC?"),
}
SHOWN = 12  # numbers or names in one finding
MAX_CLAIMS = 50


def about_aspects(aspects: Sequence[Aspect]) -> Iterator[Finding]:
    for aspect in aspects:
        if aspect.standing is not Standing.PRESENT:
            severity, asks = ASPECTS[aspect.name]
            says = f"{aspect.name} is {aspect.standing.value}: {aspect.reason}"
            yield _finding(f"{aspect.name}-{aspect.standing.value}", severity, aspect.line, says, asks)


def about_language(language: str, doubtful: Iterable[Aspect]) -> Iterator[Finding]:
    """A text that the rules cannot read counts as an answer where there is a place for it: a person must read it."""
    asks = "Who, of those that read this language, has read the way back and the validation?"
    if language:
        says = f"the notes seem to be in {language}, which these rules do not read: their verdicts on it say little"
        yield _finding("language-not-read", WARNING, 0, says, asks)
    for aspect in doubtful:
        says = f"{aspect.name} counts as present only because its language is not read: {aspect.reason}"
        yield _finding(f"{aspect.name}-not-read", WARNING, aspect.line, says, asks)


def about_steps(steps: Sequence[Step]) -> Iterator[Finding]:
    changing = [step for step in steps if step.changes_state]
    for rule, attribute, what, asks in (
        (
            "steps-without-undo",
            "undo",
            "no undo of its own, and the way back does not name it",
            "How is each of these steps undone?",
        ),
        (
            "steps-without-check",
            "check",
            "no check of its own, and the validation does not name it",
            "How do you see that each has worked?",
        ),
    ):
        bare = [step for step in changing if getattr(step, attribute) == "none"]
        if bare:
            numbers = ", ".join(str(step.number) for step in bare[:SHOWN]) + (" …" if len(bare) > SHOWN else "")
            yield _finding(rule, INFO, bare[0].line, f"steps {numbers}: {what}", asks)


def about_systems(affected: Sequence[AffectedSystem], unmatched: Sequence[AffectedSystem]) -> Iterator[Finding]:
    if unmatched:
        names = ", ".join(each.name for each in unmatched[:SHOWN])
        asks = "Are these names right, and who owns these systems?"
        yield _finding("systems-not-in-catalogue", WARNING, unmatched[0].line, f"in no catalogue: {names}", asks)
    for each in affected:
        others = [f"{row.service} ({row.owner})" for row in each.dependants]
        if others:
            says = f"{each.service} is depended on by {', '.join(others[:SHOWN])}"
            yield _finding("has-dependants", INFO, each.line, says, "Do their owners know?")


def about_window(window: Window | None, conflicts: Sequence[ChangeConflict]) -> Iterator[Finding]:
    for doubt in window.doubts if window else ():
        what, asks = WINDOW[doubt.rule]
        yield _finding(doubt.rule, WARNING, doubt.line, f"{what}: {doubt.says}", asks)
    for conflict in conflicts:
        severity = BLOCKER if conflict.certain and conflict.kind == "freeze" else WARNING
        says = f"{'meets' if conflict.certain else 'may meet'} {conflict.kind} {conflict.name}: {conflict.says}"
        asks = (
            "Can it be moved, or who grants the exception?" if conflict.kind != "incident" else "Is it still right to do it now?"
        )
        yield _finding(f"conflict-{conflict.kind}", severity, window.line if window else 0, says, asks)


def about_claims(claims: Sequence[Claim]) -> Iterator[Finding]:
    for claim in claims[:MAX_CLAIMS]:
        rule = "claims-approval" if claim.kind == "approval" else "instructs-an-assistant"
        why = "approvals are recorded elsewhere" if claim.kind == "approval" else "a document gives no instructions"
        severity = INFO if claim.kind == "approval" else WARNING
        yield _finding(rule, severity, claim.line, f"quoted and ignored ({why}): {claim.text}", "")


def _finding(rule: str, severity: Severity, line: int, says: str, asks: str) -> Finding:
    return Finding(rule=rule, severity=severity, line=line, says=" ".join(says.split())[:400], asks=asks)
