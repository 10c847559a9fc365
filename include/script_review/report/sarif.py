"""A review as SARIF 2.1.0, the form that code scanning services and editors read.

Messages are shown by others, so foreign text in them is inert, and what SARIF itself would act on (links in square brackets,
placeholders in braces) is written out. What could not be looked at is a notification of the run, not a result about a script.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from include.contracts.inert import inert
from include.contracts.script_review import Category, Confidence, FileReview, Finding, Looked, ScriptReview, Severity
from include.script_review.report.since import Compared
from include.script_review.rule import Rule
from include.script_review.rules.pages import page, page_name

SCHEMA = "https://json.schemastore.org/sarif-2.1.0-rtm.5.json"
FINGERPRINT = "holdpointFinding/v1"
ROOT = "%SRCROOT%"
_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
# What code scanning sorts alerts by: a number from 0 to 10, as CVSS has it.
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
_COVERAGE = {
    Looked.FULL: "The whole file was parsed.",
    Looked.PARTIAL: "A part of the file could not be parsed; there only its tokens were looked at.",
    Looked.TOKENS: "The file could not be parsed; only its tokens were looked at.",
    Looked.TEXT: "The file was looked at as text only: for secrets.",
    Looked.NONE: "The file was not looked at.",
}
# Where linters explain their own rules, by the name before the code.
_ELSEWHERE = {"shellcheck": "https://www.shellcheck.net/wiki/", "hadolint": "https://github.com/hadolint/hadolint/wiki/"}


def as_sarif(review: ScriptReview, rules: Iterable[Rule], *, compared: Compared | None = None, pages: str | None = None) -> str:
    """The log, in ASCII.

    :param rules: ours, whether they found something or not
    :param pages: the address under which `docs/rules` is published; without it our rules have no `helpUri`
    """
    run = _run(review, _descriptors(review, {rule.id: rule for rule in rules}, pages), compared)
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _run(review: ScriptReview, rules: list[dict[str, Any]], compared: Compared | None) -> dict[str, Any]:
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    states = _states(compared)
    results = [
        _result(finding, index[finding.rule], number, states)
        for number, file in enumerate(review.files)
        for finding in file.findings
        if finding.category is not Category.COVERAGE
    ]
    version = review.rules[:12]  # of the review's own code: what another version finds may differ
    driver = {"name": "Holdpoint script review", "version": version, "rules": rules, "notifications": _kinds_of_notification()}
    return {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that was reviewed."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notifications(review.files))}],
        "artifacts": [_artifact(file) for file in review.files],
        "results": results,
        "properties": {"summary": review.summary.to_json(), "rulesDigest": review.rules},
    }


# -- Rules -------------------------------------------------------------------------------------------------------------


def _descriptors(review: ScriptReview, ours: Mapping[str, Rule], pages: str | None) -> list[dict[str, Any]]:
    """Our rules, and those of linters that found something, by what the first of their findings says."""
    found: dict[str, Finding] = {}
    for file in review.files:
        for finding in file.findings:
            found.setdefault(finding.rule, finding)
    described = {rule.id: _descriptor(rule, pages) for rule in ours.values()}
    described |= {name: _foreign(finding) for name, finding in found.items() if name not in described}
    return [described[name] for name in sorted(described)]


def _descriptor(rule: Rule, pages: str | None) -> dict[str, Any]:
    shown = {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": _literal(rule.title)},
        "fullDescription": {"text": _literal(rule.why)},
        "help": {"text": _literal(f"{rule.why} {rule.fix}"), "markdown": page(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": _tags(rule.category, rule.severity, rule.confidence),
    }
    if pages is not None:
        shown["helpUri"] = f"{pages.rstrip('/')}/{page_name(rule.id)}"
    return shown


def _foreign(finding: Finding) -> dict[str, Any]:
    linter, _, code = finding.rule.partition("-")
    shown = {
        "id": finding.rule,
        "shortDescription": {"text": finding.rule},
        "fullDescription": {"text": _message(finding.why)},
        "help": {"text": _message(f"{finding.why} {finding.fix}")},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": _tags(finding.category, finding.severity, finding.confidence),
    }
    return shown | ({"helpUri": _ELSEWHERE[linter] + quote(code, safe="")} if linter in _ELSEWHERE else {})


def _tags(category: Category, severity: Severity, confidence: Confidence) -> dict[str, Any]:
    """`security` is what makes code scanning show a severity; weak logging and thin tests are none of it."""
    security = category in (Category.RISKY_OPERATION, Category.SECRET_EXPOSURE)
    scored = {"security-severity": _SCORES[severity]} if security else {}
    return {"tags": [*(["security"] if security else []), category.value], "precision": _PRECISION[confidence], **scored}


# -- Results -----------------------------------------------------------------------------------------------------------


def _states(compared: Compared | None) -> dict[str, str]:
    if compared is None:
        return {}
    found = {each.fingerprint: "new" for each in compared.new}
    return found | {each.fingerprint: "unchanged" for each in compared.known}


def _result(finding: Finding, rule: int, file: int, states: Mapping[str, str]) -> dict[str, Any]:
    """`primaryLocationLineHash` is the name under which code scanning services look for a fingerprint."""
    shown: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(f"{finding.message} {finding.fix}")},
        "locations": [{"physicalLocation": {"artifactLocation": _location(finding.path, file), "region": _region(finding)}}],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint, "primaryLocationLineHash": finding.fingerprint},
        "properties": {name: getattr(finding, name).value for name in ("category", "severity", "confidence")},
    }
    if finding.suppressed_by is not None:
        shown["suppressions"] = [{"kind": "inSource", "justification": inert(finding.suppressed_by)}]
    if finding.fingerprint in states:
        shown["baselineState"] = states[finding.fingerprint]
    return shown


def _region(finding: Finding) -> dict[str, int]:
    """Both count from 1; SARIF's end column too is the one behind the last character. A linter's end may be before its start."""
    start = finding.line, finding.column
    end = max(start, (finding.end.line, finding.end.column))
    return {"startLine": start[0], "startColumn": start[1], "endLine": end[0], "endColumn": end[1]}


def _artifact(file: FileReview) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "location": _location(file.path),
        "sourceLanguage": file.language,
        "properties": {"looked": file.coverage.looked.value, "share": file.coverage.share},
    }
    return shown | ({"hashes": {"sha-256": file.digest}} if file.digest is not None else {})


def _location(path: str, index: int | None = None) -> dict[str, Any]:
    """Relative to the folder that was reviewed. Everything is written out but letters, digits, `-._~` and `/`."""
    if path.startswith("/"):
        return {"uri": "file://" + quote(path, safe="/", errors="surrogatepass")}
    shown: dict[str, Any] = {"uri": quote(path, safe="/", errors="surrogatepass"), "uriBaseId": ROOT}
    return shown | ({"index": index} if index is not None else {})


# -- What was not looked at --------------------------------------------------------------------------------------------


def _kinds_of_notification() -> list[dict[str, Any]]:
    """What a notification may be an instance of."""
    return [{"id": f"coverage-{looked.value}", "shortDescription": {"text": text}} for looked, text in _COVERAGE.items()]


def _notifications(files: Sequence[FileReview]) -> Iterator[dict[str, Any]]:
    for number, file in enumerate(files):
        about = [finding for finding in file.findings if finding.category is Category.COVERAGE]
        looked = file.coverage.looked
        if looked in (Looked.PARTIAL, Looked.TOKENS, Looked.NONE) or file.coverage.notes:
            level = "note" if looked in (Looked.FULL, Looked.TEXT) else "warning"
            yield {
                "level": level,
                "message": {"text": _message(" ".join([_COVERAGE[looked], *file.coverage.notes]))},
                "locations": [{"physicalLocation": {"artifactLocation": _location(file.path, number)}}],
                "descriptor": {"id": f"coverage-{looked.value}", "index": list(_COVERAGE).index(looked)},
                "properties": {"share": file.coverage.share},
            }
        yield from (_about_coverage(finding, number) for finding in about)


def _about_coverage(finding: Finding, file: int) -> dict[str, Any]:
    """A linter that is missing, a file that was cut."""
    place = {"artifactLocation": _location(finding.path, file), "region": _region(finding)}
    return {
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(f"{finding.message} {finding.fix}")},
        "locations": [{"physicalLocation": place}],
        "associatedRule": {"id": finding.rule},
        "properties": {"fingerprint": finding.fingerprint},
    }


def _message(text: str) -> str:
    """Foreign text: inert, on one line."""
    return _literal(inert(text))


def _literal(text: str) -> str:
    """Plain text as SARIF writes it: `[text](target)` would be a link, `{0}` a placeholder, so the standard doubles braces."""
    return text.replace("](", "] (").replace("{", "{{").replace("}", "}}")
