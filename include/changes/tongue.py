"""Is a document in a language that the rules read? If it is not, a verdict about it says little, and a person must be told so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from include.changes.blank import known_language
from include.changes.fold import fold
from include.changes.places import Layout
from include.changes.words import LANGUAGES
from include.contracts.change import Aspect, Standing

MAX_WORDS = 3_000  # of a document, from its beginning
FEW = 12  # words from which nothing can be told
SHARE = 0.1  # of common words, below which a text is in none of our languages
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z]")

# The commonest words of neighbours, folded: without them Dutch looks like French, and Portuguese like Spanish.
NEIGHBOURS = {
    "Dutch": "de het een van en in op te dat die is niet voor met zijn aan er om ook als bij naar uit wordt worden deze dit na"
    " over door nog wel geen of we hun hebben kan moet",
    "Portuguese": "de o a os as do da dos das no na nos nas em um uma e que para com nao por se ao aos mais como foi sao ou seu"
    " sua ser pelo pela este esta isso ja depois sera",
    "Polish": "i w z na do sie nie jest to o od po za przez dla oraz jak ze przed pod czy lub ale gdy jezeli bedzie byc tego",
    "Swedish": "och i att en ett det som pa ar av for med den till inte om har de vi kan ska fran vid eller efter detta",
    "Danish": "og i at en et det som pa er af for med den til ikke om har de vi kan skal fra ved eller efter dette blir blive",
    "Czech": "a v na se je to z do s o ze k pro po za od pri jsou nebo pokud jako bude podle ale ktery az tak",
    "Finnish": "ja on ei se etta tai kun jos myos ovat ole mutta kuin sen joka voi niin ennen jalkeen",
    "Hungarian": "a az es hogy nem is egy ha meg van de vagy mint utan elott kell lesz csak",
    "Turkish": "ve bir bu icin ile da de olarak sonra daha gibi once ise olan veya degil her",
    "Romanian": "de si in la cu pe din nu un o este pentru care sa se ca mai fi dupa prin sunt sau",
}


@cache
def _known() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(language.stop.split("|")) for language in LANGUAGES.values())


@cache
def _of_the_trade() -> tuple[frozenset[str], ...]:
    """With the words of change documents: a checklist has few others."""
    entries = ((each.stop, each.filler, each.generic) for each in LANGUAGES.values())
    return tuple(frozenset(word for entry in group for word in entry.split("|")) for group in entries)


@cache
def _neighbours() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in NEIGHBOURS.items()}


def foreign(layout: Layout) -> str:
    """The language that a document seems to be in, if the rules do not read it; "" if they do."""
    words = list(islice(_words(layout), MAX_WORDS))
    letters = "".join(words)
    if letters and len(_LATIN.findall(letters)) * 2 < len(letters):
        return "another script"
    if len(words) < FEW:
        return ""
    best = max(_share(words, common) for common in _known())
    name, other = max(((name, _share(words, common)) for name, common in _neighbours().items()), key=lambda each: each[1])
    if other > best and other > SHARE:
        return name
    return "another language" if max(_share(words, trade) for trade in _of_the_trade()) < SHARE else ""


def doubtful(aspects: tuple[Aspect, ...]) -> Iterator[Aspect]:
    """What counts as an answer only because nobody here can read it."""
    decided = (each for each in aspects if each.name in ("rollback", "validation"))
    return (each for each in decided if each.standing is Standing.PRESENT and not known_language(each.reason))


def _share(words: list[str], common: frozenset[str]) -> float:
    return sum(word in common for word in words) / len(words)


def _words(layout: Layout) -> Iterator[str]:
    for passage in layout.passages:
        if passage.kind not in ("code", "cell"):
            yield from _WORD.findall(fold(passage.text[:2_000].partition("`")[0]))
