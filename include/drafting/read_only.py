"""What a brief may advise: checks that read. Instructions to change something are refused, whoever drafted them.

Words between quotation marks or backticks are quoted, not advised, and are left out.
"""

from __future__ import annotations

import re

# Base forms; the gerund is made from them. What a person on call might do to a system.
_VERB_LIST = """
acknowledge add allowlist apply ban blacklist block bounce bump cancel change clear close copy cordon create cycle decrease
delete deploy disable downgrade drain drop edit enable evict execute failover fix flush format grant increase install isolate
kill lock lower merge modify mount move mute patch promote purge push quarantine raise reboot recreate redeploy reduce release
remove rename repair replace repoint reset resize resolve restart revert revoke roll rollback rotate scale set shut silence
start stop switch terminate truncate tune turn unblock undo uninstall unlock unmount update upgrade whitelist wipe write
"""
_READ_VERB_LIST = """
ask check compare confirm count examine find inspect list look measure note observe query read review search see show trace verify
view watch
"""
# Where a verb's base form is an instruction: behind a word that asks for it, or at the head of a clause.
_ASKING_LIST = """
also and better can could finally first immediately just let's may might must never not now or please should simply then to we you
"""
_NOUNS = "restart|reboot|roll-?back|redeploy(?:ment)?|fail-?over|reset|revert|deletion|removal|shutdown|patch|upgrade|downgrade"
_PARTICLES = (
    "roll(?:ing)?[ -]back|fail(?:ing)?[ -]over|shut(?:ting)?[ -]down|scal(?:e|ing)[ -](?:up|down|out|in)|turn(?:ing)? (?:off|on)"
)
_VERBS = tuple(_VERB_LIST.split())
_READ_VERBS = frozenset(_READ_VERB_LIST.split())


def _gerund(verb: str) -> str:
    stem = verb.removesuffix("e")
    return rf"{stem}{stem[-1]}?ing"


def _words(*parts: str) -> re.Pattern[str]:
    return re.compile(r"\b" + r"\s+".join(parts) + r"\b", re.IGNORECASE)


_BASE = "|".join(_VERBS)
_GERUNDS = "|".join(_gerund(verb) for verb in _VERBS)
_HEAD = rf"(?:^|[.;:!?,(\n—-]\s*|\b(?:{'|'.join(_ASKING_LIST.split())})\s+)"
_INSTRUCTIONS = (
    re.compile(rf"{_HEAD}(?:{_BASE}|{_PARTICLES})\b(?!['’-])", re.IGNORECASE),
    _words(
        r"(?:try|trying|consider|considering|by|recommend|suggest|propose|advise|begin|worth)(?:\s+\w+)?",
        f"(?:{_GERUNDS}|{_PARTICLES})",
    ),
    _words(
        r"(?:perform|do|make|force|trigger|issue|initiate|schedule|requires?|needs?|recommend|suggest|try|consider)",
        rf"(?:(?:an?|the)\s+)?(?:\w+\s+)?(?:{_NOUNS})",
    ),
    _words(rf"(?:{_NOUNS})", r"(?:(?:is|was|will be|would be)\s+)?(?:needed|required|recommended|advised|necessary|due)"),
)
_QUOTED = re.compile(r'"[^"]*"|`[^`]*`|“[^”]*”')
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def instruction_in(text: str) -> str | None:
    """The words that would have somebody change something, or None."""
    bare = _QUOTED.sub(" ", text)
    found = next((match for pattern in _INSTRUCTIONS if (match := pattern.search(bare))), None)
    return " ".join(found[0].split()) if found else None


def is_read_only_step(text: str) -> bool:
    """Does every sentence begin with a verb that reads, and none instruct a change?"""
    bare = _QUOTED.sub(" ", text).strip()
    sentences = [sentence for sentence in _SENTENCE.split(bare) if sentence.strip()]
    starts = [re.match(r"\W*(\w+)", sentence) for sentence in sentences]
    return bool(sentences) and all(s and s[1].lower() in _READ_VERBS for s in starts) and instruction_in(text) is None
