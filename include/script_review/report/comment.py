"""One comment on a pull request: found again by a mark that is not shown, edited in place, never longer than its system takes.

It stands where bots read and people are called, and names what foreign files say: so all of that is inert, and nothing of it can
close the mark, open another one or end the comment early.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from include.contracts.script_review import Finding, ScriptReview
from include.script_review.report.since import Compared
from include.script_review.report.wording import counted, in_words, looked_in_words, place, told, worst_first

LIMIT = 65_536  # GitHub's, in characters; counted here in UTF-16 units, of which no character has fewer than one
_RESERVE = 400  # for the line that says what was left out, and the last one
_LAST = "Written by Holdpoint, a machine, from the text of the files; nothing was run. A person decides."


def marker(subject: str) -> str:
    """The first line of the one comment about a subject, such as a repository and the workflow that reviews it.

    :param subject: may be foreign; only its digest is written
    """
    return f"<!-- holdpoint:script-review:{sha256(subject.encode('utf-8', 'surrogatepass')).hexdigest()[:16]} -->"


def is_ours(body: str, subject: str) -> bool:
    """Is this that comment? It has to begin with the mark. Whoever edits it checks that its author is our account, too."""
    return body.replace("\r\n", "\n").split("\n", 1)[0].rstrip() == marker(subject)


def comment(review: ScriptReview, *, subject: str, compared: Compared | None = None, limit: int = LIMIT) -> str:
    """The whole comment in Markdown: most severe first; where there was a review before, what is new before what was known."""
    head = [marker(subject), "### Script review", "", in_words(review.summary), looked_in_words(review.summary)]
    tail = [*_since(compared), "", _LAST]
    rows = list(_rows(review, compared))
    fit = _fitting(rows, limit - _RESERVE - _units("\n".join([*head, *tail])))
    left_out = sum(row.startswith("- ") for row in rows[fit:])
    more = ["", f"{counted(left_out, 'finding')} did not fit in here: the whole review has them."] if left_out else []
    return "\n".join([*head, *rows[:fit], *more, *tail])


def _fitting(rows: list[str], room: int) -> int:
    """How many of them, with an end of line each."""
    for number, row in enumerate(rows):
        room -= _units(row) + 1
        if room < 0:
            return number
    return len(rows)


def _rows(review: ScriptReview, compared: Compared | None) -> Iterator[str]:
    open_ = [each for file in review.files for each in file.findings if each.suppressed_by is None]
    if compared is None:
        yield from _section("Findings", open_)
        return
    yield from _section("New", compared.new)
    yield from _section("Suppressed since the last review", compared.suppressed)
    yield from _section("Known", compared.known)


def _section(title: str, findings: list[Finding] | tuple[Finding, ...]) -> Iterator[str]:
    """What is empty is left out."""
    if findings:
        yield from ("", f"#### {title}", "")
        yield from map(_row, worst_first(findings))


def _row(finding: Finding) -> str:
    reason = f" The author's reason: {told(finding.suppressed_by)}" if finding.suppressed_by is not None else ""
    what = f"{told(finding.message)} *Fix:* {told(finding.fix)}"
    return f"- **{finding.severity.value}** {place(finding)} `{finding.rule}` {what}{reason}"


def _since(compared: Compared | None) -> list[str]:
    if compared is None:
        return []
    gone = f"Since the last review: {len(compared.fixed)} fixed"
    gone += f", {counted(len(compared.unseen), 'finding')} of files that were not looked at again" if compared.unseen else ""
    return ["", f"{gone}.{' The rules have changed since then.' if compared.rules_changed else ''}"]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
