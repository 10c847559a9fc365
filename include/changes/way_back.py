"""How one gets back, by the words of one sentence: in a place for it, in prose, or behind a question."""

from __future__ import annotations

import re

from include.changes.blank import CLAUSE_END, blank, known_language, reasoned
from include.changes.fold import fold
from include.changes.vocabulary import DURATION, EXACT, does, empty_words, rx, specific, specific_words, stop_words

_TRANSACTION = re.compile(r"transac|transakt|savepoint|on_error_rollback")
_THE_CHANGE = re.compile(
    r"\b(?:the|this|a|our|each|any|every|planned) changes?\b|^\W*changes?(?= (?:will|is|are|has|must|can|to)\b)"
)  # no verb here
# `cfgenable "old"`, `systemctl stop app.service --now`: a command, also where nobody marked it as code.
_COMMAND = re.compile(
    r"^\W{0,3}([a-z][\w.-]{1,30})(?: \"[^\"\n]+\"|(?: [\w./:@-]{1,60}){0,3} (?:--?[a-z]|/[\w.-]+/|[\w.-]{1,40}=[\w./\"]))"
)
_TAKEN_OUT = re.compile(  # `no vlan 310`, as routers and switches take something out
    r"^\W{0,3}no (?:shut(?:down)?\W*$|(?:vlan|ip|ipv6|route|interface|switchport|access-list|neighbor|network|bundle|router"
    r"|channel-group|crypto|snmp-server|ntp|logging|aaa|spanning-tree|policy-map|object|nat)\b[^\d\n]{0,40}\d)"
)
# `permit 10.0.0.0 0.255.255.255`: a line of a device's configuration, with an address and no word of prose.
_CONFIGURED = re.compile(r"^\W{0,3}[a-z][\w-]*(?: [^\s,;]+){0,14} \d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?: [^\s,;]+){0,4}$")
_SUBJECT = re.compile(
    r"[ ,](?:then|i|we|you|they|ops|on|nous|je|wir|ich|noi)"
    r"(?: (?:just|simply|will|would|can|could|then|also|quickly|immediately|einfach|nur|dann|sofort|alors|simplement))? $"
)
_CHAT = re.compile(r"^\W{0,2}\d{1,2}:\d{2}(?::\d{2})?\W{0,3}(?:[ap]m\W{0,2})?[\w.-]{1,30}(?: [\w.-]{1,30})?[>)]?:\s+")
# An order whose verb is not in the vocabulary: `Bind thumbprint 3F:9A again`, `Brancher le câble 4`.
_ORDER = re.compile(
    r"^\W{0,4}((?!(?:\w+(?:s|ed|ing|ion|er|or|ly|ty) ))[a-z]{3,12}) (?:the|all|both|old|new|each|every|its|our) "
    r"|^\W{0,4}((?!(?:\w+(?:s|ed|ing|ion|er|or|ly|ty) ))[a-z]{3,12}) (?=.{2,120}\b(?:again|back|old|previous|former|original)\b)"
    r"|^\W{0,4}(\w{2,12}(?:er|ir|re|ar)) (?:l'|(?:le|la|les|un|une|du|des|el|los|las|una|il|lo|gli) )"
)
_NO_ORDERS = ("passive", "check", "contact", "pointer", "authority", "open", "condition", "past")
_STATE = re.compile(r"\b(?:be|are) ")
_DOCUMENT = re.compile(r"\b[\w.-]+\.(?:docx?|pdf|xlsx?|pptx?|vsdx?|odt)\b")  # where it may be told, not what is done


def gives_way_back(sentence: str) -> bool:
    """In a place for it: does this sentence say what to do, and to what?"""
    if blank(sentence):
        return False
    folded = fold(sentence)
    if (rx("not_applicable", start=True).match(folded) or rx("no_way").search(folded)) and reasoned(sentence):
        return True
    if rx("no_way").search(folded):
        return bool(rx("forward").search(folded)) and does(folded)
    return not known_language(sentence) or _acts(sentence, _unconditional(folded))


