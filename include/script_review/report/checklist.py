"""What a reviewer works through: the findings, then a box for each question that no machine could answer, signed by a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from include.contracts.script_review import Category, Confidence, FileReview, Finding, Looked, ScriptReview
from include.script_review.changing import Changing
from include.script_review.report.reverse import without_reverse
from include.script_review.report.since import Compared
from include.script_review.report.wording import WORST_FIRST, counted, in_words, looked_in_words, place, quoted, told, worst_first
from include.script_review.rules.pages import words

_NOT_WHOLE = (Looked.PARTIAL, Looked.TOKENS, Looked.NONE)
_NAMED = 5  # commands that a question names


def checklist(review: ScriptReview, changing: Sequence[Changing] = (), *, compared: Compared | None = None) -> str:
    """Markdown without HTML and links; what comes from files is quoted and does nothing.

    :param changing: the functions that change state, as far as they are known
    """
    lines = ["# Review of scripts", "", in_words(review.summary), looked_in_words(review.summary)]
    lines += [*_since(compared), *_findings(review), *_questions(review, changing), *_signed()]
    return "\n".join(lines) + "\n"


# -- Findings ----------------------------------------------------------------------------------------------------------


def _findings(review: ScriptReview) -> Iterator[str]:
    open_ = [each for file in review.files for each in file.findings if each.suppressed_by is None]
    yield from ("", "## Findings")
    if not open_:
        yield from ("", "None. That is no proof that nothing is wrong.")
    for severity in WORST_FIRST:
        of_it = [finding for finding in worst_first(open_) if finding.severity is severity]
        if of_it:
            yield from ("", f"### {severity.value.capitalize()}", "")
            yield from _by_rule(of_it)


def _by_rule(findings: Iterable[Finding]) -> Iterator[str]:
    """A rule's reason and fix once, then its places."""
    groups: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        groups[one.rule, one.why, one.fix].append(one)
    for (rule, why, fix), found in groups.items():
        yield f"- `{rule}`, {words(found[0].category)}: {told(why)}"
        yield from (f"  - {place(one)} {told(one.message)}" for one in found)
        yield f"  - **Fix:** {told(fix)}"


def _since(compared: Compared | None) -> Iterator[str]:
    if compared is None:
        return
    yield ""
    yield f"Since the last review: {len(compared.new)} new, {len(compared.known)} known, {len(compared.fixed)} fixed."
    if compared.unseen:
        yield f"{counted(len(compared.unseen), 'finding')} of files that were not looked at again may still stand."
    if compared.rules_changed:
        yield "The rules have changed since then: what is new may be new to the rules only."


# -- Questions ---------------------------------------------------------------------------------------------------------


def _questions(review: ScriptReview, changing: Sequence[Changing]) -> Iterator[str]:
    """Only what follows from these files. Each section with nothing in it is left out."""
    yield from ("", "## Questions to a person")
    sections = (
        ("Going back", _going_back(changing)),
        ("Half-way", _half_way(changing)),
        ("Not looked at", _not_looked_at(review.files)),
        ("Suppressed by the author", _suppressed(review.files)),
        ("Uncertain", _uncertain(review.files)),
    )
    asked = False
    for title, boxes in sections:
        lines = list(boxes)
        if lines:
            asked = True
            yield from ("", f"### {title}", "", *lines)
    if not asked:
        yield from ("", "None follows from these files. Is the change wanted, now, by its owner?")


def _going_back(changing: Sequence[Changing]) -> Iterator[str]:
    for each, commands in without_reverse(changing):
        yield _box(f"How is what {_named(each)} does undone? It calls {_commands(commands)}, and nothing here does the reverse.")


def _half_way(changing: Iterable[Changing]) -> Iterator[str]:
    """Where more than one kind of change is made, a failure between two of them leaves neither the old nor the new state."""
    for each in changing:
        commands = tuple(dict.fromkeys(each.commands))
        if len(commands) > 1:
            first, second = quoted(commands[0]), quoted(commands[1])
            yield _box(
                f"If {second} fails in {_named(each)} after {first} was done, in which state is it left, and who sees that?"
            )


def _not_looked_at(files: Iterable[FileReview]) -> Iterator[str]:
    for file in files:
        looked = file.coverage.looked
        about = [one for one in file.findings if one.category is Category.COVERAGE and one.suppressed_by is None]
        if looked in _NOT_WHOLE:
            yield _box(f"Read {quoted(file.path)}: {_how_much(file)}{_notes(file)}")
        elif file.coverage.notes:
            yield _box(f"Is {quoted(file.path)} what it seems?{_notes(file)}")
        elif about:
            yield _box(f"Look for yourself in {quoted(file.path)}: {'; '.join(told(one.message) for one in about)}")


def _how_much(file: FileReview) -> str:
    if file.coverage.looked is Looked.NONE:
        return "it was not looked at."
    if file.coverage.looked is Looked.TOKENS:
        return "it could not be parsed."
    return f"{100 - int(file.coverage.share * 100)} % of it could not be parsed."


def _notes(file: FileReview) -> str:
    return f" ({'; '.join(quoted(note) for note in file.coverage.notes)})" if file.coverage.notes else ""


def _suppressed(files: Iterable[FileReview]) -> Iterator[str]:
    """By rule and reason, so that one reason is judged once."""
    found: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for file in files:
        for one in file.findings:
            if one.suppressed_by is not None:
                found[one.path, one.rule, one.suppressed_by].append(one)
    for (_, rule, reason), findings in found.items():
        places = f"{place(findings[0])}{f' and {len(findings) - 1} more in it' if len(findings) > 1 else ''}"
        worst = max(findings, key=lambda one: one.severity.rank).severity.value
        yield _box(f"Is this reason good: {quoted(reason)}? It silences `{rule}` ({worst}) at {places}.")


def _uncertain(files: Iterable[FileReview]) -> Iterator[str]:
    for file in files:
        for one in file.findings:
            if one.confidence is Confidence.LOW and one.suppressed_by is None and one.category is not Category.COVERAGE:
                yield _box(f"Is it so, at {place(one)}? {told(one.message)}")


def _named(each: Changing) -> str:
    what = quoted(each.function) if each.function else "the script itself"
    return f"{what} ({quoted(f'{each.path}:{each.line}')})"


def _commands(commands: Sequence[str]) -> str:
    named = [quoted(command) for command in commands[:_NAMED]]
    return ", ".join(named) + (f" and {len(commands) - _NAMED} more" if len(commands) > _NAMED else "")


def _box(question: str) -> str:
    return f"- [ ] {question}"


# -- Signature ---------------------------------------------------------------------------------------------------------


def _signed() -> Iterator[str]:
    yield from ("", "## Decision", "")
    yield from (
        "- [ ] May be merged as it is",
        "- [ ] May be merged once what is named below has changed",
        "- [ ] May not be merged",
    )
    yield from ("", "Conditions:", "", "Reviewer (a person):", "", "Date:")
    yield from ("", "Holdpoint drafted this page from the text of the files; nothing was run. It decides nothing.")
