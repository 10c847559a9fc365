"""What one sentence says: a way back, an observable outcome, or nothing. All rules are over words of `words.py`."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from include.changes.fold import fold
from include.changes.words import LANGUAGES, joined


@cache
def _rx(name: str, *, start: bool = False) -> re.Pattern[str]:
    """An entry of the vocabulary, whole words, in all languages; `start`: at the beginning of the text."""
    lead = r"^\W*" if start else r"(?<![\w-])"
    return re.compile(rf"{lead}(?:{joined(name)})(?!\w|-\w)")


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(
        word for language in LANGUAGES.values() for entry in (language.stop, language.generic) for word in entry.split("|")
    )


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(word for language in LANGUAGES.values() for word in language.stop.split("|"))


_ELIDED = re.compile(r"^(?:l|d|n|s|c|j|qu|un|dell|all|nell|dall|sull)'")  # "l'état": the article says nothing
_WORD = re.compile(r"[^\W_][\w'/:%.@-]*")
# Something quoted exactly, a number, a path, a host's name, an address.
_EXACT = re.compile(r"`[^`]+`|\"[^\"]+\"|\d|\b[^\W\d_]\w*[./_@\\]\w+|https?://|\b[A-Z]{2,}[_-]\w+|[=<>≥≤]")
_ARROW = re.compile(
    r"->|=>|→|==|≥|≤|[<>] ?\d"
    r"|(?:--|#|//) ?(?:(?:\d{1,9}|no|zero|one|keine?|aucune|ninguna|nessuna) (?:rows?|lines?|records?|zeilen?|lignes?|filas?)"
    r"|empty\b)"
)
_SHOWN = re.compile(r"(?:#|//|--) ?(?:->|=>|→|==>)|→")
_BRACKETED = re.compile(r"^\W{0,3}(?:<[^<>]{2,}>|\[[^\[\]]{2,}\]|\{+[^{}]{2,}\}+|«[^«»]{2,}»|\.{2,}|_{2,})[.\s]*$", re.DOTALL)
_TASK = re.compile(r"^\W{0,3}\[[xX ]\]")
_NOTHING = re.compile(r"^(?:[\W_]*|\W*\w\W*)$")
_TRANSACTION = re.compile(r"transac|transakt|savepoint|on_error_rollback")
_COMMON_LATIN = re.compile(r"[a-z]")
_THE_CHANGE = re.compile(
    r"\b(?:the|this|a|our|each|any|every|planned) changes?\b|^\W*changes?(?= (?:will|is|are|has|must|can|to)\b)"
)  # no verb here
_DURATION = re.compile(
    r"\b\d+ ?(?:h|min|s|hours?|minutes?|seconds?|days?|stunden?|minuten?|tagen?|heures?|jours?|horas?|minutos?|dias?)\b"
)  # says when, not how
# `cfgenable "old"`, `systemctl stop app.service --now`: a command, also where nobody marked it as code.
_COMMAND = re.compile(
    r"^\W{0,3}([a-z][\w.-]{1,30})(?: \"[^\"\n]+\"|(?: [\w./:@-]{1,60}){0,3} (?:--?[a-z]|/[\w.-]+/|[\w.-]{1,40}=[\w./\"]))"
)
_TAKEN_OUT = re.compile(  # `no vlan 310`, as routers and switches take something out
    r"^\W{0,3}no (?:shut(?:down)?\W*$|(?:vlan|ip|ipv6|route|interface|switchport|access-list|neighbor|network|bundle|router"
    r"|channel-group|crypto|snmp-server|ntp|logging|aaa|spanning-tree|policy-map|object|nat)\b[^\d\n]{0,40}\d)"
)
_SUBJECT = re.compile(r"[ ,](?:then|i|we|you|they|ops|on|nous|je|wir|ich|noi) $")
_CHAT = re.compile(r"^\W{0,2}\d{1,2}:\d{2}(?::\d{2})?\W{0,3}(?:[ap]m\W{0,2})?[\w.-]{1,30}(?: [\w.-]{1,30})?[>)]?:\s+")
_STATE = re.compile(r"\b(?:be|are) ")
_OPEN_TASK = re.compile(r"^\W{0,3}\[ ?\](?:\s|$)")
_DOCUMENT = re.compile(r"\b[\w.-]+\.(?:docx?|pdf|xlsx?|pptx?|vsdx?|odt)\b")  # where it may be told, not what is done
_CLAUSE_END = re.compile(r"[,;:](?=\s|$)")


def blank(text: str) -> str | None:
    """Why a text, taken as a whole, says nothing: "nothing", "placeholder" …; None where it may say something."""
    if _NOTHING.match(text):
        return "nothing stands there"
    if _OPEN_TASK.match(text) and len(text.split()) <= 8:
        return "a box that nobody has ticked"
    if is_template(text):
        return "a template's placeholder"
    folded = fold(text[:2_000]).strip()
    words = folded.split()
    if len(words) <= 12 and _rx("open", start=True).match(folded) and not _EXACT.search(text.partition("(")[0]):
        return "still to be written"
    if len(words) <= 20 and _rx("not_applicable", start=True).match(folded):
        return None if reasoned(text) else "not applicable, without a reason"
    return "only a pointer elsewhere" if points_elsewhere(text) else None


def is_template(text: str) -> bool:
    """`<describe …>`, `[Enter …]`, "Describe how …": the words of the form, not of an author."""
    if _BRACKETED.match(text):
        return not _TASK.match(text)
    if text.lstrip().startswith("`"):  # `EXPLAIN …` is quoted, not asked for
        return False
    return bool(_rx("template", start=True).match(fold(text[:2_000]).strip()))


def points_elsewhere(text: str) -> bool:
    """`See the wiki`, `as per standard procedure`: a pointer, with nothing behind it that does something."""
    folded = fold(text[:600]).strip()
    opening = _rx("pointer", start=True).match(folded)
    if not opening or len(folded.split()) > 25:
        return False
    if not _rx("elsewhere").search(folded, max(0, opening.start())):
        return len(folded.split()) <= 4 and not _EXACT.search(text)
    tail = _CLAUSE_END.split(folded, maxsplit=1)[1:]
    return not (tail and _does(tail[0]) and specific(tail[0]))


def reasoned(text: str) -> bool:
    """`n/a, since …`: a refusal that says why."""
    folded = fold(text[:2_000])
    opening = _rx("not_applicable", start=True).match(folded)
    rest = folded[opening.end() :] if opening else folded
    why = _rx("reason").search(rest)
    if why is None:
        return False
    if why[0].isalpha():  # "because", by itself, says nothing
        rest = f"{rest[: why.start()]} {rest[why.end() :]}"
    return len(specific_words(_rx("excuse").sub(" ", rest))) >= 2  # that the risk is low is no reason


@lru_cache(maxsize=2_048)
def specific_words(folded: str) -> tuple[str, ...]:
    """The words that name something: no stop words, no "the change", no verbs of the trade."""
    return tuple(
        word
        for found in _WORD.findall(folded)
        if (word := _ELIDED.sub("", found.rstrip(".:'/-"))) and len(word) > 1 and word not in _empty_words() and not _verb(word)
    )


@lru_cache(maxsize=4_096)
def _verb(word: str) -> bool:
    return any(_rx(name, start=True).fullmatch(word) for name in ("act", "undo", "go_back", "check"))


def specific(folded: str) -> bool:
    return bool(_EXACT.search(folded)) or bool(specific_words(folded))


def known_language(text: str) -> bool:
    """Do some of the commonest words of a language that we have stand there? Short texts are given the benefit of the doubt."""
    words = fold(text[:2_000]).split()
    return len(words) < 8 or sum(word in _stop_words() for word in words) * 12 >= len(words)


def gives_way_back(sentence: str) -> bool:
    """In a place for it: does this sentence say what to do, and to what?"""
    if blank(sentence):
        return False
    folded = fold(sentence)
    if (_rx("not_applicable", start=True).match(folded) or _rx("no_way").search(folded)) and reasoned(sentence):
        return True
    if _rx("no_way").search(folded):
        return bool(_rx("forward").search(folded)) and _does(folded)
    return not known_language(sentence) or _acts(sentence, _unconditional(folded))


def _acts(sentence: str, rest: str) -> bool:
    """Is something done to something that is named? To decide it, or only to "roll back", is not yet how."""
    rest = _DOCUMENT.sub(" ", _DURATION.sub(" ", _rx("contact").sub(" ", rest)))
    exact = bool(_EXACT.search(rest))
    if _rx("authority").search(fold(sentence)) and not (exact and _does(rest)):
        return False
    without = _THE_CHANGE.sub(" ", _rx("go_back").sub(" ", rest))
    if _does(without):
        return specific(without)
    command = _COMMAND.match(sentence)
    if "`" in sentence or _TAKEN_OUT.match(sentence) or (command and command[1] not in _empty_words()):
        return True
    return bool(_rx("go_back").search(rest)) and (exact or len(specific_words(without)) >= 2)


def _does(folded: str) -> bool:
    return bool(_rx("act").search(folded) or _rx("undo").search(folded))


def _unconditional(folded: str) -> str:
    """The sentence without `if required …`: what depends on a condition is kept, the condition itself goes."""
    out, position = [], 0
    for found in _rx("condition").finditer(folded):
        if found.start() < position:
            continue
        out.append(folded[position : found.start()])
        position = _clause_stop(folded, found.end())
    return " ".join([*out, folded[position:]])


def _clause_stop(folded: str, start: int) -> int:
    """Where a conditional clause ends: at its comma, or before a verb that has a subject of its own ("if it fails we take …")."""
    end = _CLAUSE_END.search(folded, start)
    stop = end.start() if end else len(folded)
    verbs = [*_rx("undo").finditer(folded, start, stop), *_rx("act").finditer(folded, start, stop)]
    own = next((verb for verb in verbs if verb.start() - start > 12 and _SUBJECT.search(folded[: verb.start()])), None)
    if own:
        return own.start()
    return verbs[0].start() if verbs and end is None and verbs[0].start() - start > 1 else stop


def tells_way_back(sentence: str) -> bool:
    """In prose, with no heading to say so: does this sentence announce a way back and say how?"""
    folded = fold(sentence)
    if _TRANSACTION.search(folded) or blank(sentence):
        return False
    announced = _rx("way_back").search(folded)
    found = _rx("undo").search(folded)
    begin = 0
    if announced and not _STATE.search(announced[0]):  # "the old host can be switched on again" names it before
        begin = announced.start()
    if announced and (found or _rx("act").search(folded, begin)):
        return specific(_rx("way_back").sub(" ", folded[begin:]))
    if _rx("no_way").search(folded):
        return reasoned(sentence) or bool(_rx("forward").search(folded))
    return not announced and found is not None and _in_trouble(folded, found.start())


def _in_trouble(folded: str, at: int) -> bool:
    """Is what stands at `at` done if something goes wrong, and to something that is named?"""
    condition = _rx("condition").search(folded)
    if condition is None or not _rx("trouble").search(folded):
        return False
    clause = max(folded.rfind(mark, 0, condition.start()) for mark in ";:") + 1
    if _rx("past").search(folded, clause, condition.start()):  # "last time, when it failed, we …"
        return False
    if _negated(folded, at) or _rx("authority").search(folded):
        return False
    rest = _unconditional(folded)
    return bool(_rx("undo").search(rest)) and specific(_rx("go_back").sub(" ", rest))


def answers_way_back(sentence: str) -> bool:
    """Behind a question for it: does this sentence bring something back that it names?"""
    said = spoken(sentence)
    folded = fold(said)
    if said.rstrip().endswith("?") or _rx("authority").search(folded):
        return False
    return gives_way_back(said) and bool(_rx("undo").search(folded) or "`" in said)


def spoken(text: str) -> str:
    """A line of a chat without its time and its speaker."""
    return _CHAT.sub("", text, count=1)


def _negated(folded: str, at: int) -> bool:
    return bool(_rx("negation").search(folded[max(0, at - 14) : at]))


def shows_outcome(code: str) -> bool:
    """Does code say what it has to print? A bare command does not."""
    return bool(_ARROW.search(code)) or "expect" in code.lower()


def quotes_outcome(code: str) -> bool:
    """Outside a place for it, an arrow in code is a plan's or a program's: only a comment or "expect" says what must show."""
    return bool(_SHOWN.search(code)) or "expect" in code.lower()


def gives_outcome(sentence: str) -> bool:
    """In a place for it: does this sentence say what one will see if the change worked?"""
    if blank(sentence):
        return False
    folded = fold(sentence)
    if _rx("beforehand").search(folded):
        return False
    if not known_language(sentence):
        return True
    seen = _rx("observe").search(folded) or _rx("bound").search(folded) or _ARROW.search(sentence)
    if seen and (_EXACT.search(sentence) or len(specific_words(folded)) >= 2):
        return True
    if _required(sentence, folded):
        return True
    asked = _rx("check").search(folded)
    that = _rx("that").search(folded, asked.end()) if asked else None
    return that is not None and len(specific_words(_DURATION.sub(" ", folded[that.end() :]))) >= 2


def _required(sentence: str, folded: str) -> bool:
    """Must something be so, and is it said exactly? What must be done, or looked at, is not yet what must show."""
    must = _rx("modal").search(folded)
    if must is None or not _EXACT.search(sentence):
        return False
    after = folded[must.end() : must.end() + 25]
    return not any(_rx(name).search(after) for name in ("check", "act", "undo", "passive"))


def tells_outcome(sentence: str) -> bool:
    """In prose or in a step: must something show, by the words of this sentence?"""
    folded = fold(sentence)
    if blank(sentence) or _rx("beforehand").search(folded) or (_rx("condition").search(folded) and _rx("undo").search(folded)):
        return False
    exact = _EXACT.search(sentence)
    done = _rx("finished").search(folded)
    if done and (exact or len(specific_words(folded[done.end() :])) >= 2):
        return True
    must = _rx("modal").search(folded)
    if must and exact:
        after = folded[must.end() : must.end() + 60]
        return bool(_rx("observe").search(after) or _rx("bound").search(after) or "expect" in must[0])
    opens = _rx("check", start=True).match(folded)
    that = _rx("that").search(folded, opens.end()) if opens else None
    rest = folded[that.end() :] if that else ""
    return bool(rest) and bool(_rx("observe").search(rest) or _rx("bound").search(rest)) and len(specific_words(rest)) >= 2


def is_past(sentence: str) -> bool:
    """Does this tell of what has been done already, and ask for nothing?"""
    folded = fold(sentence)
    return bool(_rx("past").search(folded)) and not _rx("modal").search(folded)


def is_passive(step: str) -> bool:
    """Does a step that begins like this leave the target as it is? Announce, wait, look, save a copy."""
    folded = fold(step[:300])
    return bool(_rx("passive", start=True).match(folded))
