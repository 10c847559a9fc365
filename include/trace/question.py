"""What is asked for: `incident:inc_…`, `person:maya`, `tool:query_logs`, `digest:9f86…`; or a bare id, known by its form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from include.contracts.errors import BadInput
from include.store import refs
from include.store.ledger import MAX_FIELD_CHARS

KINDS = (
    "incident",
    "change",
    "ticket",
    "run",
    "person",
    "tool",
    "digest",
    "hold",
    "plan",
    "evidence",
    "read",
    "message",
    "delivery",
    "source",
    "subject",
)
"""`subject` is for any other record: `subject:runbook:disk-full`, `subject:ledger:4711`."""

WIDE = frozenset({"person", "source", "tool"})
"""What may be in any number of entries, about anything: see `Page` for what that means to a reader who may not see all."""

_PREFIXES = {"inc": "incident", "chg": "change", "ev": "evidence", "msg": "message", "dlv": "delivery"}
_COLUMNS = {"person": ("actor", "{}"), "source": ("actor", "source:{}"), "run": ("run", "{}")}
_BY_KEY = frozenset({"person", "tool", "ticket", "run"})
_RUN = re.compile(r"(manual|scheduled|backfill|asset_triggered)__.+|.+\.run_[0-9a-z]{26}")
_TICKET = re.compile(r"[A-Z][A-Z0-9]*-[0-9]+|(?:INC|CHG|RITM|TASK|PRB)[0-9]+")


@dataclass(frozen=True)
class Question:
    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @property
    def subjects(self) -> tuple[str, ...]:
        """Subjects of entries that are about it."""
        return (self.value,) if self.kind == "subject" else (self.value, str(self))

    @property
    def column(self) -> tuple[str, str] | None:
        """A column of the ledger beside the subject that names it, and as what."""
        name, form = _COLUMNS.get(self.kind, ("", ""))
        return (name, form.format(self.value)) if name else None

    @property
    def ref(self) -> refs.Ref | None:
        """What payloads call it, where they do."""
        if self.kind in _BY_KEY:
            return self.kind, self.value
        form = refs.form_of(self.value)
        return (form, self.value) if form else None


def parse(text: str) -> Question:
    """The question that somebody has typed.

    :raises BadInput: it is neither of a known kind nor of a form by which an id is recognised
    """
    text = text.strip()
    if not text or len(text) > MAX_FIELD_CHARS or not text.isprintable():
        raise _bad(f"A question is one line of at most {MAX_FIELD_CHARS} characters")
    kind, colon, value = (part.strip() for part in text.partition(":"))
    if not (colon and kind in KINDS):
        if known := _recognised(text):
            return Question(known, text)
        if not colon:
            raise _bad("That is no id by whose form it could be recognised")
        if kind != _recognised(value):
            raise _bad("That is no kind of record")
    if not value:
        raise _bad("It names nothing")
    if kind == "digest":
        value = value.lower()
        if refs.form_of(value) != refs.DIGEST:
            raise _bad("A digest has 64 hexadecimal digits")
    return Question(kind, value)


def _recognised(text: str) -> str | None:
    form = refs.form_of(text)
    if form == refs.DIGEST:
        return "digest"
    if form == refs.ID:
        prefix = text.partition("_")[0]
        return _PREFIXES.get(prefix, prefix)
    if _RUN.fullmatch(text):
        return "run"
    return "ticket" if _TICKET.fullmatch(text) else None


def _bad(problem: str) -> BadInput:
    return BadInput(f"{problem}.", next_step=f"Give an id, or KIND:NAME with one of {', '.join(KINDS)}.")
