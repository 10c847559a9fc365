"""What a source's word for severity means here. Unknown or missing counts as high: an unread alarm may be the worst one."""

from __future__ import annotations

from collections.abc import Mapping

from include.contracts.alert import Severity

# `alert` is a syslog level, above critical there. `low` and `p4` are warnings, one level too loud rather than too quiet;
# only words that say "nothing is wrong" are info.
_WORDS: Mapping[Severity, str] = {
    Severity.CRITICAL: "critical crit p1 p0 sev0 sev1 sev-1 fatal emergency emerg alert disaster page",
    Severity.HIGH: "high error err major p2 sev2 sev-2",
    Severity.WARNING: "warning warn minor moderate medium average low p3 p4 sev3 sev-3 sev4 sev-4",
    Severity.INFO: "info information informational ok notice p5 sev5 sev-5 debug none",
}
TABLE: Mapping[str, Severity] = {word: severity for severity, words in _WORDS.items() for word in words.split()}

MISSING = "No severity is stated; it counts as high."
UNKNOWN = "The severity is a word without a known meaning (kept as the label severity_as_sent); it counts as high."


def severity_of(word: str | None, *tables: Mapping[str, str]) -> tuple[Severity, str | None]:
    """The severity, and a note where it had to be assumed.

    :param word: the source's own, None when it states none
    :param tables: asked in order before the built-in one; compared without regard to case or outer space
    """
    wanted = (word or "").strip().casefold()
    if not wanted:
        return Severity.HIGH, MISSING
    for table in tables:
        for own, severity in table.items():
            if own.strip().casefold() == wanted:
                return Severity(severity), None
    found = TABLE.get(wanted)
    return (found, None) if found else (Severity.HIGH, UNKNOWN)
