"""Files of one unit to their reviews: decode, parse, apply the rules. Pure; nothing that is read is run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from include.contracts.script_review import Coverage, FileReview, Looked
from include.script_review.bash.script import Script as ShellScript
from include.script_review.decode import decode
from include.script_review.dockerfile.dockerfile import Dockerfile
from include.script_review.finding import Found, findings, found_by, one_line
from include.script_review.language import language_of
from include.script_review.limits import Limits, text_only
from include.script_review.parsing import sound_share
from include.script_review.powershell.broken import by_lines
from include.script_review.powershell.model import Script
from include.script_review.powershell.suppress import attributes, without_justification
from include.script_review.project import Project
from include.script_review.rule import Hit, Rule
from include.script_review.rules import coverage
from include.script_review.rules.registry import OF_LANGUAGE, OF_TEXT
from include.script_review.source import Source
from include.script_review.suppress import WITHOUT_REASON, Suppressions, comments
from include.script_review.terraform.module import Module

# Language -> its model of a source.
MODELS: Mapping[str, Callable[[Source, Project], Any]] = {
    "powershell": Script,
    "bash": lambda source, project: ShellScript.of(source, project.paths - {source.path}),
    "terraform": lambda source, _: Module.of(source),
    "dockerfile": lambda source, _: Dockerfile.of(source),
}
LIMITS = Limits()
MOST = 1_000  # findings of one file
_FULL = Coverage(looked=Looked.FULL, share=1.0)


class Unread(NamedTuple):
    """A file that could not be taken in, and why."""

    path: str
    language: str
    digest: str | None
    why: str


def read(path: str, data: bytes) -> Source | Unread:
    """One file's source."""
    decoded = decode(data)
    language = language_of(path, decoded.text if decoded else None)
    if decoded is None:
        by_name = language_of(path, "")
        language = by_name if by_name in OF_LANGUAGE else language
        return Unread(path, language, hashlib.sha256(data).hexdigest(), "not text")
    return Source(path, language, decoded.text, decoded.notes)


def answer_unit(files: dict[str, bytes], options: dict[str, Any]) -> list[dict[str, Any]]:
    """As a worker is asked. `options`: `members`, the paths to review; the other files are their tests; `linted` and `cut`."""
    members = options["members"]
    tests = {path: data for path, data in files.items() if path not in set(members)}
    linted = {path: [Found.of(row) for row in rows] for path, rows in options.get("linted", {}).items()}
    reviews = review_unit({path: files[path] for path in members}, tests, linted, options.get("cut"))
    return [one.model_dump(mode="json") for one in reviews]


def review_unit(
    files: Mapping[str, bytes],
    tests: Mapping[str, bytes] | None = None,
    linted: Mapping[str, Sequence[Found]] | None = None,
    why_cut: str | None = None,
) -> list[FileReview]:
    """`files`: path to bytes of a unit's members; `tests`: of tests elsewhere that belong to them. In the files' order.

    `linted`: what linters found, by path. They run elsewhere, since they need more address space than a worker may have.
    `why_cut`: why none of them is parsed, and only looked at as text.
    """
    taken = {path: read(path, data) for path, data in files.items()}
    others = (read(path, data) for path, data in (tests or {}).items() if path not in files)
    project = Project({one.path: one for one in others if isinstance(one, Source)}, frozenset((*files, *(tests or {}))))
    cut = {
        path: why_cut or text_only(one.data, LIMITS)
        for path, one in taken.items()
        if isinstance(one, Source) and one.language in MODELS
    }
    for path, why in cut.items():
        one = taken[path]
        if why is None and isinstance(one, Source):
            project.models[path] = MODELS[one.language](one, project)
    return [
        unread(one)
        if isinstance(one, Unread)
        else _review(one, project.models.get(path), cut.get(path), _sha256(files[path]), (linted or {}).get(path, ()))
        for path, one in taken.items()
    ]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _review(source: Source, model: Any, cut: str | None, digest: str, linted: Sequence[Found]) -> FileReview:
    """One file, by the rules of its language and those for every text."""
    found = [*_by_rules(OF_TEXT, source), *_by_rules((WITHOUT_REASON,), source), *linted]
    said = list(comments(source))
    looked = Coverage(looked=Looked.TEXT, share=0.0, notes=(*map(one_line, source.notes), *((one_line(cut),) if cut else ())))
    if cut:
        found.append(found_by(coverage.FILE, Hit(0, 0, f"Only looked at as text: {cut}.")))
    if model is not None:
        rules = OF_LANGUAGE[source.language]
        found += _by_rules(rules, model)
        looked = _coverage(source, getattr(model, "errors", ()))
        if isinstance(model, Script):
            found += by_lines(model, rules, _by_rules)
            declared = list(attributes(model))
            said += declared
            found += [found_by(WITHOUT_REASON, hit) for hit in without_justification(declared)]
    kept = findings(source, gravest(found), Suppressions(said))
    return FileReview(path=one_line(source.path), language=source.language, digest=digest, coverage=looked, findings=kept)


def gravest(found: list[Found]) -> list[Found]:
    """At most so many as a person or a report can take; that there are more is one of them."""
    if len(found) <= MOST:
        return found
    ordered = sorted(found, key=lambda one: (-one.severity.rank, one.start))
    more = Hit(0, 0, f"There are {len(found):,} findings; the {MOST:,} gravest are listed.")
    return [*ordered[:MOST], found_by(coverage.FILE, more)]


def _by_rules(rules: Sequence[Rule], model: Any) -> Iterator[Found]:
    """What rules find. One that fails says so and the others go on."""
    for rule in rules:
        try:
            for hit in rule.check(model):
                yield found_by(rule, hit)
        except Exception as error:  # any fault of one rule
            yield found_by(coverage.RULE, Hit(0, 0, f"{rule.id} failed here: {type(error).__name__}."))


def _coverage(source: Source, parts: Sequence[tuple[int, int]]) -> Coverage:
    """How much stood in a sound tree."""
    if not parts:
        return Coverage(looked=Looked.FULL, share=1.0, notes=tuple(map(one_line, source.notes))) if source.notes else _FULL
    share = round(sound_share(len(source.data), parts), 3)
    spans = [(source.place(start)[0], source.place(end)[0]) for start, end in parts[:20]]
    where = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
    note = f"could not be parsed, looked at line by line: lines {where}{' …' if len(parts) > 20 else ''}"
    looked = Looked.PARTIAL if share >= 0.5 else Looked.TOKENS
    return Coverage(looked=looked, share=share, notes=(*map(one_line, source.notes), one_line(note)))


def unread(one: Unread) -> FileReview:
    """The review of a file that could not be looked at: for a script that is a finding."""
    notes = (one_line(one.why),)
    empty = Source(one.path, one.language, "")
    found = [found_by(coverage.FILE, Hit(0, 0, f"Not looked at: {one.why}."))] if one.language in OF_LANGUAGE else []
    return FileReview(
        path=one_line(one.path),
        language=one.language,
        digest=one.digest,
        coverage=Coverage(looked=Looked.NONE, share=0.0, notes=notes),
        findings=findings(empty, found, Suppressions(())),
    )
