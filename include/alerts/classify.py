"""Intent and risk by plain rules over plain words, before any tool runs. No model, no weights: the same words, the same answer.

What an alert says is data (H11): whatever it asks for, an alert is diagnosed, never obeyed. Only a person's question can be a
request for a change, and then it is answered with a pointer to the change request. The reasons are fixed texts; they never
quote what was classified.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from include.contracts.alert import Alert, Severity
from include.contracts.incident import Classification, Incident, Intent, Risk

MAX_CHARS = 8_000

_SECURITY = re.compile(
    r"\b(?:failed (?:log[- ]?ons?|log[- ]?ins?|sign[- ]?ins?|authentications?|passwords?)"
    r"|(?:log[- ]?on|log[- ]?in|sign[- ]?in|authentication) (?:failures?|failed|attempts?)"
    r"|brute[- ]?forc\w*|password spray\w*|credential stuffing|intrusions?|intruders?|breach(?:ed|es)?|compromised?"
    r"|un[- ]?authori[sz]ed|privilege escalation|malware|ransomware|phishing|exfiltrat\w*|exploit\w*|vulnerabilit\w*"
    r"|cve-[0-9]{4}-[0-9]+|certificates?|cert expir\w*|(?:tls|ssl) (?:handshake|cert)\w*|account lock(?:ed|out)\w*|locked out"
    r"|security (?:incident|event|alert|group)s?|leaked (?:secret|key|token|credential|password)s?|suspicious \w+"
    r"|ddos|denial of service|rootkit|backdoor)\b"
)
_VERBS = (
    "restart|reboot|reload|bounce|stop|start|kill|terminate|shut ?down|turn (?:off|on)|switch (?:off|on|over)"
    "|power (?:off|on|cycle)"
    "|delete|drop|remove|purge|truncate|wipe|flush|clear|erase|destroy|uninstall|install|upgrade|downgrade|update|patch"
    "|grant|revoke|assign|unassign|add|enable|disable|block|unblock|allow|whitelist|blacklist|allowlist|denylist|ban|unban"
    "|roll(?: it)? ?back|revert|undo|deploy|re-?deploy|release|promote|merge|apply|push|publish|scale|resize|increase|decrease"
    "|raise|lower|double|halve|expand|shrink|fail ?over|drain|cordon|uncordon|evict|move|migrate|change|modify|edit|set|configure"
    "|reset|rotate|renew|replace|create|provision|open|close|unlock|lock|run|execute|trigger|fix|mute|silence|acknowledge"
)
_POLITE = (
    r"(?:(?:please|pls|kindly|just|now|then|so|ok(?:ay)?|hi|hey|hello|and|also|quickly|immediately|urgently|go ahead and"
    r"|(?:can|could|would|will) you|i (?:want|need|would like|'d like) you to|(?:we|you) (?:need|have|ought) to"
    r"|(?:we|you) (?:should|must)|let'?s|let us|i (?:want|need|would like) to|help me(?: to)?|(?:do|you may|you can))[\s,:]+)"
)
# "restart loop on payments", "update on payments", "deploy failed": the word names a thing there, it asks for nothing.
_NOUN_USE = (
    r"(?:of|on|in|at|for|since|after|before|during|is|are|was|were|has|have|had|does|did|do|will|keeps?|caus(?:ed|es|ing)"
    r"|fail(?:s|ed|ing|ures?)?|errors?|loops?|counts?|counter|storms?|rates?|events?|requests?|latency|times?|history|logs?"
    r"|attempts?|spik(?:e|es|ing|ed)|slow|broken|stuck|hangs?|timed out|took|takes|went|happened|status|state|contention"
    r"|notes?)\b"
)
# A clause with a verb of its own is a statement: "block storage is slow", "release 4.2 broke payments".
_STATEMENT = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|did|broke|breaks|fails|failed|keeps|kept|looks|seems|causes|caused|shows|went|took)\b"
)
_IMPERATIVE = re.compile(rf"\W*(?P<polite>{_POLITE}{{0,6}})(?:{_VERBS})\b(?!\s*(?:$|{_NOUN_USE}))")
_REQUEST = re.compile(rf"\b(?:please|(?:can|could|would) you)[\s,]+{_POLITE}{{0,3}}(?:{_VERBS})\b(?!\s*(?:$|{_NOUN_USE}))")
_QUESTION = re.compile(
    r"\W*(?:why|what|what's|how|when|where|who|which|is|are|was|were|do|does|did|has|have|had|should|shall|may|since when)\b"
)
_LOOK = re.compile(
    rf"\W*{_POLITE}{{0,6}}(?:explain|investigate|diagnose|analy[sz]e|check|look|find|show|list|tell|summari[sz]e|compare|describe"
    r"|examine|inspect|trace|identify|understand|know|see|get|report|search|correlate|triage|debug|troubleshoot)\b"
)
_SYMPTOM = re.compile(
    r"\b(?:slow\w*|down|fail\w*|errors?|time(?:s|d)? ?out\w*|timeouts?|latency|outages?|unavailable|unreachable|crash\w*|degraded"
    r"|5[0-9][0-9]s?|5xx|stuck|hang\w*|broken|not working|refus(?:ed|ing)|spik\w*|oom\w*|out of memory|disk full"
    r"|saturat\w*|lag\w*)\b"
)
_SENTENCES = re.compile(r"(?<![.!;])[.!;]+(?=\s|$)|\n+|(?<=\?)| [-–—]{1,3} ")
_CLAUSES = re.compile(r", ?| (?:and|then|but|because|since|as|if|when|until|so|that|which|where|while) ")

R_ALERT = "Rule alert: an alert is diagnosed, whatever its text asks for."
R_SECURITY = "Rule security-words: the text names logons, certificates, intrusion or the like."
R_CHANGE = "Rule change-imperative: a sentence asks for something to be changed; that needs a change request."
R_QUESTION = "Rule question: a sentence asks or says to look; it is answered by reading."
R_SYMPTOM = "Rule symptom: the text describes something that does not work; it is answered by reading."
R_UNCLEAR = "Rule none: no rule knows what is wanted; a person decides."
R_CHOSEN = "A person chose to have it answered by reading."
R_PASSED_ON = "A person chose that somebody else says what is wanted."
R_MIXED = "The text also asks a question; the change is what decides."
R_RISK = {
    Severity.CRITICAL: "Risk high: its severity is critical.",
    Severity.HIGH: "Risk medium: its severity is high.",
    Severity.WARNING: "Risk medium: its severity is warning.",
    Severity.INFO: "Risk low: its severity is info.",
}
R_RISK_SECURITY = "Risk high: it may be about security."
R_RISK_CHANGE = "Risk high: it asks for a change."
R_RISK_READ = "Risk low: it is answered by reading alone."
R_RISK_UNCLEAR = "Risk medium: it is not known what is wanted."


def classify_alert(incident: Incident, alerts: Sequence[Alert] = ()) -> Classification:
    """Intent `diagnose`, or `security` where the incident or one of its alerts uses security words.

    Risk: high for critical severity and for security, low for info, else medium.
    """
    if any(_SECURITY.search(_plain(text)) for text in _words(incident, alerts)):
        return Classification(intent=Intent.SECURITY, risk=Risk.HIGH, reasons=(R_ALERT, R_SECURITY, R_RISK_SECURITY))
    severity = max([incident.severity, *(alert.severity for alert in alerts)], key=lambda found: found.rank)
    risk = {Severity.CRITICAL: Risk.HIGH, Severity.INFO: Risk.LOW}.get(severity, Risk.MEDIUM)
    return Classification(intent=Intent.DIAGNOSE, risk=risk, reasons=(R_ALERT, R_RISK[severity]))


def classify_question(text: str) -> Classification:
    """What a person wants, from what they typed. A request for a change decides over everything else in the same text."""
    plain = _plain(text)
    sentences = [part for part in _SENTENCES.split(plain) if part.strip()]
    secure = (R_SECURITY,) if _SECURITY.search(plain) else ()
    asks = any(_asks(sentence) for sentence in sentences)
    if any(_wants_change(sentence) for sentence in sentences):
        reasons = (R_CHANGE, *secure, *((R_MIXED,) if asks else ()), R_RISK_CHANGE)
        return Classification(intent=Intent.CHANGE, risk=Risk.HIGH, reasons=reasons)
    if secure:
        return Classification(intent=Intent.SECURITY, risk=Risk.HIGH, reasons=(*secure, R_RISK_SECURITY))
    if asks:
        return Classification(intent=Intent.DIAGNOSE, risk=Risk.LOW, reasons=(R_QUESTION, R_RISK_READ))
    if _SYMPTOM.search(plain):
        return Classification(intent=Intent.DIAGNOSE, risk=Risk.LOW, reasons=(R_SYMPTOM, R_RISK_READ))
    return Classification(intent=Intent.UNCLEAR, risk=Risk.MEDIUM, reasons=(R_UNCLEAR, R_RISK_UNCLEAR))


def as_chosen(found: Classification) -> Classification:
    """Of what no rule knows, a person has said that it is to be answered by reading."""
    if found.intent is not Intent.UNCLEAR:
        return found
    return Classification(intent=Intent.DIAGNOSE, risk=found.risk, reasons=(*found.reasons, R_CHOSEN))


def as_passed_on(found: Classification) -> Classification:
    """Whatever the rules know of it, a person is to say what is wanted."""
    if found.intent is Intent.UNCLEAR:
        return found
    return Classification(intent=Intent.UNCLEAR, risk=found.risk, reasons=(*found.reasons, R_PASSED_ON))


def _words(incident: Incident, alerts: Sequence[Alert]) -> Iterable[str]:
    yield incident.title
    for alert in alerts:
        yield alert.title
        yield alert.description[:2_000]
        yield from (alert.labels.get(name, "") for name in ("alertname", "category", "type", "rule"))


def _plain(text: str) -> str:
    """Folded so that look-alike spellings and invisible characters do not hide a word: NFKC, case, spaces, apostrophes."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARS]).casefold().replace("’", "'").replace("_", " ")
    visible = "".join(char for char in folded if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn", "Mn"))
    return "\n".join(" ".join(line.split()) for line in visible.splitlines())


def _asks(sentence: str) -> bool:
    return sentence.rstrip().endswith("?") or bool(_QUESTION.match(sentence) or _LOOK.match(sentence))


def _wants_change(sentence: str) -> bool:
    """An imperative at the beginning of a sentence or of one of its clauses.

    In a question ("why did it stop and restart the pods?") the clauses are part of what is asked; only a "please" or a
    "can you" in it asks for a change.
    """
    if _REQUEST.search(sentence):
        return True
    clauses = _CLAUSES.split(sentence)
    return any(_is_imperative(clause) for clause in (clauses[:1] if _QUESTION.match(sentence) else clauses))


def _is_imperative(clause: str) -> bool:
    found = _IMPERATIVE.match(clause)
    return found is not None and (bool(found["polite"]) or not _STATEMENT.search(clause, found.end()))
