"""What stands in no sound tree: where the parser failed, each line is parsed by itself and looked at alone.

A line of its own says less, and may be the inside of a string, so that only the rules about risky operations and secrets look,
and what they find counts for less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from include.contracts.script_review import Category, Confidence
from include.script_review.finding import Found
from include.script_review.powershell.script import Script
from include.script_review.rule import Rule
from include.script_review.source import Source

_CATEGORIES = (Category.RISKY_OPERATION, Category.SECRET_EXPOSURE)
MAX_LINES = 2_000


Apply = Callable[[Sequence[Rule], Script], Iterable[Found]]


def by_lines(script: Script, rules: Sequence[Rule], apply: Apply) -> Iterator[Found]:
    """What the rules find in the lines that stand in no sound tree; places are those of the whole file.

    :param apply: asks rules about one script; none of them may fail in it
    """
    source = script.source
    looking = [rule for rule in rules if rule.category in _CATEGORIES]
    lines = sorted({line for start, end in script.errors for line in range(source.place(start)[0], source.place(end)[0] + 1)})
    for number in lines[:MAX_LINES]:
        text = source.line(number)
        if not text.strip():
            continue
        start = source.starts[number - 1]
        alone = Script(Source(source.path, source.language, text))
        for found in apply(looking, alone):
            yield found._replace(start=start + found.start, end=start + found.end, confidence=Confidence.LOW)