def _acts(sentence: str, rest: str) -> bool:
    """Is something done to something that is named? To decide it, or only to "roll back", is not yet how."""
    rest = _DOCUMENT.sub(" ", DURATION.sub(" ", rx("contact").sub(" ", rest)))
    exact = bool(EXACT.search(rest))
    if rx("authority").search(fold(sentence)) and not (exact and does(rest)):
        return False
    without = _THE_CHANGE.sub(" ", rx("go_back").sub(" ", rest))
    if does(without):
        return specific(without)
    command = _COMMAND.match(sentence)
    if "`" in sentence or _TAKEN_OUT.match(sentence) or (command and command[1] not in empty_words()):
        return True
    if rx("go_back").search(rest) and (exact or len(specific_words(without)) >= 2):
        return True
    return _orders(rest) or bool(_CONFIGURED.match(sentence) and not stop_words() & set(rest.split()))


def _orders(rest: str) -> bool:
    """Does it begin with a verb that nobody listed, with its object behind it? `Bind thumbprint 3F:9A again`."""
    found = _ORDER.match(rest)
    verb = next(filter(None, found.groups()), "") if found else ""
    if not verb or verb in empty_words() or any(rx(name, start=True).match(rest) for name in _NO_ORDERS):
        return False
    return bool(EXACT.search(rest)) and len(specific_words(rest)) >= 2


def _unconditional(folded: str) -> str:
    """The sentence without `if required …`: what depends on a condition is kept, the condition itself goes."""
    out, position = [], 0
    for found in rx("condition").finditer(folded):
        if found.start() < position:
            continue
        out.append(folded[position : found.start()])
        position = _clause_stop(folded, found.end())
    return " ".join([*out, folded[position:]])


def _clause_stop(folded: str, start: int) -> int:
    """Where a conditional clause ends: at its comma, or before a verb that has a subject of its own ("if it fails we take …")."""
    end = CLAUSE_END.search(folded, start)
    stop = end.start() if end else len(folded)
    verbs = [*rx("undo").finditer(folded, start, stop), *rx("act").finditer(folded, start, stop)]
    own = next((verb for verb in verbs if verb.start() - start > 12 and _SUBJECT.search(folded[: verb.start()])), None)
    if own:
        return own.start()
    return verbs[0].start() if verbs and end is None and verbs[0].start() - start > 1 else stop


def tells_way_back(sentence: str) -> bool:
    """In prose, with no heading to say so: does this sentence announce a way back and say how?"""
    folded = fold(sentence)
    if _TRANSACTION.search(folded) or blank(sentence):
        return False
    announced = rx("way_back").search(folded)
    found = rx("undo").search(folded)
    begin = 0
    if announced and not _STATE.search(announced[0]):  # "the old host can be switched on again" names it before
        begin = announced.start()
    if announced and (found or rx("act").search(folded, begin)):
        return specific(rx("way_back").sub(" ", folded[begin:]))
    if rx("no_way").search(folded):
        return reasoned(sentence) or bool(rx("forward").search(folded))
    return not announced and found is not None and _in_trouble(folded, found.start())


def _in_trouble(folded: str, at: int) -> bool:
    """Is what stands at `at` done if something goes wrong, and to something that is named?"""
    condition = rx("condition").search(folded)
    if condition is None or not rx("trouble").search(folded):
        return False
    clause = max(folded.rfind(mark, 0, condition.start()) for mark in ";:") + 1
    if rx("past").search(folded, clause, condition.start()):  # "last time, when it failed, we …"
        return False
    if _negated(folded, at) or rx("authority").search(folded):
        return False
    rest = _unconditional(folded)
    return bool(rx("undo").search(rest)) and specific(rx("go_back").sub(" ", rest))


def answers_way_back(sentence: str) -> bool:
    """Behind a question for it: does this sentence bring something back that it names?"""
    said = spoken(sentence)
    folded = fold(said)
    if said.rstrip().endswith("?") or rx("authority").search(folded):
        return False
    named = rx("undo").search(folded) or "`" in said or (rx("act").search(folded) and EXACT.search(said))
    return gives_way_back(said) and bool(named)


def spoken(text: str) -> str:
    """A line of a chat without its time and its speaker."""
    return _CHAT.sub("", text, count=1)


def _negated(folded: str, at: int) -> bool:
    return bool(rx("negation").search(folded[max(0, at - 14) : at]))
