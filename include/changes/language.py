"""The vocabulary of one language.

`labels` are what headings, fields and columns are called: topic -> phrases, `|` between them, without numbering; case, accents,
hyphens and underscores make no difference. All other entries are regular expressions over text that `fold` has made: lower case,
without accents. They hold no nested repetition, so that a search stays linear.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """Every entry but `labels`, `filler`, `stop`, `generic` and `types` is an alternation of whole words."""

    labels: dict[str, str]
    filler: str  # words that add nothing to a label: "plan", "after the change"
    stop: str  # words that carry no content
    generic: str  # words that name nothing in particular: "the change", "everything works"
    act: str  # verbs that do something to a system
    undo: str  # verbs that bring something back, with an object
    go_back: str  # verbs that only say "undo the change"
    way_back: str  # openings of prose that announces a way back
    condition: str  # openings of a conditional clause
    trouble: str  # what may go wrong
    failure: str  # of these, what cannot be meant otherwise: a heading "If the upgrade fails" asks for the way back
    negation: str
    past: str  # marks of what has already happened
    reason: str  # marks of a reason
    no_way: str  # "there is no rollback"
    forward: str  # "instead we go forward"
    observe: str  # verbs of what a system shows
    modal: str
    check: str
    finished: str  # "done when", "successful if"
    equal: str  # that two things are the same: a check by itself, also as a step without "check"
    bound: str  # comparisons
    that: str
    beforehand: str  # a check of the state before the change
    open: str  # TBD and the like, at the beginning
    template: str  # a template's own words, at the beginning
    pointer: str  # openings of a pointer elsewhere
    elsewhere: str  # what pointers point to
    authority: str  # who may decide
    not_applicable: str
    passive: str  # steps that change nothing
    types: dict[str, str]  # standard, normal, emergency: adjectives
    change: str  # "change"
    excuse: str  # what is given as a reason and is none: "low risk", "tested"
    question: str  # openings of a question
    asks_back: str  # in a question: it asks for the way back
    asks_check: str  # in a question: it asks how one sees that it worked
    asks_other: str  # in a question: it asks for something else after all
    what_if: str  # in a question: with some trouble, it asks for the way back
    contact: str  # to tell somebody or to open a ticket: no way back
    months: str  # twelve alternations, space between
