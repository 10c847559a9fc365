"""What a document claims about itself, and what it tells an assistant to do: quoted as findings, and read for nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from include.changes.fold import fold, sentences
from include.changes.labels import is_known, topics
from include.changes.notes import Block, Notes

_ADDRESSED = re.compile(
    r"^\W*(?:(?:dear|hey|hi|hello|note (?:to|for)|to|attention|instructions? (?:to|for)|message (?:to|for)|hinweis an|note a"
    r"|nota para)\s+"
    r"(?:the |any |all |den |die |das |l'|el )?)?"
    r"(?:ai|a\.i\.|llm|gpt|chatgpt|claude|gemini|copilot|assistants?|asistente|ki|ia|chatbot|holdpoint|language model"
    r"|(?:ai|ki) (?:agent|model|bot)|system prompt)"
    r"(?: reviewer| assistant| agent| model| assistent)?\s*[:,\-!]"
)
_COMMANDED = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|rules?|prompts?|checks?|findings?|previous|above|guidelines)\b"
    # A rule of a firewall is overridden every day, and a check of a load balancer bypassed.
    r"|\b(?:override|bypass)\b.{0,40}\b(?:instructions?|prompts?|findings?|guidelines"
    r"|(?:all|any|your|its|previous|earlier|other|these|those) (?:\w+ )?(?:rules?|checks?)|the (?:rules|checks))\b"
    r"|\b(?:mark|treat|rate|report|count|consider|classify|score|assess|record)\b.{0,60}\bas (?:present|complete|completed"
    r"|approved|passed|low|low[- ]risk"
    r"|standard|normal|emergency|valid|done|satisfied|safe)\b"
    r"|\byou are (?:now )?(?:an?|the) (?:ai|assistant|agent|reviewer|model|helpful)\b|\bas an ai\b|<\|?(?:im_start|system"
    r"|assistant)"
    r"|\bignoriere\b.{0,40}\b(?:anweisung\w*|regeln?|vorgaben?)\b|\bignore[zr]?\b.{0,40}\b(?:consignes?|instructions?|regles?)\b"
    r"|\bignora\b.{0,40}\b(?:instrucciones|reglas|istruzioni|regole)\b|\b(?:markiere|bewerte)\b.{0,60}\bals\b"
    r"|\b(?:segna|considera|valuta)\b.{0,40}\bcome (?:presente|approvat\w*|complet\w*)\b"
    r"|\bmarca\b.{0,40}\bcomo (?:presente|aprobad\w*)\b"
)
_APPROVED = re.compile(
    r"\b(?:pre-?)?approv(?:ed|al|ers?)\b.{0,60}\b(?:by|from|given|granted|obtained|:)|\bhas (?:been "
    r"|already been )?approved\b|\bcab\b.{0,30}\bapprov"
    r"|\bapproved by\b|\b(?:genehmigt|freigegeben) (?:von|durch)\b|\b(?:aprobado|autorizado) por\b|"
    r"\b(?:approvato|autorizzato) (?:da|dal|dalla)\b|\b(?:approuve"
    r"|valide) par\b|\baccord donne\b"
    r"|\b(?:already|has) (?:been )?(?:checked|reviewed) by the (?:change|cab|board)"
)
_AGREED = re.compile(
    r"\b(?:approv\w*|agreed|yes|ok|requested|pending|no objections?"
    r"|accord\w*|genehmig\w*|freigegeben|zugestimmt|aprobad\w*|autorizad\w*|signed)\b"
)


_CLAUSE = re.compile(r"[,;(]")


@dataclass(frozen=True, slots=True)
class Claim:
    """One such sentence. `kind` is `approval` or `instruction`."""

    kind: str
    line: int
    text: str


def set_aside(notes: Notes) -> tuple[Notes, tuple[Claim, ...]]:
    """The notes without claims and instructions, and these. A text addressed to an assistant goes as a whole."""
    claims: list[Claim] = []
    blocks: list[Block] = []
    approvals = False  # below a heading of approvals
    for block in notes.blocks:
        if block.kind == "heading":
            approvals = "approval" in topics(block.text)
        kept, found = _cut(block, approvals=approvals)
        claims += found
        blocks += [kept] if kept is not None else []
    return replace(notes, blocks=tuple(blocks)), tuple(claims)


def _cut(block: Block, *, approvals: bool) -> tuple[Block | None, list[Claim]]:
    """What is left of a block, and what was taken out."""
    whole = f"{block.key}: {block.text}" if block.key else block.text
    folded = fold(whole[:2_000])
    if _ADDRESSED.match(folded) or (block.kind == "heading" and _COMMANDED.search(folded)):
        return None, [Claim("instruction", block.line, whole)]
    if block.kind in ("heading", "code"):
        return block, []
    if (approvals and _is_sign_off(block, folded)) or (
        block.key and "approval" in topics(block.key) and not is_known(block.key, "reviewer")
    ):
        return None, [Claim("approval", block.line, whole)] if whole.strip() else []
    if not (_COMMANDED.search(folded) or _APPROVED.search(folded)) and len(whole) <= 2_000:
        return block, []
    return _cut_sentences(block)


def _is_sign_off(block: Block, folded: str) -> bool:
    """Below a heading of approvals: a name with a date or an answer, and no row that is about something else we look for."""
    name = block.key or (block.cells[0] if block.cells else "")
    if name:
        return not topics(name) - {"approval", "technician", "risk", "history"}
    return bool(_AGREED.search(folded)) or bool(_APPROVED.search(folded))


def _cut_sentences(block: Block) -> tuple[Block | None, list[Claim]]:
    if block.kind == "row":
        cells = tuple("" if _kind(cell) else cell for cell in block.cells)
        found = [Claim(kind, block.line, cell) for cell in block.cells if (kind := _kind(cell))]
        return replace(block, cells=cells, text=" | ".join(cell for cell in cells if cell)), found
    if block.key and (kind := _kind(block.key)):
        return None, [Claim(kind, block.line, f"{block.key}: {block.text}")]
    kept, found = [], []
    for one, kind in _judged(block.text):
        if kind:
            found.append(Claim(kind, block.line, one))
            if kind == "approval" and "type" in topics(block.key):  # `Type: normal change, CAB approved`
                kept += [each for each in [_CLAUSE.split(one, maxsplit=1)[0]] if not _kind(each)]
        else:
            kept.append(one)
    if not found:
        return block, []
    left = " ".join(kept)
    return (replace(block, text=left) if left or block.key else None), found


def _judged(text: str) -> Iterator[tuple[str, str]]:
    for one in sentences(text):
        yield one, _kind(one)


def _kind(text: str) -> str:
    folded = fold(text[:2_000])
    if _ADDRESSED.match(folded) or _COMMANDED.search(folded):
        return "instruction"
    return "approval" if _APPROVED.search(folded) else ""
