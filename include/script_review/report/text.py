"""A review on a terminal: a line a finding, one summary at the end."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.base import clean_text
from include.contracts.script_review import FileReview, Finding, Looked, ScriptReview, Severity
from include.script_review.report.since import Compared
from include.script_review.report.wording import counted, in_words, looked_in_words

_COLOURS = {Severity.CRITICAL: "1;31", Severity.HIGH: "31", Severity.MEDIUM: "33", Severity.LOW: "36"}
_RULE = 34  # characters of a rule's name before the message starts later


def as_text(review: ScriptReview, *, colour: bool = False, compared: Compared | None = None) -> str:
    """Files in the order of the review, findings by place, a fix once a file. What authors suppressed is counted, not listed.

    :param colour: only for a terminal
    """
    states = _states(compared)
    lines = [line for file in review.files for line in _file(file, states, colour=colour)]
    lines += [in_words(review.summary), looked_in_words(review.summary)]
    if review.summary.files and not review.summary.findings:
        lines.append("That nothing was found is no proof that nothing is wrong.")
    lines += _since(compared) if compared is not None else []
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """Foreign text that moves no cursor and starts no line."""
    return clean_text(" ⏎ ".join(text.splitlines())).replace("\t", " ")


def _file(file: FileReview, states: dict[str, str], *, colour: bool) -> Iterator[str]:
    shown = [finding for finding in file.findings if finding.suppressed_by is None]
    told = file.coverage.looked in (Looked.PARTIAL, Looked.TOKENS, Looked.NONE)
    if not shown and not told:
        return
    yield _painted(one_line(file.path), "1", colour) + _coverage(file)
    explained: set[str] = set()
    for finding in shown:
        yield _finding(finding, states.get(finding.fingerprint, ""), colour=colour)
        if finding.fix not in explained:
            yield f"  {'':>9}  fix: {one_line(finding.fix)}"
            explained.add(finding.fix)
    yield ""


def _coverage(file: FileReview) -> str:
    """Said where the file was not wholly parsed although it is of a language that is."""
    looked, share = file.coverage.looked, int(file.coverage.share * 100)
    told = {
        Looked.PARTIAL: f"  ({file.language}: {share} % of it could be parsed)",
        Looked.TOKENS: f"  ({file.language}: could not be parsed, looked at by tokens)",
        Looked.NONE: f"  ({file.language}: NOT looked at)",
    }
    notes = f" {one_line('; '.join(file.coverage.notes))}" if looked in told and file.coverage.notes else ""
    return told.get(looked, "") + notes


def _finding(finding: Finding, state: str, *, colour: bool) -> str:
    where = f"{finding.line}:{finding.column}"
    severity = _painted(f"{finding.severity.value:<8}", _COLOURS[finding.severity], colour)
    known = f"{state:<6}" if state else ""
    return f"  {where:>9}  {severity}  {known}{finding.rule:<{_RULE}} {one_line(finding.message)}"


def _states(compared: Compared | None) -> dict[str, str]:
    if compared is None:
        return {}
    return {each.fingerprint: "new" for each in compared.new} | {each.fingerprint: "known" for each in compared.known}


def _since(compared: Compared) -> Iterator[str]:
    parts = [f"{len(compared.new)} new", f"{len(compared.known)} known", f"{len(compared.fixed)} fixed"]
    parts += [f"{len(compared.suppressed)} suppressed since"] if compared.suppressed else []
    parts += [f"{counted(len(compared.unseen), 'finding')} of files that were not looked at again"] if compared.unseen else []
    yield f"Since the last review: {', '.join(parts)}."
    if compared.rules_changed:
        yield "The rules have changed since then: what is new may be new to the rules only."


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
